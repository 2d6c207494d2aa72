#!/usr/bin/env node
import { once } from 'node:events'
import { decodeBytes } from './input'
import { run } from './run'
import { type CliIo, ExitCode } from './types'

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

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stdin) chunks.push(chunk)
  return decodeBytes(Buffer.concat(chunks))
}

const interruption = new AbortController()

/** SIGBREAK is Ctrl-Break, SIGHUP the closing of the window. */
function listenForInterruption(): AbortSignal {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP'] as const) {
    process.once(name, () => interruption.abort())
  }
  return interruption.signal
}

// A reader that has seen enough, such as `head`, closes the pipe: that is no failure. Windows calls it EOF.
for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!['EPIPE', 'EOF', 'ERR_STREAM_DESTROYED'].includes(error.code ?? '')) throw error
    if (stream === stdout) interruption.abort()
  })
}

async function drained(): Promise<void> {
  if (!stdout.writableNeedDrain) return
  await once(stdout, 'drain', { signal: interruption.signal }).catch(() => {})
}

const io: CliIo = {
  stdout: text => void stdout.write(text),
  stderr: text => void stderr.write(text),
  drained,
  readStdin,
  interruption: listenForInterruption,
  colour: wantsColour(),
  width: columns(),
  get terminalWidth() {
    return stderr.isTTY ? stderr.columns || columns() : null
  },
}

// The exit code is set and not exited with, so that what was written reaches its reader.
run(argv.slice(2), io).then(
  code => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.exitCode = ExitCode.failed
    console.error(error)
  },
)
