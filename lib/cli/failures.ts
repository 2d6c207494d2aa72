/** What can go wrong with a command: the exit code and what is printed. */
import { isHyperVError } from '../base/errors'
import { errorToJson, toJsonText } from './text/json'
import { safeText } from './text/terminal'
import type { CliIo, Screen } from './types'

export const ExitCode = {
  /** Fine, and no errors found. */
  ok: 0,
  /** A job has errors or has failed, or a text could not be decoded. */
  found: 1,
  usage: 2,
  /** The connection or the call failed. */
  failed: 3,
  /** Ctrl-C before there was a result; what shells report for it. */
  interrupted: 130,
} as const

/** A command line that nothing can be done with; the message says why. */
export class UsageError extends Error {
  readonly code = 'ERR_USAGE'
  /** The command whose help has more; null for the program's own. */
  readonly command: string | null

  constructor(message: string, command: string | null = null) {
    super(message)
    this.command = command
  }
}

/** The input of `decode` is not what it reads. */
export class InputError extends Error {
  readonly code = 'ERR_INPUT'
}

/** Ctrl-C ended what the command did; the message says what that means. */
export class InterruptedError extends Error {
  readonly code = 'ERR_INTERRUPTED'
}

/** A failure that has more to say than its message. */
export abstract class DetailedError extends Error {
  abstract readonly exitCode: number
  /** Lines that follow the message. */
  abstract details(screen: Screen): string
  abstract toJson(): Readonly<Record<string, unknown>>
}

/** Prints a failure and gives its exit code. @throws the error itself when no command should meet it: a bug */
export function reportFailure(error: unknown, json: boolean, io: CliIo): number {
  const code = exitCodeOf(error)
  if (code === undefined || !(error instanceof Error)) throw error
  if (json) {
    const document = error instanceof DetailedError ? error.toJson() : errorToJson(error)
    io.stderr(toJsonText({ error: document }))
    return code
  }
  io.stderr(`hyperv-job-errors: ${safeText(error.message)}\n`)
  if (error instanceof DetailedError) io.stderr(error.details(io))
  if (error instanceof UsageError) {
    const command = error.command === null ? '' : ` ${error.command}`
    io.stderr(`Try hyperv-job-errors${command} --help\n`)
  }
  return code
}

function exitCodeOf(error: unknown): number | undefined {
  if (error instanceof UsageError) return ExitCode.usage
  if (error instanceof DetailedError) return error.exitCode
  if (error instanceof InterruptedError) return ExitCode.interrupted
  if (error instanceof InputError) return ExitCode.found
  if (isHyperVError(error)) return error.code === 'ERR_INVALID_ARG' ? ExitCode.usage : ExitCode.failed
  // A file that cannot be read.
  return error instanceof Error && 'syscall' in error ? ExitCode.usage : undefined
}
