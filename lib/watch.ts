/**
 * Watching jobs: what happens to them as an async iterable. Subscribes first and lists afterwards, so that
 * nothing falls between; every end is reported once, however often it is seen.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { jitteredBackOff } from './back-off'
import { type ErrorCode, HyperVError } from './errors'
import type { EventFeed, FeedListener, JobEvent } from './event-feed'
import { hasFailed, isEnded, type Job } from './records/job'
import type { GetErrorExResult, Session } from './session'
import { WbemError } from './wbem-error'

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
export type WatchKind = WatchItem['kind']

export interface WatchSettings {
  readonly classes: readonly string[]
  readonly include: ReadonlySet<WatchKind>
  readonly maxQueued: number
  readonly signal: AbortSignal | undefined
}

/** WMI drops events for slow readers without telling: a listing finds what it dropped. */
const kListingMs = 60_000

const kFetchAttempts = 6
const kFetchBackOff = { baseMs: 200, maxMs: 5_000 }

function isPassing(error: unknown): boolean {
  return error instanceof WbemError
    ? error.retryable
    : error instanceof HyperVError && kPassing.has(error.code)
}

const kPassing: ReadonlySet<ErrorCode> = new Set(['ERR_TIMEOUT', 'ERR_PROVIDER_HUNG', 'ERR_QUEUE_FULL'])

interface Seen {
  /** What was reported of the job, or is being reported. */
  mark: string
  job: Job
}

function keyOf(job: Job): string {
  return `${job.className}|${job.instanceId}`
}

/** Equal marks are the same news: an end is told apart by its time, a change by what people look at. */
function markOf(job: Job): string {
  if (isEnded(job)) return `ended|${job.timeOfLastStateChange}`
  return `${job.jobState}|${job.percentComplete}|${job.jobStatus}|${job.errorCode}`
}

/** One consumer's view; see `Session.watch`. */
export class JobWatch implements AsyncIterableIterator<WatchItem>, FeedListener {
  readonly #session: Session
  readonly #settings: WatchSettings
  readonly #seen = new Map<string, Seen>()
  readonly #queue: WatchItem[] = []
  readonly #waiting: { resolve(result: IteratorResult<WatchItem>): void; reject(error: unknown): void }[] = []
  readonly #stopListening: () => void
  #dropped = 0
  #listing: NodeJS.Timeout | undefined
  #watching = false
  #done = false
  #failure: unknown

  constructor(session: Session, feed: EventFeed, settings: WatchSettings) {
    this.#session = session
    this.#settings = settings
    settings.signal?.throwIfAborted()
    settings.signal?.addEventListener('abort', this.#onAbort)
    this.#stopListening = feed.listen(settings.classes, this)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<WatchItem>> {
    const item = this.#queue.shift()
    if (item !== undefined) {
      if (this.#queue.length === 0) this.#reportDropped()
      return Promise.resolve({ done: false, value: item })
    }
    if (this.#failure !== undefined) {
      const error = this.#failure
      this.#failure = undefined
      return Promise.reject(error)
    }
    if (this.#done) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  /** Breaking out of the loop frees the subscription. */
  return(): Promise<IteratorResult<WatchItem>> {
    this.#end()
    this.#queue.length = 0
    return Promise.resolve({ done: true, value: undefined })
  }

  subscribed(): void {
    if (this.#done) return
    this.#watching = true
    this.#push({ kind: 'state', state: 'watching', error: null })
    void this.#catchUp()
    clearInterval(this.#listing)
    this.#listing = setInterval(() => void this.#catchUp(), kListingMs)
    this.#listing.unref()
  }

  events(events: readonly JobEvent[]): void {
    for (const { kind, job } of events) {
      if (!this.#settings.classes.includes(job.className)) continue
      if (kind === 'present') this.#meet(job)
      else this.#forget(job)
    }
  }

  lost(error: unknown): void {
    // A connection that never was has lost no events.
    if (this.#watching) {
      this.#push({ kind: 'gap', reason: 'connection', dropped: 0, job: null })
    }
    this.#watching = false
    this.#push({ kind: 'state', state: 'reconnecting', error })
  }

  failed(error: unknown): void {
    this.#fail(error)
  }

  readonly #onAbort = () => this.#fail(this.#settings.signal?.reason)

  /** Lists what is there now; what is known already is not reported again. */
  async #catchUp(): Promise<void> {
    try {
      const jobs = await this.#session.jobs({ classes: this.#settings.classes })
      const present = new Set(jobs.map(keyOf))
      for (const [key, { job }] of this.#seen) if (!present.has(key)) this.#forget(job)
      for (const job of jobs) this.#meet(job)
    } catch (error) {
      // The feed reports a lost connection itself and lists again once it is back.
      if (!(error instanceof HyperVError)) this.#fail(error)
    }
  }

  #meet(job: Job): void {
    if (this.#done) return
    const key = keyOf(job)
    const mark = markOf(job)
    const seen = this.#seen.get(key)
    if (seen?.mark === mark) return
    // An end is final: a late event of an earlier state is no news.
    if (seen !== undefined && isEnded(seen.job) && !isEnded(job)) return
    this.#seen.set(key, { mark, job })
    if (hasFailed(job)) void this.#reportFailure(job)
    else this.#report({ kind: isEnded(job) ? 'ended' : 'changed', job })
  }

  /** The job is gone. Its last state may tell an end that nothing told before. */
  #forget(job: Job): void {
    if (isEnded(job)) this.#meet(job)
    else this.#push({ kind: 'gap', reason: 'vanished', dropped: 0, job })
    this.#seen.delete(keyOf(job))
  }

  /** The errors live as long as the job does, so a passing failure is no reason to do without them. */
  async #reportFailure(job: Job): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        const result = await this.#session.getErrorEx(job)
        return this.#report({ kind: 'failed', job, result, error: null })
      } catch (error) {
        if (this.#done) return
        if (!isPassing(error) || attempt === kFetchAttempts - 1) {
          return this.#report({ kind: 'failed', job, result: null, error })
        }
        await delay(jitteredBackOff(kFetchBackOff, attempt))
      }
    }
  }

  /** News of a job: if it does not fit into the queue, the job counts as not seen and is caught up with. */
  #report(item: FailedItem | EndedItem | ChangedItem): void {
    if (!this.#push(item)) this.#seen.delete(keyOf(item.job))
  }

  /** Whether the item was taken, or nobody wants it. */
  #push(item: WatchItem): boolean {
    if (this.#done || !this.#settings.include.has(item.kind)) return true
    const waiting = this.#waiting.shift()
    if (waiting !== undefined) {
      waiting.resolve({ done: false, value: item })
    } else if (this.#queue.length >= this.#settings.maxQueued) {
      this.#dropped += 1
      return false
    } else {
      this.#queue.push(item)
    }
    return true
  }

  /** The consumer has caught up: it is told what it missed, and a listing makes up for it. */
  #reportDropped(): void {
    if (this.#dropped === 0) return
    const dropped = this.#dropped
    this.#dropped = 0
    this.#push({ kind: 'gap', reason: 'slow-consumer', dropped, job: null })
    void this.#catchUp()
  }

  #fail(error: unknown): void {
    if (this.#done) return
    const waiting = this.#waiting.shift()
    if (waiting === undefined) this.#failure = error
    else waiting.reject(error)
    this.#end()
  }

  #end(): void {
    if (this.#done) return
    this.#done = true
    clearInterval(this.#listing)
    this.#settings.signal?.removeEventListener('abort', this.#onAbort)
    this.#stopListening()
    for (const waiting of this.#waiting.splice(0)) waiting.resolve({ done: true, value: undefined })
  }
}
