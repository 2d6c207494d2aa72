/** Runs one Windows program under Wine as if it were a program of this system. */
import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, readSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer, wineEnvironment, wineLoader } from './wine.mjs'

const POLL_MS = 10
/** How long a program may take to end by itself after a signal. */
const GRACE_MS = 2000
const CRASH_TEXT = 'wine: Unhandled'
const RUN_MARK = 'HYPERV_JOB_ERRORS_RUN'
/** Wine's own services: the first program of a prefix starts them, and all later ones use them. */
const SHARED_SERVICES = /\\(services|winedevice|plugplay|svchost|explorer|rpcss|wineboot)\.exe/i

/**
 * Runs a program to its end. Resolves to `{ code, crashed, timedOut, interrupted }`: `code` as a shell would report
 * it, `crashed` when Wine told of an unhandled exception in the program or in one that it started (which shares its
 * stderr), `interrupted` the signal that this process got meanwhile, if any.
 *
 * node.exe under Wine can write neither to a pipe nor to a terminal, but to regular files: these are read while they
 * grow and handed to `stdout` and `stderr`, functions that take a Buffer. SIGINT, SIGTERM and SIGHUP sent to this
 * process end the program. No process that the program started is left when the promise resolves.
 */
export async function runInWine(exe, args, { cwd, env = {}, stdout, stderr, timeoutMs = 0 }) {
  await startServer()
  const directory = mkdtempSync(join(tmpdir(), 'hyperv-job-errors-'))
  // The directory's name is unique to this run, and so marks its processes in their environment.
  const killAll = () => killMarked(`${RUN_MARK}=${directory}`)
  let crashed = false
  const out = new GrowingFile(join(directory, 'stdout'), stdout)
  const err = new GrowingFile(
    join(directory, 'stderr'),
    watchFor(CRASH_TEXT, stderr, () => (crashed = true)),
  )
  const child = spawn(wineLoader, [exe, ...args], {
    cwd,
    env: wineEnvironment({ ...env, [RUN_MARK]: directory }),
    stdio: ['ignore', out.descriptor, err.descriptor],
    // Out of the terminal's foreground group: Ctrl+C reaches it once, through us.
    detached: true,
  })
  // Which stream was written to first nobody knows; what tells of progress belongs before the result.
  const drain = () => {
    err.drain()
    out.drain()
  }
  const poll = setInterval(drain, POLL_MS)
  let timedOut = false
  const onTimeout = () => {
    timedOut = true
    killAll()
  }
  const timer = timeoutMs > 0 ? setTimeout(onTimeout, timeoutMs) : undefined
  const forwarding = forwardSignals(child, killAll)
  try {
    const { code, signal } = await exitOf(child)
    killAll()
    drain()
    // What counts is the signal that was sent to us, also when the program had to be killed in the end.
    return {
      code: code ?? 128 + constants.signals[forwarding.signal ?? signal],
      crashed,
      timedOut,
      interrupted: forwarding.signal,
    }
  } finally {
    forwarding.stop()
    clearInterval(poll)
    clearTimeout(timer)
    out.close()
    err.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

function exitOf(child) {
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve({ code, signal }))
  })
}

/** A file that programs append to, and whose new content goes to a sink. */
class GrowingFile {
  #reader
  #sink
  #position = 0
  #buffer = Buffer.allocUnsafe(64 * 1024)

  constructor(path, sink) {
    // Append mode: several processes may write to the same file.
    this.descriptor = openSync(path, 'a')
    this.#reader = openSync(path, 'r')
    this.#sink = sink
  }

  drain() {
    for (;;) {
      const count = readSync(this.#reader, this.#buffer, 0, this.#buffer.length, this.#position)
      if (count === 0) return
      this.#position += count
      this.#sink(Buffer.from(this.#buffer.subarray(0, count)))
    }
  }

  close() {
    closeSync(this.descriptor)
    closeSync(this.#reader)
  }
}

/** A sink that passes on to another one, and reports when a text occurs in the stream, also across two chunks. */
export function watchFor(text, sink, found) {
  let tail = ''
  return chunk => {
    const seen = tail + chunk.toString('latin1')
    if (seen.includes(text)) found()
    tail = seen.slice(-(text.length - 1))
    sink(chunk)
  }
}

/** Hands signals to the child, and ends it and its children by force when it does not obey. */
function forwardSignals(child, killAll) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  let force
  const forwarding = {
    /** The first signal that came. */
    signal: undefined,
    stop() {
      clearTimeout(force)
      for (const signal of signals) process.off(signal, forward)
    },
  }
  function forward(signal) {
    forwarding.signal ??= signal
    child.kill(signal)
    force ??= setTimeout(killAll, GRACE_MS)
  }
  for (const signal of signals) process.on(signal, forward)
  return forwarding
}

/** Kills every process of a run: also those whose parents are gone, which no process tree shows any more. */
function killMarked(mark) {
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark)) continue
      if (SHARED_SERVICES.test(readFileSync(`/proc/${pid}/cmdline`, 'latin1'))) continue
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // The process has ended, or belongs to another user and so not to this run.
    }
  }
}
