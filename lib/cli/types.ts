import type { ConnectOptions } from '../options'
import type { Session } from '../session'

/** The terminal, or what stands in for it. */
export interface CliIo {
  stdout(text: string): void
  stderr(text: string): void
  /** The whole of stdin, decoded as {@link decodeBytes} does. */
  readStdin(): Promise<string>
  readonly colour: boolean
  /** Columns. */
  readonly width: number
}

/** What the commands need of a session. */
export type CliSession = Pick<Session, 'jobs' | 'job' | 'getErrorEx' | 'close'>

export type Connect = (options: ConnectOptions) => Promise<CliSession>

export const ExitCode = {
  /** Fine, and no errors found. */
  ok: 0,
  /** The job has errors, or a text could not be decoded. */
  found: 1,
  usage: 2,
  /** The connection or the call failed. */
  failed: 3,
} as const
