/** One host of a fleet: connects, watches, and begins anew after whatever goes wrong, without an effect on others. */
import { setTimeout as delay } from 'node:timers/promises'
import { jitteredBackOff } from '../base/back-off'
import { ClosedError, HyperVError } from '../base/errors'
import type { ConnectOptions } from '../session/connect-options'
import type { WatchKind, WatchOptions } from '../session/options'
import type { SessionStats } from '../session/results'
import type { EndedItem, FailedItem, StateItem, WatchItem } from '../session/watch/items'
import type { HostState, HostStatus } from './host-status'
import type { FleetItem } from './items'
import { isWithoutErrors, type Journal } from './journal'
import type { Source } from './round-robin'
import type { StartLimit } from './start-limit'

/** What a fleet needs of a session. */
export interface WatchableSession {
  watch(options: WatchOptions): AsyncIterableIterator<WatchItem, undefined>
  stats(): SessionStats
  close(): Promise<void>
}

export type Connect = (options: ConnectOptions) => Promise<WatchableSession>

/** What all hosts of a fleet share. */
export interface FleetSettings {
  readonly connect: Connect
  readonly watch: Pick<WatchOptions, 'classes' | 'maxQueued'>
  readonly include: ReadonlySet<WatchKind>
  readonly journal: Journal | undefined
  readonly starts: StartLimit
  /** A host has something to deliver, and had nothing before. */
  readonly onReady: (source: Source<FleetItem>) => void
  /** No host can be watched. */
  readonly onFatal: (error: unknown) => void
}

/** An ended job exists for five minutes (CIM_ConcreteJob, TimeBeforeRemoval), so nothing that ended later is lost. */
const JOB_LIFE_MS = 5 * 60_000
/** Host names are found again in DNS within minutes; a host that is gone for days costs an attempt a minute. */
const BACK_OFF = { baseMs: 500, maxMs: 60_000 }
/** A watch that went on for so long has proved that it works: the next failure is a new one. */
const PROVED_MS = 60_000
/** Items of a host that wait here; the rest waits in the session's queue, which is bounded too and reports gaps. */
const MAX_AHEAD = 16
/** Far longer than a job can be listed once it has ended. */
const REMEMBERED_MS = 24 * 3_600_000
/** The installation is at fault, or the options are: no host and no later attempt fares better. */
const FATAL: ReadonlySet<string> = new Set(['ERR_PLATFORM', 'ERR_LOAD', 'ERR_INVALID_ARG'])

export class HostWatch implements Source<FleetItem> {
  readonly host: string
  /** Private, as all that may hold a password. */
  readonly #options: ConnectOptions
  readonly #fleet: FleetSettings
  readonly #stop = new AbortController()
  readonly #queue: FleetItem[] = []
  /** Ends of jobs that are or were in the queue, with when: a new session lists them again. */
  readonly #seen = new Map<string, number>()
  /** Failures of those whose errors may still come. */
  readonly #withoutErrors = new Set<string>()
  /** Failures of those that the journal does not have. */
  readonly #unconfirmed = new Map<string, FailedItem>()
  readonly #counts = { failed: 0, ended: 0, gaps: 0, known: 0, attempts: 0, losses: 0 }
  readonly #ended: Promise<void>
  #onRoom: (() => void) | undefined
  #session: WatchableSession | undefined
  #state: HostState = 'waiting'
  #since = new Date()
  /** When this session's first events arrived. */
  #watchingSince: number | undefined
  #lastError: unknown = null
  #lastErrorAt: Date | null = null
  #lastWatched: Date | null
  /** Whether an item has said that the host is not watched. */
  #isLossReported = false

  constructor(host: string, options: ConnectOptions, fleet: FleetSettings) {
    this.host = host
    this.#options = options
    this.#fleet = fleet
    this.#lastWatched = fleet.journal?.lastWatched(host) ?? null
    this.#ended = this.#run()
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0
  }

  take(): FleetItem {
    const item = this.#queue.shift()
    if (item === undefined) throw new Error(`${this.host} has nothing to deliver`)
    this.#onRoom?.()
    return item
  }

  status(): HostStatus {
    return {
      host: this.host,
      state: this.#state,
      since: this.#since,
      lastError: this.#lastError,
      lastErrorAt: this.#lastErrorAt,
      session: this.#session?.stats() ?? null,
      counts: { ...this.#counts, queued: this.#queue.length },
    }
  }

  /**
   * To be called every minute: notices when the process has stood still.
   * @returns whether the journal may say that the host is watched: nothing of it would be lost with the process now
   */
  tick(): boolean {
    const { journal } = this.#fleet
    for (const [id, item] of this.#unconfirmed) if (journal?.has(item)) this.#unconfirmed.delete(id)
    const forgotten = performance.now() - REMEMBERED_MS
    for (const [id, at] of this.#seen) {
      // In the order in which they came.
      if (at >= forgotten) break
      this.#seen.delete(id)
      this.#withoutErrors.delete(id)
      this.#unconfirmed.delete(id)
    }
    if (this.#state !== 'watching') return false
    this.#meetWatched()
    return this.#unconfirmed.size === 0
  }

  /** Stops watching; resolves when the session is closed. What is in the queue stays there. */
  stop(): Promise<void> {
    this.#stop.abort()
    this.#onRoom?.()
    return this.#ended
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    for (let attempt = 0; !signal.aborted; attempt++) {
      this.#watchingSince = undefined
      try {
        await this.#watchOnce()
      } catch (error) {
        if (signal.aborted) break
        if (error instanceof HyperVError && FATAL.has(error.code)) {
          this.#fleet.onFatal(error)
          break
        }
        const since: number | undefined = this.#watchingSince
        if (since !== undefined && performance.now() - since >= PROVED_MS) attempt = 0
        this.#lose(error)
      }
      this.#become('waiting')
      await delay(jitteredBackOff(BACK_OFF, attempt), undefined, { signal }).catch(() => {})
    }
    this.#become('waiting')
  }

  async #watchOnce(): Promise<void> {
    const session = await this.#connect()
    this.#session = session
    try {
      const { classes, maxQueued } = this.#fleet.watch
      const items = session.watch({
        ...(classes === undefined ? {} : { classes }),
        ...(maxQueued === undefined ? {} : { maxQueued }),
        // Whether the host is watched has to be known, also where nobody wants to hear of it.
        include: [...new Set<WatchKind>([...this.#fleet.include, 'state'])],
        signal: this.#stop.signal,
      })
      for await (const item of items) {
        this.#meet(item)
        while (this.#queue.length >= MAX_AHEAD && !this.#stop.signal.aborted) await this.#room()
      }
    } finally {
      this.#session = undefined
      await session.close()
    }
    throw new ClosedError(`the session with ${this.host} was closed`)
  }

  async #connect(): Promise<WatchableSession> {
    const { signal } = this.#stop
    const release = await this.#fleet.starts.acquire(signal)
    try {
      this.#become('connecting')
      this.#counts.attempts += 1
      return await this.#fleet.connect({ ...this.#options, signal })
    } finally {
      release()
    }
  }

  #meet(item: WatchItem): void {
    if (item.kind === 'state') this.#meetState(item)
    else if (item.kind === 'failed' || item.kind === 'ended') this.#meetEnd(item)
    else this.#deliver(item)
  }

  #meetState(item: StateItem): void {
    if (item.state === 'watching') {
      this.#watchingSince ??= performance.now()
      this.#become('watching')
      this.#isLossReported = false
      this.#deliver(item)
      this.#meetWatched()
      return
    }
    this.#noteError(item.error)
    if (this.#state === 'watching') this.#noteLoss()
    this.#become('reconnecting')
    this.#reportLoss(item)
  }

  #meetEnd(item: FailedItem | EndedItem): void {
    // A failure comes a second time where its errors have come late.
    const isKnown = this.#seen.has(item.id) && (isWithoutErrors(item) || !this.#withoutErrors.has(item.id))
    if (isKnown || this.#fleet.journal?.has(item)) {
      this.#counts.known += 1
      return
    }
    if (!this.#seen.has(item.id)) this.#counts[item.kind] += 1
    this.#seen.set(item.id, performance.now())
    if (isWithoutErrors(item)) this.#withoutErrors.add(item.id)
    else this.#withoutErrors.delete(item.id)
    if (item.kind === 'failed' && this.#fleet.include.has('failed')) this.#unconfirmed.set(item.id, item)
    this.#deliver(item)
  }

  /** The host is watched at this moment: since when was it not? */
  #meetWatched(): void {
    const from = this.#lastWatched
    const to = new Date()
    this.#lastWatched = to
    if (from !== null && to.getTime() - from.getTime() > JOB_LIFE_MS) {
      this.#deliver({ kind: 'gap', reason: 'not-watched', host: this.host, from, to, dropped: 0, job: null })
    }
  }

  /** The session is of no use any more. One that was watching does not say so itself. */
  #lose(error: unknown): void {
    this.#noteError(error)
    if (this.#state === 'watching') {
      this.#noteLoss()
      this.#deliver({ kind: 'gap', reason: 'connection', host: this.host, dropped: 0, job: null })
    }
    this.#reportLoss({ kind: 'state', state: 'reconnecting', host: this.host, error })
  }

  /** Once, however many attempts fail. */
  #reportLoss(item: StateItem): void {
    if (this.#isLossReported) return
    this.#isLossReported = true
    this.#deliver(item)
  }

  #noteLoss(): void {
    this.#lastWatched = new Date()
    this.#counts.losses += 1
  }

  #noteError(error: unknown): void {
    this.#lastError = error
    this.#lastErrorAt = new Date()
  }

  #become(state: HostState): void {
    if (this.#state === state) return
    this.#state = state
    this.#since = new Date()
  }

  #deliver(item: FleetItem): void {
    if (item.kind === 'gap') this.#counts.gaps += 1
    if (!this.#fleet.include.has(item.kind)) return
    const wasEmpty = this.isEmpty
    this.#queue.push(item)
    if (wasEmpty) this.#fleet.onReady(this)
  }

  #room(): Promise<void> {
    return new Promise(resolve => {
      this.#onRoom = resolve
    })
  }
}
