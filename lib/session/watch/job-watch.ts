/**
 * Watching jobs: what happens to them as an async iterable. Subscribes first and lists afterwards, so that
 * nothing falls between; every end is reported once, however often it is seen (see `Ledger`).
 */
import { abortController, abortReason, type LinkedSignal, linkSignals } from '../../base/abort'
import { jitteredBackOff } from '../../base/back-off'
import { clearTimeout, delay, setTimeout } from '../../base/clock'
import { deadlineOf } from '../../base/deadline'
import { HyperVError } from '../../base/errors'
import { type Job, outcome } from '../../records/job'
import { isPassing, WbemError } from '../../wmi/wbem-error'
import type { JobCalls } from '../job-calls'
import type { WatchSettings } from '../options'
import type { VirtualMachines } from '../virtual-machines'
import type { Feed, JobEvent } from './event-feed'
import { type Fetched, fetchErrors } from './fetch-errors'
import { ItemQueue } from './item-queue'
import type { FailedItem, JobItem, StateItem, WatchItem } from './items'
import { keyOf, Ledger, type News } from './ledger'

/** WMI drops events for slow readers without a word: a listing finds what it dropped. */
const LISTING_MS = 60_000
/** While there are no events, listings are all there is. */
const BLIND_LISTING_MS = 5_000
/** A subscription that takes longer is not waited for: a listing works without it. */
const SUBSCRIBING_MS = 1_000
/** How long an item waits for the name of its virtual machine, which is being asked for. */
const NAME_MS = 200
const LISTING_BACK_OFF = { baseMs: 200, maxMs: 10_000 }

/** Of a job that ended well. */
const NO_ERRORS = { result: null, error: null } as const

/** What a watch is about, and what it works with. */
export interface WatchContext {
  readonly host: string
  /** Of calls that keep no caller waiting. */
  readonly calls: JobCalls
  /** Of a listing. */
  readonly timeoutMs: number
  readonly feed: Feed
  readonly machines: Pick<VirtualMachines, 'of' | 'isUnknown' | 'isWanted' | 'find'>
  /** Aborts when the session is closed. */
  readonly closed: AbortSignal
}

/** One consumer's view; see `Session.watch`. */
export class JobWatch<Item extends WatchItem = WatchItem> implements AsyncIterableIterator<Item, undefined> {
  readonly #context: WatchContext
  readonly #settings: WatchSettings
  readonly #ledger = new Ledger(news => this.#deliver(news))
  readonly #queue: ItemQueue
  readonly #stopListening: () => void
  /** Ends what the watch itself has asked for. */
  readonly #ended = abortController()
  readonly #outer: LinkedSignal
  #timer: NodeJS.Timeout
  /** Whether events come in, and if not, why; undefined until the feed says so. */
  #events: { readonly loss: { readonly error: unknown } | null } | undefined
  /** Why jobs cannot be listed. */
  #listingFailure: { readonly error: unknown } | null = null
  #lastState: string | undefined
  #listing: 'none' | 'running' | 'running, once more' = 'none'
  #hasListed = false

  /** @internal Made by `Session.watch`. */
  constructor(context: WatchContext, settings: WatchSettings) {
    this.#context = context
    this.#settings = settings
    this.#queue = new ItemQueue(settings.include, settings.maxQueued, context.host, () => this.#catchUp())
    this.#outer = linkSignals(settings.signal, context.closed)
    const { signal } = this.#outer
    signal.addEventListener('abort', () => this.#fail(abortReason(signal)))
    this.#timer = this.#tickIn(SUBSCRIBING_MS)
    this.#stopListening = context.feed.listen(settings.classes, {
      subscribed: () => this.#subscribed(),
      events: events => this.#meetEvents(events),
      lost: error => this.#lost(error),
      failed: error => this.#fail(error),
    })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** The queue takes items of the kinds that were asked for alone, which `Item` says. */
  next(): Promise<IteratorResult<Item, undefined>> {
    return this.#queue.next() as Promise<IteratorResult<Item, undefined>>
  }

  /** Breaking out of the loop frees the subscription. */
  return(): Promise<IteratorResult<Item, undefined>> {
    this.#queue.discard()
    this.#end()
    return Promise.resolve({ done: true, value: undefined })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  #subscribed(): void {
    this.#events = { loss: null }
    this.#reportState()
    this.#catchUp()
  }

  #meetEvents(events: readonly JobEvent[]): void {
    for (const { kind, job } of events) {
      if (!this.#settings.classes.includes(job.className)) continue
      if (kind === 'present') this.#ledger.present(job)
      else this.#ledger.removed(job)
    }
  }

  #lost(error: unknown): void {
    const { host } = this.#context
    // A connection that never was has lost no events.
    if (this.#events?.loss === null) {
      this.#queue.push({ kind: 'gap', reason: 'connection', dropped: 0, job: null, host })
    }
    const isNew = this.#events === undefined || this.#events.loss === null
    this.#events = { loss: { error } }
    this.#reportState()
    // A listing works without events.
    if (isNew) this.#catchUp()
  }

  /** Whenever the state has changed, or the reason for it. */
  #reportState(): void {
    if (this.#events === undefined) return
    const failure = this.#events.loss ?? this.#listingFailure
    const state: StateItem['state'] =
      failure === null ? 'watching' : this.#events.loss === null ? 'degraded' : 'reconnecting'
    const key = `${state} ${failure === null ? '' : reasonOf(failure.error)}`
    if (key === this.#lastState) return
    this.#lastState = key
    this.#queue.push({ kind: 'state', state, error: failure?.error ?? null, host: this.#context.host })
  }

  #tickIn(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#tick(), ms).unref()
  }

  #tick(): void {
    if (this.#ended.signal.aborted) return
    const isBlind = this.#events?.loss !== null
    this.#timer = this.#tickIn(isBlind ? BLIND_LISTING_MS : LISTING_MS)
    this.#catchUp()
  }

  /** Lists what is there now; one listing at a time. */
  #catchUp(): void {
    // Here and not at a tick, which a connection that is lost again and again puts off for ever.
    this.#ledger.forgetLongGone()
    // A consumer that is behind gets what there is first: once it has it, a listing follows.
    if (this.#queue.hasDropped || this.#ended.signal.aborted) return
    clearTimeout(this.#timer)
    this.#timer = this.#tickIn(this.#events?.loss === null ? LISTING_MS : BLIND_LISTING_MS)
    const running = this.#listing !== 'none'
    this.#listing = running ? 'running, once more' : 'running'
    if (!running) void this.#list()
  }

  async #list(): Promise<void> {
    const { calls, timeoutMs } = this.#context
    const { classes, mayBeMissing } = this.#settings
    const query = { classes, mayBeMissing, failedOnly: false }
    for (let attempt = 0; this.#listing !== 'none'; attempt++) {
      this.#listing = 'running'
      const began = this.#ledger.listingBegins()
      try {
        const jobs = await calls.jobs(query, deadlineOf({ timeoutMs, signal: this.#ended.signal }))
        if (this.#ended.signal.aborted) return
        this.#listingFailure = null
        this.#reportState()
        this.#ledger.listed(jobs, began)
        this.#hasListed = true
        attempt = 0
        if (this.#listing === 'running') this.#listing = 'none'
      } catch (error) {
        if (this.#ended.signal.aborted) return
        // What has worked before comes back; the host may be restarting.
        if (!(this.#hasListed ? error instanceof HyperVError : isPassing(error))) return this.#fail(error)
        this.#listingFailure = { error }
        this.#reportState()
        await this.#pause(jitteredBackOff(LISTING_BACK_OFF, attempt))
      }
    }
  }

  #deliver({ kind, job }: News): void {
    // By the time the job ends the name of its machine is known.
    if (this.#context.machines.isWanted(job)) void this.#context.machines.find(job)
    switch (kind) {
      case 'failed':
        void this.#reportFailure(job)
        return
      case 'ended':
        void this.#reportEnd(job)
        return
      case 'changed':
        this.#offer({ kind, ...this.#about(job, `${job.jobState} ${job.percentComplete}`) })
        return
      case 'vanished':
        this.#queue.push({ kind: 'gap', reason: kind, dropped: 0, ...this.#about(job, kind) })
    }
  }

  #about(job: Job, what: string): JobItem {
    const { host, machines } = this.#context
    return {
      job,
      id: `${host.toLowerCase()}|${keyOf(job)}|${what}`,
      host,
      virtualMachine: machines.of(job),
    }
  }

  /** If it does not fit into the queue, its job counts as not seen. */
  #offer(item: Extract<WatchItem, JobItem>): void {
    if (!this.#queue.push(item)) this.#ledger.unsee(item.job)
  }

  /** Gives a name that is being asked for a moment, and no more. */
  async #nameSoon(job: Job): Promise<void> {
    const { machines } = this.#context
    if (!machines.isUnknown(job)) return
    await Promise.race([machines.find(job), this.#pause(NAME_MS)])
  }

  async #reportEnd(job: Job): Promise<void> {
    if (!this.#settings.include.has('ended')) return
    let answer: Fetched | typeof NO_ERRORS = NO_ERRORS
    if (outcome(job) === 'warning') {
      for await (answer of fetchErrors(this.#context.calls, job, this.#ended.signal)) break
    }
    if (this.#context.machines.isUnknown(job)) await this.#nameSoon(job)
    this.#offer({ kind: 'ended', ...this.#about(job, 'ended'), ...answer })
  }

  /** The errors live as long as the job does, so a passing failure is no reason to do without them. */
  async #reportFailure(job: Job): Promise<void> {
    if (!this.#settings.include.has('failed')) return
    const { signal } = this.#ended
    let isLate = false
    for await (const answer of fetchErrors(this.#context.calls, job, signal)) {
      if (this.#context.machines.isUnknown(job)) await this.#nameSoon(job)
      if (signal.aborted) return
      await this.#push({ kind: 'failed', ...this.#about(job, 'failed'), ...answer, isLate })
      isLate = true
    }
  }

  /** If a failure does not fit into the queue, its job counts as not seen; if its late errors do not, they wait. */
  async #push(item: FailedItem): Promise<void> {
    if (!item.isLate) return this.#offer(item)
    while (this.#queue.isFull && !this.#ended.signal.aborted) await this.#pause(SUBSCRIBING_MS)
    this.#queue.push(item)
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, this.#ended.signal).catch(() => {})
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
    clearTimeout(this.#timer)
    this.#outer.release()
    this.#stopListening()
  }
}

/** Equal for the same reason: a dead connection gives one code after another of the same category. */
function reasonOf(error: unknown): string {
  if (error instanceof WbemError) return error.category
  if (!(error instanceof HyperVError)) return String(error instanceof Error ? error.name : typeof error)
  return error.cause === undefined ? error.code : `${error.code} ${reasonOf(error.cause)}`
}
