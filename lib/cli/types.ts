import type { ConnectOptions } from '../session/connect-options'
import type { WatchOptions } from '../session/options'
import type { Session } from '../session/session'
import type { WatchItem } from '../session/watch/items'

/** The terminal, or what stands in for it. */
export interface CliIo {
  stdout(text: string): void
  stderr(text: string): void
  /** Resolves once stdout takes more: a slow reader must not fill the memory. Never rejects. */
  drained(): Promise<void>
  /** The whole of stdin, decoded as {@link decodeBytes} does. */
  readStdin(): Promise<string>
  /**
   * Aborts at the first Ctrl-C, or when nobody reads stdout any more. Who asks for it takes on to end then; a second
   * Ctrl-C ends the process.
   */
  interruption(): AbortSignal
  readonly colour: boolean
  /** Columns. */
  readonly width: number
  /** Columns of the terminal that stderr is, where a line can be redrawn; null if it is none. */
  readonly terminalWidth: number | null
}

/** What the commands need of a session. */
export interface CliSession
  extends Pick<Session, 'jobs' | 'job' | 'getErrorEx' | 'wait' | 'cancel' | 'close'> {
  watch(options?: WatchOptions): AsyncIterable<WatchItem>
}

export type Connect = (options: ConnectOptions) => Promise<CliSession>

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

/** Ctrl-C ended what the command did; the message says what that means. */
export class InterruptedError extends Error {
  readonly code = 'ERR_INTERRUPTED'
}
