/** A simulated host behind the native contract: everything above the addon runs for real, on any OS. */
import { refuse, requireInteger, takeOptions } from '../base/arguments'
import type { NativeAddon, NativeFork, NativeSettings, NativeSettle } from '../wmi/addon'
import { parsePath } from '../wmi/object-path'
import { checkAddedJob, checkAnswer, checkFault, checkScenario, checkSet } from './check-scenario'
import { KeepAlive } from './clock'
import type { Call } from './faults'
import { Host } from './host'
import { type Environment, SimulatedSession } from './native-session'
import type { Operation, Scenario, ScenarioFault, ScenarioJob, ScenarioProperties } from './scenario'
import type { JobName, Life } from './scene'

/** An InstanceID, an object path, or a job record. */
export type SimulatedJobRef =
  | string
  | { readonly className?: string; readonly instanceId?: string | null | undefined }

/** How a job ends; without anything it completes. */
export interface JobEnd {
  /** Default 7 (completed), or 10 (exception) with errors. */
  readonly jobState?: number
  /** Default 0, or 32768 with errors. */
  readonly errorCode?: number
  /** The CIM-XML texts that GetErrorEx answers from now on. */
  readonly errors?: readonly (string | null)[] | null
}

/** What the next calls meet. */
export interface NextFault extends Omit<ScenarioFault, 'operation' | 'calls'> {
  /** How many calls; default 1. */
  readonly times?: number
}

/** Which calls hang. */
export type Hanging = Pick<ScenarioFault, 'method' | 'object'>

/** A live subscription: one that neither failed nor was released. */
export interface SubscriptionState {
  readonly query: string
  /** Events nobody has read yet. */
  readonly waiting: number
  /** Events lost because `dropAfter` others were waiting. */
  readonly dropped: number
}

/** A simulated host: `addon` of `connect`, and what a test can do to it. Everything throws `ERR_INVALID_ARG` for bad arguments. */
export interface SimulatedHost extends NativeAddon {
  /** The calls that have reached the host, in the order of arrival. */
  calls(): readonly Call[]
  /** A job that comes now, or as its timeline says, which counts from now. Its id must be new. */
  addJob(job: ScenarioJob): void
  /** Changes a job that exists; from now on its timeline can only remove it. */
  setJob(job: SimulatedJobRef, properties: ScenarioProperties): void
  /** Ends a job that exists: with success, or with `errors` or another state without. */
  endJob(job: SimulatedJobRef, end?: JobEnd): void
  /** Removes a job for good, also one that is still to come. */
  removeJob(job: SimulatedJobRef): void
  /**
   * All connections and subscriptions fail with this code from now on, calls that wait included. New connections work.
   * A restart of WMI looks like that. Default 0x800706BE.
   */
  disconnect(hresult?: string | number): void
  /** The next call of an operation fails, or waits `hangMs`, or both. */
  failNext(operation: Operation, fault: NextFault): void
  /** From now on calls of an operation hang. The function lets them go on. */
  hang(operation: Operation, which?: Hanging): () => void
  /** The oldest first. */
  subscriptions(): readonly SubscriptionState[]
  /** Events dropped by all subscriptions since the start, also by those that have ended. */
  droppedEvents(): number
  /** Ends every wait: subscriptions fail with 0x80041033, and nothing happens by itself any more. */
  stop(): void
}

/**
 * A Hyper-V host as the scenario describes it. Its time starts now, on timers that are looked up when they are set:
 * fake timers move it.
 *
 * ```ts
 * const host = simulate({ jobs: [{ class: 'Msvm_MigrationJob', properties: { InstanceID: 'A', JobState: 4 } }] })
 * const session = await connect({ addon: host })
 * host.endJob('A')
 * ```
 *
 * @throws InvalidArgumentError (`ERR_INVALID_ARG`) that names the place in the scenario, what was expected there and
 *   what was received
 */
export function simulate(scenario: Scenario): SimulatedHost {
  return new Simulation(new Host(checkScenario(scenario)))
}

const CALL_FAILED = '0x800706BE'
const COMPLETED = 7
const EXCEPTION = 10
const FAILED = 32768

class Simulation implements SimulatedHost {
  readonly #host: Host
  readonly #keepAlive = new KeepAlive()
  #settle: NativeSettle | undefined
  readonly Session: NativeAddon['Session']

  constructor(host: Host) {
    this.#host = host
    const environment: Environment = {
      host,
      hold: () => this.#keepAlive.hold(),
      release: () => this.#keepAlive.release(),
      settle: (ticket, failure, result) => this.#settle?.(ticket, failure, result),
    }
    this.Session = class extends SimulatedSession {
      constructor(settings: NativeSettings | NativeFork) {
        super(environment, settings)
      }
    }
  }

  onSettle(settle: NativeSettle): void {
    this.#settle = settle
  }

  /** Answers come one by one: none holds the event loop. */
  settleMore(): void {}

  calls(): readonly Call[] {
    return [...this.#host.calls]
  }

  addJob(job: ScenarioJob): void {
    const plan = checkAddedJob(job, this.#host.model.classes)
    if (!this.#host.scene.add(plan))
      refuse('job.properties.InstanceID', 'an id that no job has yet', idOf(job))
  }

  setJob(job: SimulatedJobRef, properties: ScenarioProperties): void {
    const { life, now } = this.#existing(job)
    this.#host.scene.change(life, now, checkSet(properties, now.cls, this.#host.model.classes))
  }

  endJob(job: SimulatedJobRef, end?: JobEnd): void {
    const { life } = this.#existing(job)
    const { errors, jobState, errorCode } = takeOptions('end', end, ['errors', 'jobState', 'errorCode'])
    const hasErrors = errors !== undefined && errors !== null
    if (errors !== undefined) life.answers = [checkAnswer({ errors }, 'end')]
    this.setJob(job, {
      JobState: jobState ?? (hasErrors ? EXCEPTION : COMPLETED),
      ErrorCode: errorCode ?? (hasErrors ? FAILED : 0),
      ...(hasErrors || (jobState ?? COMPLETED) !== COMPLETED ? {} : { PercentComplete: 100 }),
    })
  }

  removeJob(job: SimulatedJobRef): void {
    this.#host.scene.remove(this.#lifeOf(job))
  }

  disconnect(hresult: string | number = CALL_FAILED): void {
    const { hresult: checked } = checkFault({ operation: 'connect', hresult }, 'disconnect')
    this.#host.disconnect(checked ?? 0)
  }

  failNext(operation: Operation, fault: NextFault): void {
    const { times = 1, ...rest } = takeOptions('fault', fault, NEXT_FAULT)
    const count = requireInteger('fault.times', times, 1, MAX_TIMES)
    const calls = Array.from({ length: count }, (_, index) => index + 1)
    this.#host.faults.add(checkFault({ ...rest, operation, calls }, 'fault'))
  }

  hang(operation: Operation, which?: Hanging): () => void {
    const { method, object } = takeOptions('which', which, ['method', 'object'])
    const checked = checkFault({ operation, ...(method && { method }), ...(object && { object }) }, 'which')
    let release = () => {}
    const held = new Promise<void>(resolve => {
      release = resolve
    })
    const forget = this.#host.faults.add(checked, held)
    return () => {
      forget()
      release()
    }
  }

  subscriptions(): readonly SubscriptionState[] {
    return this.#host.scene.subscriptions.map(({ text, waiting, dropped }) => ({
      query: text,
      waiting,
      dropped,
    }))
  }

  droppedEvents(): number {
    return this.#host.scene.droppedEvents
  }

  stop(): void {
    this.#host.stop()
  }

  #existing(job: SimulatedJobRef) {
    const life = this.#lifeOf(job)
    if (life.now === null) return refuse('job', 'a job that exists now', job)
    return { life, now: life.now }
  }

  #lifeOf(job: SimulatedJobRef): Life {
    return (
      this.#host.scene.job(nameOf(job)) ??
      refuse('job', 'an InstanceID, a path or a record of a job of the host', job)
    )
  }
}

const NEXT_FAULT = ['hresult', 'hangMs', 'description', 'method', 'object', 'times'] as const
/** Enough for any test. */
const MAX_TIMES = 1_000_000

function idOf({ properties }: ScenarioJob): unknown {
  return Object.entries(properties).find(([name]) => name.toLowerCase() === 'instanceid')?.[1]
}

function nameOf(job: SimulatedJobRef): JobName {
  if (typeof job === 'object' && job !== null) {
    return { className: job.className ?? null, instanceId: String(job.instanceId) }
  }
  const path = typeof job === 'string' && job.includes('=') ? parsePath(job) : null
  const id = path?.keys?.[0]?.text
  return path === null || typeof id !== 'string'
    ? { className: null, instanceId: String(job) }
    : { className: path.className, instanceId: id }
}
