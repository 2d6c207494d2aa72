#!/usr/bin/env node
import { once, setMaxListeners } from 'node:events'
import type { CliIo } from './types'

const { stdout, stderr, stdin, env, argv } = process

/** `NO_COLOR` wins over `FORCE_COLOR`, and that over what stdout is. */
function wantsColour(): boolean {
  if (env.NO_COLOR) return false
  const forced = env.FORCE_COLOR
  return forced ? forced !== '0' : stdout.isTTY === true
}

/** Narrower than this nothing is readable; a file is given the usual width. */
function columns(): number {
  return Math.max(40, stdout.columns || Number(env.COLUMNS) || 100)
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  for await (const chunk of stdin) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const interruption = new AbortController()
// Every call that a command makes listens to it.
setMaxListeners(0, interruption.signal)

/** SIGBREAK is Ctrl-Break, SIGHUP the closing of the window. */
function listenForInterruption(): AbortSignal {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP'] as const) {
    process.once(name, () => interruption.abort())
  }
  return interruption.signal
}

/** A reader that has seen enough, such as `head`, closes the pipe: that is no failure. Windows calls it EOF. */
const CLOSED_PIPE: readonly (string | undefined)[] = ['EPIPE', 'EOF', 'ERR_STREAM_DESTROYED']

/** `ExitCode.failed`, which is not loaded yet. */
const FAILED = 3

let isStdoutBroken = false

stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (isStdoutBroken) return
  isStdoutBroken = true
  interruption.abort()
  if (CLOSED_PIPE.includes(error.code)) return
  // A full disk, most likely: what was written is incomplete, which is the failure of the call.
  process.exitCode = FAILED
  stderr.write(`hyperv-job-errors: the output could not be written: ${error.message}\n`)
})
// There is nowhere left to say it.
stderr.on('error', () => {})

async function drained(): Promise<void> {
  if (!stdout.writableNeedDrain) return
  await once(stdout, 'drain', { signal: interruption.signal }).catch(() => {})
}

const io: CliIo = {
  stdout: text => void stdout.write(text),
  stderr: text => void stderr.write(text),
  drained,
  readStdin,
  get isStdinTerminal() {
    return stdin.isTTY === true
  },
  interruption: listenForInterruption,
  colour: wantsColour(),
  width: columns(),
  tableWidth: stdout.isTTY ? columns() : Number.POSITIVE_INFINITY,
  get terminalWidth() {
    return stderr.isTTY ? stderr.columns || columns() : null
  },
}

async function main(): Promise<void> {
  // Not imported above, so that no other file of the bundle has a reason to load this one.
  const { run } = await import('./run.js')
  const code = await run(argv.slice(2), io)
  // Set and not exited with, so that what was written reaches its reader. A write that failed decides.
  process.exitCode ??= code
}

main().catch((error: unknown) => {
  process.exitCode = FAILED
  console.error(error)
})
