/** What a watch delivers. Items of one job come in the order of its changes, those of several as they are complete. */
import type { Job } from '../../records/job'
import type { GetErrorExResult } from '../results'
import type { VirtualMachine } from '../virtual-machines'

/** What every item about a job carries. */
export interface JobItem {
  readonly job: Job
  /**
   * Equal for the same news of the same job, after a restart and in another session as well: what has been handed on
   * needs not be handed on again.
   */
  readonly id: string
  /** The computer whose WMI it came from, as `Session.host` has it. */
  readonly host: string
  /** Which virtual machine it is about; null where the job does not say. A name that is not known soon is null. */
  readonly virtualMachine: VirtualMachine | null
}

/**
 * A job ended without success. Its errors have been fetched already: `result` is what GetErrorEx answered. Where they
 * could not be fetched soon, `result` is null and `error` says why; once they are there, the item comes a second time with
 * them, under the same `id` and with `isLate` true.
 */
export type FailedItem = FailedWithErrors | FailedWithoutErrors

interface Failed extends JobItem {
  readonly kind: 'failed'
  /** Whether the failure was delivered before, without its errors. */
  readonly isLate: boolean
}

export interface FailedWithErrors extends Failed {
  readonly result: GetErrorExResult
  readonly error: null
}

export interface FailedWithoutErrors extends Failed {
  readonly result: null
  /** What GetErrorEx failed with. */
  readonly error: Error
}

/** A job ended with success. One that completed with warnings comes with what they are. */
export interface EndedItem extends JobItem {
  readonly kind: 'ended'
  /** What GetErrorEx answered for a job that completed with warnings; null for any other, and when `error` says why. */
  readonly result: GetErrorExResult | null
  readonly error: unknown
}

/** A job that has not ended is new or has changed. */
export interface ChangedItem extends JobItem {
  readonly kind: 'changed'
}

/** A job was removed before its end was seen. */
export interface VanishedItem extends JobItem {
  readonly kind: 'gap'
  readonly reason: 'vanished'
  readonly dropped: 0
}

/** Something may have been missed; a listing that catches up follows. */
export interface LossItem {
  readonly kind: 'gap'
  /** `connection` events were lost with the connection; `slow-consumer` items were dropped from the full queue. */
  readonly reason: 'connection' | 'slow-consumer'
  readonly dropped: number
  readonly job: null
  readonly host: string
}

export type GapItem = VanishedItem | LossItem

/** How the watch itself fares. A further item comes whenever the state or the reason for it changes. */
export interface StateItem {
  readonly kind: 'state'
  /**
   * `watching` events come in and jobs can be listed · `reconnecting` no events come in, because the connection was
   * lost or the subscription is refused: it is tried again, and jobs are listed every five seconds meanwhile · `degraded`
   * events come in, but jobs cannot be listed: what no event says stays unseen.
   */
  readonly state: 'watching' | 'reconnecting' | 'degraded'
  /** Why; null while all is well. */
  readonly error: unknown
  readonly host: string
}

export type WatchItem = FailedItem | EndedItem | ChangedItem | GapItem | StateItem

/** The items of some kinds. */
export type ItemOf<Kind extends WatchItem['kind']> = Extract<WatchItem, { readonly kind: Kind }>
