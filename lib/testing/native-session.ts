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
  /** A call was taken: it is to be settled, or abandoned. */
  accepted(ticket: number): void
  settle(ticket: number, failure: NativeFailure | null, result: unknown): void
  abandoned(ticket: number): void
}

type Operation = (services: Services, abandoned: AbortSignal) => Promise<unknown>

export class SimulatedSession implements NativeSession {
  readonly #environment: Environment
  readonly #workers: Workers
  /** Undefined once it is closed, as the password of the addon's is. */
  #settings: NativeSettings | undefined
  #services: Services | undefined
  readonly #tickets = new Set<number>()

  constructor(environment: Environment, settings: NativeSettings | NativeFork) {
    this.#environment = environment
    this.#workers = new Workers(settings)
    this.#settings = 'parent' in settings ? settingsOf(settings.parent) : settings
  }

  /** Of the session a fork is made from. */
  get settings(): NativeSettings | undefined {
    return this.#settings
  }

  connect(ticket: number): SubmitStatus {
    return this.#submit(ticket, async abandoned => {
      if (this.#settings === undefined) throw notConnected()
      const services = await openServices(this.#environment.host, this.#settings)
      if (abandoned.aborted) return
      this.#services?.unsubscribe()
      this.#services = services
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

  abandon(ticket: number): void {
    if (!this.#tickets.delete(ticket)) return
    this.#workers.abandon(ticket)
    this.#environment.abandoned(ticket)
  }

  close(): void {
    this.#settings = undefined
    this.#workers.stop()
    this.#services?.unsubscribe()
    this.#services = undefined
    for (const ticket of this.#tickets) this.#environment.abandoned(ticket)
    this.#tickets.clear()
  }

  stats(): NativeStats {
    return this.#workers.stats()
  }

  #call(ticket: number, operation: Operation): SubmitStatus {
    return this.#submit(ticket, abandoned => {
      if (this.#services === undefined) throw notConnected()
      return operation(this.#services, abandoned)
    })
  }

  #submit(ticket: number, work: (abandoned: AbortSignal) => Promise<unknown>): SubmitStatus {
    const status = this.#workers.submit(ticket, async abandoned => {
      const { failure, result } = await outcomeOf(async () => work(abandoned))
      if (this.#tickets.delete(ticket)) this.#environment.settle(ticket, failure, result)
    })
    if (status !== Submitted.accepted) return status
    this.#tickets.add(ticket)
    this.#environment.accepted(ticket)
    return status
  }
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
