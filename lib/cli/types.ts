/** What the command line tool needs of its surroundings: the terminal and a session. */

import type { Job } from '../records/job'
import type { ConnectOptions } from '../session/connect-options'
import type { JobsOptions, WatchOptions } from '../session/options'
import type { Session } from '../session/session'
import type { WatchItem } from '../session/watch/items'

/** The terminal, or what stands in for it. */
export interface CliIo {
  stdout(text: string): void
  stderr(text: string): void
  /** Resolves once stdout takes more: a slow reader must not fill the memory. Never rejects. */
  drained(): Promise<void>
  /** The whole of stdin. */
  readStdin(): Promise<Uint8Array>
  /** Whether a person types what stdin gives. */
  readonly isStdinTerminal: boolean
  /**
   * Aborts at the first Ctrl-C, or when nobody reads stdout any more. Who asks for it takes on to end then; a second
   * Ctrl-C ends the process.
   */
  interruption(): AbortSignal
  readonly colour: boolean
  /** Columns that sentences are wrapped at. */
  readonly width: number
  /** Columns that a table may take: Infinity where stdout is no terminal, so that nothing is cut in a file. */
  readonly tableWidth: number
  /** Columns of the terminal that stderr is, where a line can be redrawn; null if it is none. */
  readonly terminalWidth: number | null
}

/** What text for people depends on. */
export type Screen = Pick<CliIo, 'colour' | 'width'>

/** What the commands need of a session. */
export interface CliSession
  extends Pick<Session, 'job' | 'getErrorEx' | 'wait' | 'cancel' | 'virtualMachineOf' | 'close'> {
  jobs(options?: JobsOptions): Promise<readonly Job[]>
  watch(options?: WatchOptions): AsyncIterable<WatchItem>
}

export type Connect = (options: ConnectOptions) => Promise<CliSession>

/** What the global options say about the connection. */
export interface ConnectionArguments {
  readonly host?: string
  readonly namespace?: string
  readonly timeoutMs?: number
  /** The file of a scenario. */
  readonly simulate?: string
}
