/**
 * Watching jobs: what happens to them as an async iterable. Subscribes first and lists afterwards, so that
 * nothing falls between; every end is reported once, however often it is seen.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { type LinkedSignal, linkSignals } from '../../base/abort'
import { jitteredBackOff } from '../../base/back-off'
import { HyperVError } from '../../base/errors'
import { hasFailed, isEnded, type Job } from '../../records/job'
import { isPassing } from '../../wmi/wbem-error'
import type { JobCalls } from '../job-calls'
import type { WatchSettings } from '../options'
import type { EventFeed, JobEvent } from './event-feed'
import { ItemQueue } from './item-queue'
import type { ChangedItem, EndedItem, FailedItem, StateItem, WatchItem } from './items'

/** WMI drops events for slow readers without telling: a listing finds what it dropped. */
const LISTING_MS = 60_000
/** An event may tell late that a job has gone, and a class may be missing for a moment: it is remembered for so long. */
const GONE_MS = 5 * 60_000
const LISTING_BACK_OFF = { baseMs: 200, maxMs: 10_000 }

/** Together about ten seconds beside the calls themselves, which the five minutes of a job's life leave time for. */
const FETCH_ATTEMPTS = 6
const FETCH_BACK_OFF = { baseMs: 200, maxMs: 5_000 }

interface Seen {
  /** What was reported of the job, or is being reported. */
  readonly mark: string
  readonly ended: boolean
  /** Null or undefined while no event has told. */
  readonly endedAt: string | null | undefined
  /** When, on the watch's own clock. */
  readonly at: number
  /** Null once it has gone. */
  readonly job: Job | null
  /** When it went, on the clock of `performance.now()`. */
  readonly goneAt: number
}

function keyOf(job: Job): string {
  return `${job.className}|${job.instanceId}`
}

/** Equal marks are the same news, but for the time of an end; a change is told apart by what people look at. */
function markOf(job: Job): string {
  if (isEnded(job)) return hasFailed(job) ? 'failed' : 'ended'
  return `${job.jobState}|${job.percentComplete}|${job.jobStatus}|${job.errorCode}`
}

/** One consumer's view; see `Session.watch`. */
export class JobWatch implements AsyncIterableIterator<WatchItem, undefined> {
  readonly #calls: JobCalls
  readonly #settings: WatchSettings
  /** Jobs that have been reported: those that exist, and for a while those that have gone. */
  readonly #seen = new Map<string, Seen>()
  readonly #queue: ItemQueue
  readonly #stopListening: () => void
  /** Ends what the watch itself has asked for. */
  readonly #ended = new AbortController()
  readonly #outer: LinkedSignal
  readonly #timer: NodeJS.Timeout
  #state: StateItem['state'] | undefined
  /** Counts what happens: events and listings. */
  #clock = 0
  #listing: 'none' | 'running' | 'running, once more' = 'none'
  #hasListed = false

  constructor(calls: JobCalls, feed: EventFeed, settings: WatchSettings, closed: AbortSignal) {
    this.#calls = calls
    this.#settings = settings
    this.#queue = new ItemQueue(settings.include, settings.maxQueued, () => this.#catchUp())
    this.#outer = linkSignals(settings.signal, closed)
    this.#outer.signal.addEventListener('abort', () => this.#fail(this.#outer.signal.reason))
    this.#timer = setInterval(() => this.#tick(), LISTING_MS).unref()
    this.#stopListening = feed.listen(settings.classes, {
      subscribed: () => this.#subscribed(),
      events: events => this.#meetEvents(events),
      lost: error => this.#lost(error),
      failed: error => this.#fail(error),
    })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<WatchItem, undefined>> {
    return this.#queue.next()
  }

  /** Breaking out of the loop frees the subscription. */
  return(): Promise<IteratorResult<WatchItem, undefined>> {
    this.#queue.discard()
    this.#end()
    return Promise.resolve({ done: true, value: undefined })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  #subscribed(): void {
    this.#become('watching', null)
    this.#catchUp()
  }

  #meetEvents(events: readonly JobEvent[]): void {
    this.#clock += 1
    for (const { kind, job } of events) {
      if (!this.#settings.classes.includes(job.className)) continue
      if (kind === 'present') this.#meet(job)
      else this.#forget(job)
    }
  }

  #lost(error: unknown): void {
    // A connection that never was has lost no events.
    if (this.#state === 'watching')
      this.#queue.push({ kind: 'gap', reason: 'connection', dropped: 0, job: null })
    this.#become('reconnecting', error)
    // Without events the jobs are to be had all the same.
    if (!this.#hasListed) this.#catchUp()
  }

  #become(state: StateItem['state'], error: unknown): void {
    if (this.#state === state) return
    this.#state = state
    this.#queue.push({ kind: 'state', state, error })
  }

  #tick(): void {
    const now = performance.now()
    for (const [key, { job, goneAt }] of this.#seen) {
      if (job === null && now - goneAt >= GONE_MS) this.#seen.delete(key)
    }
    this.#catchUp()
  }

  /** Lists what is there now; one listing at a time. */
  #catchUp(): void {
    // A consumer that is behind gets what there is first: once it has it, a listing follows.
    if (this.#queue.hasDropped) return
    const running = this.#listing !== 'none'
    this.#listing = running ? 'running, once more' : 'running'
    if (!running) void this.#list()
  }

  async #list(): Promise<void> {
    for (let attempt = 0; this.#listing !== 'none'; attempt++) {
      this.#listing = 'running'
      this.#clock += 1
      const began = this.#clock
      try {
        const { listed } = this.#settings
        const jobs = await this.#calls.jobs({ classes: listed })
        if (this.#ended.signal.aborted) return
        this.#compare(jobs, began)
        this.#hasListed = true
        attempt = 0
        if (this.#listing === 'running') this.#listing = 'none'
      } catch (error) {
        if (this.#ended.signal.aborted) return
        // What has worked before comes back; the host may be restarting.
        if (!(this.#hasListed ? error instanceof HyperVError : isPassing(error))) return this.#fail(error)
        await this.#pause(jitteredBackOff(LISTING_BACK_OFF, attempt))
      }
    }
  }

  /** What events have told since the listing began is newer; what is known already is not reported again. */
  #compare(jobs: readonly Job[], began: number): void {
    const present = new Set(jobs.map(keyOf))
    for (const [key, { job, at }] of this.#seen) {
      if (job !== null && at <= began && !present.has(key)) this.#forget(job)
    }
    for (const job of jobs) {
      const seen = this.#seen.get(keyOf(job))
      const stale =
        seen !== undefined && seen.at > began && (seen.job === null || seen.ended || !isEnded(job))
      if (!stale) this.#meet(job, true)
    }
  }

  /** An event of a job that has gone is late, and does not bring it back. */
  #meet(job: Job, isThere = false): void {
    const key = keyOf(job)
    const mark = markOf(job)
    const seen = this.#seen.get(key)
    // An end is final: a late event of an earlier state is no news.
    if (seen?.ended && !isEnded(job)) return
    const isGone = seen?.job === null && !isThere
    const ended = isEnded(job)
    const endedAt = ended ? (job.timeOfLastStateChange ?? seen?.endedAt) : null
    this.#seen.set(key, {
      mark,
      ended,
      endedAt,
      at: this.#clock,
      job: isGone ? null : job,
      goneAt: seen?.goneAt ?? 0,
    })
    // A time that is told later than the end is no other end.
    const sameTime = !ended || (seen?.endedAt ?? endedAt) === endedAt
    if (seen?.mark === mark && sameTime) return
    if (hasFailed(job)) void this.#reportFailure(job)
    else this.#report({ kind: isEnded(job) ? 'ended' : 'changed', job })
  }

  /** The job is gone. Its last state may tell an end that nothing told before. */
  #forget(job: Job): void {
    const key = keyOf(job)
    const seen = this.#seen.get(key)
    const wasThere = seen === undefined || seen.job !== null
    const last = seen?.job ?? job
    if (isEnded(job)) this.#meet(job)
    else if (wasThere && !isEnded(last))
      this.#queue.push({ kind: 'gap', reason: 'vanished', dropped: 0, job: last })
    const { mark, ended, endedAt } = this.#seen.get(key) ?? {
      mark: markOf(job),
      ended: isEnded(job),
      endedAt: null,
    }
    const goneAt = wasThere ? performance.now() : seen.goneAt
    this.#seen.set(key, { mark, ended, endedAt, at: this.#clock, job: null, goneAt })
  }

  /**
   * The errors live as long as the job does, so a passing failure is no reason to do without them. A call that is under
   * way when the watch ends is not given up, which would hold its thread all the same and count as a hung provider.
   */
  async #reportFailure(job: Job): Promise<void> {
    if (!this.#settings.include.has('failed')) return
    for (let attempt = 0; !this.#ended.signal.aborted; attempt++) {
      try {
        const result = await this.#calls.getErrorEx(job)
        return this.#report({ kind: 'failed', job, result, error: null })
      } catch (error) {
        if (!isPassing(error) || attempt + 1 >= FETCH_ATTEMPTS) {
          return this.#report({ kind: 'failed', job, result: null, error })
        }
        await this.#pause(jitteredBackOff(FETCH_BACK_OFF, attempt))
      }
    }
  }

  /** News of a job: if it does not fit into the queue, the job counts as not seen and is caught up with. */
  #report(item: FailedItem | EndedItem | ChangedItem): void {
    if (!this.#queue.push(item)) this.#seen.delete(keyOf(item.job))
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#ended.signal }).catch(() => {})
  }

  #fail(error: unknown): void {
    if (this.#ended.signal.aborted) return
    this.#queue.fail(error)
    this.#end()
  }

  #end(): void {
    if (this.#ended.signal.aborted) return
    this.#ended.abort()
    this.#queue.end()
    clearInterval(this.#timer)
    this.#outer.release()
    this.#stopListening()
  }
}
