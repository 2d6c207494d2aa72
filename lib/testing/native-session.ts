/** The half of the native contract that a session has, on the simulated host. */
import {
  type NativeFailure,
  type NativeFork,
  type NativeInput,
  type NativeSession,
  type NativeSettings,
  type NativeStats,
  type SubmitStatus,
  Submitted,
} from '../wmi/addon'
import { bareFailure, Hresult, OperationFailed } from './failure'
import type { Host } from './host'
import { openServices, type Services } from './services'
import { Workers } from './workers'

/** What all sessions of an addon share. */
export interface Environment {
  readonly host: Host
  settle(ticket: number, failure: NativeFailure | null, result: unknown): void
  /** The process waits for a call, and waits for it no longer. */
  hold(): void
  release(): void
}

type Operation = (services: Services, abandoned: AbortSignal) => Promise<unknown>

export class SimulatedSession implements NativeSession {
  readonly #environment: Environment
  readonly #workers: Workers
  /** Undefined once it is closed, as the password of the addon's is. */
  #settings: NativeSettings | undefined
  #services: Services | undefined
  readonly #calls = new Map<number, OpenCall>()
  /** Each attempt to connect has a thread of its own. */
  readonly #connecting = new Set<Workers>()
  #isClosed = false

  constructor(environment: Environment, settings: NativeSettings | NativeFork) {
    this.#environment = environment
    this.#workers = new Workers(settings)
    this.#settings = 'parent' in settings ? settingsOf(settings.parent) : settings
  }

  /** Of the session a fork is made from. */
  get settings(): NativeSettings | undefined {
    return this.#settings
  }

  /** Beside the workers, and whatever they are doing; the process does not wait for it. */
  connect(ticket: number): SubmitStatus {
    if (this.#isClosed) return Submitted.closed
    const lane = new Workers({ maxWorkers: 1, maxQueued: 1 })
    this.#connecting.add(lane)
    return this.#submit(lane, ticket, async abandoned => {
      try {
        if (this.#settings === undefined) throw notConnected()
        const services = await openServices(this.#environment.host, this.#settings)
        if (abandoned.aborted || this.#isClosed) return
        this.#services?.unsubscribe()
        this.#services = services
      } finally {
        this.#connecting.delete(lane)
      }
    })
  }

  execMethod(
    ticket: number,
    path: string,
    className: string | null,
    method: string,
    inParams: readonly (string | NativeInput)[] | null,
    outNames: readonly string[] | null,
  ): SubmitStatus {
    return this.#call(ticket, services => services.execMethod(path, className, method, inParams, outNames))
  }

  getObject(ticket: number, path: string): SubmitStatus {
    return this.#call(ticket, services => services.getObject(path))
  }

  query(ticket: number, wql: string): SubmitStatus {
    return this.#call(ticket, (services, abandoned) => services.query(wql, abandoned))
  }

  subscribe(ticket: number, wql: string): SubmitStatus {
    return this.#call(ticket, services => services.subscribe(wql))
  }

  nextEvents(ticket: number): SubmitStatus {
    return this.#call(ticket, (services, abandoned) => services.nextEvents(abandoned))
  }

  abandon(ticket: number): boolean {
    const call = this.#calls.get(ticket)
    if (call === undefined || call.isAbandoned) return false
    const isExecuting = call.lane.abandon(ticket)
    if (call.keepsAlive) this.#environment.release()
    if (isExecuting) {
      call.isAbandoned = true
    } else {
      this.#calls.delete(ticket)
      this.#connecting.delete(call.lane)
    }
    return isExecuting
  }

  close(): void {
    this.#isClosed = true
    this.#settings = undefined
    for (const lane of [this.#workers, ...this.#connecting]) lane.stop()
    this.#services?.unsubscribe()
    this.#services = undefined
    for (const call of this.#calls.values()) {
      if (call.keepsAlive && !call.isAbandoned) this.#environment.release()
    }
    this.#calls.clear()
  }

  stats(): NativeStats {
    const stats = this.#workers.stats()
    const stuck = [...this.#connecting].map(lane => lane.stats()).filter(lane => lane.stuckWorkers > 0)
    return {
      ...stats,
      stuckWorkers: stats.stuckWorkers + stuck.length,
      oldestAbandonedMs: Math.max(stats.oldestAbandonedMs, ...stuck.map(lane => lane.oldestAbandonedMs)),
    }
  }

  #call(ticket: number, operation: Operation): SubmitStatus {
    return this.#submit(this.#workers, ticket, abandoned => {
      if (this.#services === undefined) throw notConnected()
      return operation(this.#services, abandoned)
    })
  }

  #submit(lane: Workers, ticket: number, work: (abandoned: AbortSignal) => Promise<unknown>): SubmitStatus {
    const keepsAlive = lane === this.#workers
    const status = lane.submit(ticket, async abandoned => {
      const { failure, result } = await outcomeOf(async () => work(abandoned))
      const call = this.#calls.get(ticket)
      if (call === undefined) return
      this.#calls.delete(ticket)
      if (keepsAlive && !call.isAbandoned) this.#environment.release()
      this.#environment.settle(ticket, failure, call.isAbandoned ? undefined : result)
    })
    if (status !== Submitted.accepted) return status
    this.#calls.set(ticket, { lane, keepsAlive, isAbandoned: false })
    if (keepsAlive) this.#environment.hold()
    return status
  }
}

/** A call that is not settled. */
interface OpenCall {
  readonly lane: Workers
  /** Whether the process waits for it. */
  readonly keepsAlive: boolean
  isAbandoned: boolean
}

interface Outcome {
  readonly failure: NativeFailure | null
  readonly result: unknown
}

async function outcomeOf(work: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { failure: null, result: await work() }
  } catch (error) {
    if (error instanceof OperationFailed) return { failure: error.failure, result: undefined }
    throw error
  }
}

function settingsOf(parent: NativeSession): NativeSettings | undefined {
  return parent instanceof SimulatedSession ? parent.settings : undefined
}

function notConnected(): OperationFailed {
  return bareFailure('IWbemLocator::ConnectServer', Hresult.Disconnected)
}
