/**
 * The worker threads of a session: how many calls run at a time, which wait, and which hold a thread though their caller
 * has given up. There are no threads here; a call takes turns of the event loop.
 */
import { type NativeStats, type SubmitStatus, Submitted } from '../wmi/addon'
import { after, type Cancel, turn } from './clock'

/** Without work for so long all threads but one end. */
const IDLE_MS = 10_000
/** So many threads that are held by abandoned calls are replaced; beyond, calls wait. */
const MAX_REPLACED = 4

export interface WorkerLimits {
  readonly maxWorkers: number
  readonly maxQueued: number
}

interface Work {
  readonly ticket: number
  run(abandoned: AbortSignal): Promise<void>
  readonly controller: AbortController
  /** When the caller gave up, on the clock of `performance.now()`. */
  abandonedAt: number | null
}

export class Workers {
  readonly #limits: WorkerLimits
  readonly #queue: Work[] = []
  readonly #executing = new Set<Work>()
  #workers = 0
  #isStopped = false
  #cancelIdle: Cancel | undefined

  constructor(limits: WorkerLimits) {
    this.#limits = limits
  }

  /** `run` is called in a later turn; its signal says that nobody wants the answer any more. */
  submit(ticket: number, run: Work['run']): SubmitStatus {
    if (this.#isStopped) return Submitted.closed
    if (this.#queue.length >= this.#limits.maxQueued) return Submitted.queueFull
    this.#cancelIdle?.()
    this.#queue.push({ ticket, run, controller: new AbortController(), abandonedAt: null })
    this.#serve()
    return Submitted.accepted
  }

  /** Starts a thread where none is free, up to the limits. */
  #serve(): void {
    const { maxWorkers } = this.#limits
    const most = maxWorkers + Math.min(this.#stuck.length, MAX_REPLACED)
    const isFree = this.#queue.length <= this.#workers - this.#executing.size
    if (!isFree && this.#workers < most) this.#workers += 1
    void this.#work()
  }

  /** Whether the call is executing: it holds its thread until it returns. A queued one never runs. */
  abandon(ticket: number): boolean {
    const queued = this.#queue.findIndex(work => work.ticket === ticket)
    if (queued !== -1) {
      this.#queue.splice(queued, 1)
      return false
    }
    const executing = [...this.#executing].find(work => work.ticket === ticket)
    if (executing === undefined) return false
    executing.abandonedAt ??= globalThis.performance.now()
    executing.controller.abort()
    if (this.#queue.length > 0) this.#serve()
    return true
  }

  stop(): void {
    this.#isStopped = true
    this.#queue.length = 0
    for (const { controller } of this.#executing) controller.abort()
    this.#cancelIdle?.()
  }

  stats(): NativeStats {
    const stuck = this.#stuck
    const now = globalThis.performance.now()
    return {
      workers: this.#executing.size,
      stuckWorkers: stuck.length,
      idleWorkers: this.#isStopped ? 0 : this.#workers - this.#executing.size,
      queued: this.#queue.length,
      inFlight: this.#executing.size - stuck.length,
      oldestAbandonedMs: Math.max(0, ...stuck.map(({ abandonedAt }) => now - (abandonedAt ?? now))),
    }
  }

  get #stuck(): readonly Work[] {
    return [...this.#executing].filter(({ abandonedAt }) => abandonedAt !== null)
  }

  /** One worker: takes what is queued until there is nothing left. */
  async #work(): Promise<void> {
    await turn()
    while (this.#executing.size < this.#workers) {
      const work = this.#queue.shift()
      if (work === undefined) break
      this.#executing.add(work)
      try {
        await work.run(work.controller.signal)
      } finally {
        this.#executing.delete(work)
        // It stood in for one that was stuck.
        if (this.#workers > this.#limits.maxWorkers + this.#stuck.length) this.#workers -= 1
      }
      await turn()
    }
    if (this.#workers > 1 && this.#executing.size === 0 && !this.#isStopped) this.#goIdle()
  }

  #goIdle(): void {
    this.#cancelIdle?.()
    this.#cancelIdle = after(IDLE_MS, () => {
      this.#workers = Math.max(1, this.#executing.size)
    })
  }
}
