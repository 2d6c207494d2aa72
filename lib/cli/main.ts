#!/usr/bin/env node
import { decodeBytes } from './input'
import { run } from './run'
import { ExitCode } from './types'

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

// A reader that has seen enough, such as `head`, closes the pipe: that is no failure.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

const io = {
  stdout: (text: string) => void stdout.write(text),
  stderr: (text: string) => void stderr.write(text),
  readStdin,
  colour: wantsColour(),
  width: columns(),
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
