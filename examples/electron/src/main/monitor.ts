/** Owns the session of one host, and puts what it reports on the board. */
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
import type { CancelAnswer, Connection, JobView } from '../shared'
import type { Board } from './board'
import { problemOf } from './problems'
import { jobView, keyOf, reportView } from './views'

export type Connect = (options: ConnectOptions) => Promise<Session>

export interface MonitorOptions {
  /** The host's, as the window shows it. */
  readonly name: string
  readonly connect: Connect
  readonly board: Board
  readonly onFailure: (view: JobView) => void
}

export class Monitor {
  readonly #options: MonitorOptions
  readonly #name: string
  readonly #board: Board
  #connection: Connection = { state: 'connecting' }
  #listed = false
  #session: Session | undefined
  #stop = new AbortController()
  #running: Promise<void> | undefined

  constructor(options: MonitorOptions) {
    this.#options = options
    this.#name = options.name
    this.#board = options.board
    this.#become(this.#connection)
  }

  /** Connects and follows the jobs until it fails, which the board then says; while it runs, a second call waits. */
  start(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  /** Asks for the errors of a job again. A failure to read them keeps those that were read before. */
  async readErrors(view: JobView): Promise<void> {
    if (this.#session === undefined) return
    const read = await this.#session.getErrorEx(view.job).then(
      result => ({ report: reportView(result), problem: null }),
      error => ({ problem: problemOf(error) }),
    )
    this.#board.put({ ...(this.#board.job(view.key) ?? view), ...read })
  }

  /** Asks a running job to end; that it has ended comes as any other news of it. */
  async cancel({ job }: JobView): Promise<CancelAnswer> {
    try {
      if (this.#session === undefined) throw new Error(`${this.#name} is not connected`)
      const { outcome } = await this.#session.cancel(job, 'terminate')
      return { outcome, problem: null }
    } catch (error) {
      return { outcome: null, problem: problemOf(error) }
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    if (signal.aborted) return
    this.#become({ state: 'connecting' })
    try {
      const session = await this.#options.connect({ signal })
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
      this.#become(this.#connection)
      // Names that are asked for together take one query.
      const naming = jobs.map(async job => this.#call(job, await session.virtualMachineOf(job)))
      await Promise.all(naming)
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
    const known = this.#known(job)
    // An end is final: a listing may be older than the event that reported it.
    if (known !== undefined && isEnded(known.job) && !isEnded(job)) return
    const view = {
      ...jobView(this.#name, job),
      virtualMachine: virtualMachine ?? known?.virtualMachine ?? null,
      report: result === null ? (known?.report ?? null) : reportView(result),
      problem: error === null ? (known?.problem ?? null) : problemOf(error),
    }
    this.#board.put(view)
    // Not what had failed before this program looked.
    const isNews = known === undefined ? this.#listed : known.outcome === 'running'
    if (view.outcome === 'failed' && isNews) this.#options.onFailure(view)
  }

  /** The job itself may be news by now. */
  #call(job: Job, virtualMachine: VirtualMachine | null): void {
    const known = this.#known(job)
    if (known !== undefined && virtualMachine !== null) this.#board.put({ ...known, virtualMachine })
  }

  #known(job: Job): JobView | undefined {
    return this.#board.job(keyOf(this.#name, job))
  }

  #tellGap({ reason, dropped, job }: Extract<WatchItem, { kind: 'gap' }>): void {
    if (reason === 'vanished' && job !== null) {
      this.#board.put({ ...(this.#known(job) ?? jobView(this.#name, job)), outcome: 'vanished' })
    } else if (reason === 'slow-consumer') {
      this.#notice(`${dropped} changes came faster than they were read. The list has been read again.`)
    } else {
      this.#notice(
        'The connection was lost. Jobs that ended and were removed by the host before it came back are not shown.',
      )
    }
  }

  #notice(text: string): void {
    this.#board.notice(this.#name, text)
  }

  #become(connection: Connection): void {
    this.#connection = connection
    this.#board.putHost({ name: this.#name, connection, listed: this.#listed })
  }
}
