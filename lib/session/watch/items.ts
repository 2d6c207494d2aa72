/** What a watch delivers. */
import type { Job } from '../../records/job'
import type { GetErrorExResult } from '../results'

/** A job ended without success; its errors have been fetched already. */
export interface FailedItem {
  readonly kind: 'failed'
  readonly job: Job
  /** What GetErrorEx gave; null when it could not be had, `error` then says why. */
  readonly result: GetErrorExResult | null
  readonly error: unknown
}

/** A job ended with success. */
export interface EndedItem {
  readonly kind: 'ended'
  readonly job: Job
}

/** A job that has not ended is new or has changed. */
export interface ChangedItem {
  readonly kind: 'changed'
  readonly job: Job
}

/** Something may have been missed; a listing that catches up follows. */
export interface GapItem {
  readonly kind: 'gap'
  /**
   * `connection` events were lost with the connection; `slow-consumer` items were dropped from the full queue;
   * `vanished` `job` was removed before its end was seen.
   */
  readonly reason: 'connection' | 'slow-consumer' | 'vanished'
  readonly dropped: number
  readonly job: Job | null
}

/** The subscription was made, or was lost and is being made again. */
export interface StateItem {
  readonly kind: 'state'
  readonly state: 'watching' | 'reconnecting'
  readonly error: unknown
}

export type WatchItem = FailedItem | EndedItem | ChangedItem | GapItem | StateItem
