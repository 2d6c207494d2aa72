/** What is going on with one host of a fleet. */
import type { SessionStats } from '../session/results'

/**
 * `waiting` for its turn to connect, or for the next attempt · `connecting`, until events arrive · `watching` ·
 * `reconnecting`: the connection was lost, the session brings it back.
 */
export type HostState = 'waiting' | 'connecting' | 'watching' | 'reconnecting'

export interface HostStatus {
  readonly host: string
  readonly state: HostState
  /** Since when it is in that state. */
  readonly since: Date
  /** What went wrong last, also when all is well again; null when nothing has. */
  readonly lastError: unknown
  readonly lastErrorAt: Date | null
  /** What its session does; null without one. */
  readonly session: SessionStats | null
  readonly counts: {
    /** Failed jobs, delivered or about to be. */
    readonly failed: number
    /** Jobs that ended with success. */
    readonly ended: number
    readonly gaps: number
    /** Failures that were not delivered because the journal, or an earlier item, has them. */
    readonly known: number
    /** Attempts to connect. */
    readonly attempts: number
    /** How often it stopped being watched. */
    readonly losses: number
    /** Items that wait for the consumer. */
    readonly queued: number
  }
}
