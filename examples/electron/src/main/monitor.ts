/**
 * Owns the session and keeps what it reports: the jobs, and their errors for as long as the window is open, which is
 * longer than the host keeps them. Knows nothing of Electron, so it runs as well in a utility process.
 */
import {
  type ConnectOptions,
  type GetErrorExResult,
  isEnded,
  isHyperVError,
  type Job,
  type Session,
  type VirtualMachine,
  type WatchItem,
} from 'hyperv-job-errors'
import type { Connection, JobView, Notice, Outcome, Snapshot, Update } from '../shared'
import { problemOf } from './problems'
import { jobView, keyOf, reportView } from './views'

/** Changes are collected for this long before they are sent to the page: a moving machine reports many a second. */
const COLLECT_MS = 100
/** More than a host has in five minutes; of those above, the oldest ended ones without failure go first. */
const MAX_JOBS = 2_000
const MAX_NOTICES = 20
const SUCCEEDED: ReadonlySet<Outcome> = new Set(['succeeded', 'warning'])

export interface MonitorOptions {
  readonly host: string
  /** The package's. */
  readonly connect: (options: ConnectOptions) => Promise<Session>
  readonly connectOptions?: ConnectOptions
  readonly publish: (update: Update) => void
}

export class Monitor {
  readonly #options: MonitorOptions
  readonly #jobs = new Map<string, JobView>()
  readonly #changed = new Set<string>()
  readonly #removed = new Set<string>()
  #notices: readonly Notice[] = []
  #lastNotice = 0
  #connection: Connection = { state: 'connecting' }
  #listed = false
  #revision = 0
  #timer: NodeJS.Timeout | undefined
  #session: Session | undefined
  #stop = new AbortController()
  #running: Promise<void> | undefined

  constructor(options: MonitorOptions) {
    this.#options = options
  }

  /** Connects and follows the jobs until it fails, which the snapshot then says; while it runs, a second call waits. */
  start(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  /** After this nothing is published and no session is open. */
  async close(): Promise<void> {
    this.#stop.abort()
    clearTimeout(this.#timer)
    await this.#running
  }

  snapshot(): Snapshot {
    return { ...this.#state(), jobs: [...this.#jobs.values()] }
  }

  job(key: string): JobView | undefined {
    return this.#jobs.get(key)
  }

  /** Asks for the errors of a job again. A failure to read them keeps those that were read before. */
  async readErrors(key: string): Promise<void> {
    const view = this.#jobs.get(key)
    if (view === undefined || this.#session === undefined) return
    const read = await this.#session.getErrorEx(view.job).then(
      result => ({ report: reportView(result), problem: null }),
      error => ({ problem: problemOf(error) }),
    )
    this.#put({ ...(this.#jobs.get(key) ?? view), ...read })
  }

  dismiss(noticeId: number): void {
    this.#notices = this.#notices.filter(({ id }) => id !== noticeId)
    this.#publishSoon()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    if (signal.aborted) return
    this.#become({ state: 'connecting' })
    try {
      const session = await this.#options.connect({ ...this.#options.connectOptions, signal })
      this.#session = session
      signal.throwIfAborted()
      this.#become({ state: 'connected' })
      // The watch subscribes now and lists by itself, so what changes during this first listing is not missed.
      const watch = session.watch({
        classes: 'all',
        include: ['failed', 'ended', 'changed', 'gap', 'state'],
        signal,
      })
      void this.#list(session)
      for await (const item of watch) this.#apply(item, session)
    } catch (error) {
      if (!signal.aborted) this.#become({ state: 'failed', problem: problemOf(error) })
    } finally {
      await this.#session?.close()
      this.#session = undefined
    }
  }

  async #list(session: Session): Promise<void> {
    try {
      const jobs = await session.jobs({ classes: 'all', signal: this.#stop.signal })
      for (const job of jobs) this.#meet(job)
      this.#listed = true
      this.#publishSoon()
      // Names that are asked for together take one query.
      const naming = jobs.map(async job => this.#name(job, await session.virtualMachineOf(job)))
      await Promise.all(naming)
      this.#publishSoon()
    } catch (error) {
      // The watch meets the same failure and reports it, or lists again.
      if (!isHyperVError(error) && !this.#stop.signal.aborted) throw error
    }
  }

  #apply(item: WatchItem, session: Session): void {
    switch (item.kind) {
      case 'failed':
        this.#meet(item.job, item.virtualMachine, item.result, item.error)
        break
      case 'ended':
      case 'changed':
        this.#meet(item.job, item.virtualMachine)
        break
      case 'gap':
        this.#tellGap(item)
        break
      case 'state':
        if (item.state === 'watching') {
          this.#become({ state: 'connected' })
          if (!this.#listed) void this.#list(session)
        } else if (this.#connection.state !== 'reconnecting') {
          this.#become({ state: 'reconnecting', since: Date.now(), problem: problemOf(item.error) })
        }
    }
  }

  #meet(
    job: Job,
    virtualMachine: VirtualMachine | null = null,
    result: GetErrorExResult | null = null,
    error: unknown = null,
  ): void {
    const known = this.#jobs.get(keyOf(job))
    // An end is final: a listing may be older than the event that reported it.
    if (known !== undefined && isEnded(known.job) && !isEnded(job)) return
    this.#put({
      ...jobView(job),
      virtualMachine: virtualMachine ?? known?.virtualMachine ?? null,
      report: result === null ? (known?.report ?? null) : reportView(result),
      problem: error === null ? (known?.problem ?? null) : problemOf(error),
    })
  }

  /** The job itself may be news by now. */
  #name(job: Job, virtualMachine: VirtualMachine | null): void {
    const known = this.#jobs.get(keyOf(job))
    if (known !== undefined && virtualMachine !== null) this.#put({ ...known, virtualMachine })
  }

  #tellGap({ reason, dropped, job }: Extract<WatchItem, { kind: 'gap' }>): void {
    if (reason === 'vanished' && job !== null) {
      this.#put({ ...(this.#jobs.get(keyOf(job)) ?? jobView(job)), outcome: 'vanished' })
    } else if (reason === 'slow-consumer') {
      this.#notice(`${dropped} changes came faster than they were read. The list has been read again.`)
    } else {
      this.#notice(
        'The connection was lost. Jobs that ended and were removed by the host before it came back are not shown.',
      )
    }
  }

  #notice(text: string): void {
    this.#lastNotice += 1
    this.#notices = [{ id: this.#lastNotice, at: Date.now(), text }, ...this.#notices].slice(0, MAX_NOTICES)
    this.#publishSoon()
  }

  #put(view: JobView): void {
    // Set anew, so that the map is in the order of the last change.
    this.#jobs.delete(view.key)
    this.#jobs.set(view.key, view)
    this.#changed.add(view.key)
    this.#removed.delete(view.key)
    this.#forgetOldest()
    this.#publishSoon()
  }

  #forgetOldest(): void {
    if (this.#jobs.size <= MAX_JOBS) return
    const views = [...this.#jobs.values()]
    const oldest = views.find(({ outcome }) => SUCCEEDED.has(outcome)) ?? views[0]
    if (oldest === undefined) return
    this.#jobs.delete(oldest.key)
    this.#changed.delete(oldest.key)
    this.#removed.add(oldest.key)
  }

  #become(connection: Connection): void {
    this.#connection = connection
    this.#publishSoon()
  }

  #publishSoon(): void {
    if (this.#stop.signal.aborted) return
    this.#timer ??= setTimeout(() => this.#publish(), COLLECT_MS)
  }

  #publish(): void {
    this.#timer = undefined
    this.#revision += 1
    const jobs = [...this.#changed].flatMap(key => this.#jobs.get(key) ?? [])
    const removed = [...this.#removed]
    this.#changed.clear()
    this.#removed.clear()
    this.#options.publish({ ...this.#state(), jobs, removed })
  }

  #state(): Omit<Snapshot, 'jobs'> {
    return {
      revision: this.#revision,
      host: this.#options.host,
      connection: this.#connection,
      listed: this.#listed,
      notices: this.#notices,
    }
  }
}
