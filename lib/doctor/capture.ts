/** Writes down what a host answers, as a scenario that `hyperv-job-errors/testing` answers alike. */
import { throwIfAborted } from '../base/abort'
import { refuse, takeOptions } from '../base/arguments'
import { now } from '../base/clock'
import { deadlineOf } from '../base/deadline'
import { ProtocolError, ProviderHungError, TimeoutError } from '../base/errors'
import { toHex } from '../base/hresult'
import { JOB_CLASS_NAMES } from '../cim/names'
import {
  CONNECT_OPTIONS,
  type ConnectOptions,
  type ConnectSettings,
  checkConnectOptions,
} from '../session/connect-options'
import { eventQuery } from '../session/watch/event-feed'
import type { NativeObject } from '../wmi/addon'
import { type Operation, querying, reading, subscribing } from '../wmi/operations'
import { REACTIONS } from '../wmi/policy'
import { Transport } from '../wmi/transport'
import { WbemError } from '../wmi/wbem-error'
import { capturedAnswer, capturedInstance } from './captured-values'
import { type Redaction, redactScenario } from './redact'
import type { CapturedFault, CapturedInstance, CapturedJob, CapturedScenario } from './scenario'
import { SURROUNDINGS } from './surroundings'

export interface CaptureOptions extends ConnectOptions {
  /** Keeps names, accounts, addresses, GUIDs and paths as they are; default false: they are replaced. */
  readonly raw?: boolean
}

export interface Capture {
  /** For `simulate`, as JSON. */
  readonly scenario: CapturedScenario
  /** What was replaced, by kind, and the texts that were kept; null for a raw capture. */
  readonly redaction: Redaction | null
  /** How long GetErrorEx took, for each job that answered, in milliseconds. */
  readonly latenciesMs: readonly number[]
}

/** What a job belongs to, and what names virtual machines and the host. */
const OTHER_CLASSES = [
  'Msvm_ComputerSystem',
  'Msvm_VirtualSystemManagementService',
  'Msvm_AffectedJobElement',
] as const
const MANAGEMENT_SERVICE = 'Msvm_VirtualSystemManagementService'
/** A latency is written rounded down to these steps, so that the capture of a simulated capture is the same. */
const LATENCY_STEP_MS = 50
/** What stands for a call that did not return while it was waited for. */
const HANG_MS = 3_600_000

/**
 * Asks a host what the package asks it: jobs with all properties, their errors as raw texts, virtual machines, whether
 * events come by themselves. What fails becomes a fault of the scenario. Changes nothing on the host.
 * @throws InvalidArgumentError, PlatformError, LoadError; the signal's reason when it aborts
 */
export async function capture(options: CaptureOptions = {}): Promise<Capture> {
  const { raw = false, ...rest } = takeOptions('options', options, ['raw', ...CONNECT_OPTIONS])
  if (typeof raw !== 'boolean') refuse('raw', 'a boolean', raw)
  const settings = checkConnectOptions(rest)
  throwIfAborted(settings.signal)
  const transport = new Transport(settings.native, settings.addon)
  try {
    const recorder = new Recorder(transport, settings)
    const scenario = await recorder.record()
    const { latenciesMs } = recorder
    if (raw) return { scenario, redaction: null, latenciesMs }
    return { ...redactScenario(scenario), latenciesMs }
  } finally {
    transport.close()
  }
}

class Recorder {
  readonly latenciesMs: number[] = []
  readonly #transport: Transport
  readonly #settings: ConnectSettings
  readonly #faults: CapturedFault[] = []
  readonly #omitted: string[] = []

  constructor(transport: Transport, settings: ConnectSettings) {
    this.#transport = transport
    this.#settings = settings
  }

  /** One call after the other: a capture must not be what keeps the host busy. */
  async record(): Promise<CapturedScenario> {
    const { host, namespace } = this.#settings.native
    const target = { operation: 'connect', object: namespace }
    const isConnected =
      (await this.#try(this.#transport.connect(target, deadlineOf(this.#settings)), {
        operation: 'connect',
      })) !== null
    const jobs: CapturedJob[] = []
    const instances: CapturedInstance[] = []
    let needsWithin = false
    if (isConnected) {
      const seen = new Set<string>()
      for (const name of JOB_CLASS_NAMES) {
        for (const object of await this.#instancesOf(name)) {
          // A query for a class finds those of its subclasses too.
          if (object.path === null || seen.has(object.path)) continue
          seen.add(object.path)
          jobs.push(await this.#job(object, object.path))
        }
      }
      for (const name of OTHER_CLASSES) {
        for (const object of await this.#instancesOf(name)) instances.push(this.#instance(object))
      }
      needsWithin = await this.#needsWithin()
    }
    return {
      computer: computerOf(instances) ?? host ?? 'HV-01',
      jobs,
      instances,
      faults: this.#faults,
      events: { needsWithin },
      captured: {
        namespace,
        windows: host === null && SURROUNDINGS.platform === 'win32' ? SURROUNDINGS.release : null,
        omitted: this.#omitted,
      },
    }
  }

  async #instancesOf(name: string): Promise<readonly NativeObject[]> {
    const fault = { operation: 'query', object: `FROM ${name}` } as const
    try {
      return (await this.#try(this.#run(querying(`SELECT * FROM ${name}`)), fault))?.result ?? []
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#omitted.push(`${name}: ${error.message}`)
      return []
    }
  }

  #instance(object: NativeObject): CapturedInstance {
    return capturedInstance(object, what => this.#omitted.push(what))
  }

  async #job(object: NativeObject, path: string): Promise<CapturedJob> {
    const instance = this.#instance(object)
    const startedAt = now()
    try {
      const fault = { operation: 'execMethod', method: 'GetErrorEx', object: path } as const
      const answer = await this.#try(this.#run(reading(path, 'GetErrorEx', ['ReturnValue', 'Errors'])), fault)
      if (answer === null) return { ...instance, getErrorEx: [] }
      const tookMs = now() - startedAt
      this.latenciesMs.push(tookMs)
      const latencyMs = Math.floor((tookMs + 1) / LATENCY_STEP_MS) * LATENCY_STEP_MS
      return { ...instance, getErrorEx: [capturedAnswer(answer.result, latencyMs)] }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      return { ...instance, getErrorEx: [{ shape: 'no-out-params' }] }
    }
  }

  async #needsWithin(): Promise<boolean> {
    const subscribe = (within: boolean) => {
      const [name] = JOB_CLASS_NAMES
      return this.#run(subscribing(eventQuery([name], within), name))
    }
    try {
      await subscribe(false)
      return false
    } catch (error) {
      const within = error instanceof WbemError && REACTIONS[error.category].subscribe === 'add-within'
      if (!within) {
        this.#faults.push(faultOf({ operation: 'subscribe' }, error))
        return false
      }
    }
    try {
      await subscribe(true)
    } catch (error) {
      this.#faults.push(faultOf({ operation: 'subscribe' }, error))
    }
    return true
  }

  /** Null for a call that failed, which is recorded. @throws ProtocolError, and the signal's reason */
  async #try<Result>(
    call: Promise<Result>,
    fault: CapturedFault,
  ): Promise<{ readonly result: Result } | null> {
    try {
      return { result: await call }
    } catch (error) {
      throwIfAborted(this.#settings.signal)
      if (error instanceof ProtocolError) throw error
      this.#faults.push(faultOf(fault, error))
      return null
    }
  }

  #run<Result>(operation: Operation<Result>): Promise<Result> {
    return this.#transport.run(operation, deadlineOf(this.#settings))
  }
}

/** @throws the error itself when it says nothing of the host */
function faultOf(fault: CapturedFault, error: unknown): CapturedFault {
  if (error instanceof WbemError) {
    const description = error.description === null ? {} : { description: error.description }
    return { ...fault, hresult: toHex(error.hresult), ...description }
  }
  if (error instanceof TimeoutError || error instanceof ProviderHungError) {
    return { ...fault, hangMs: HANG_MS }
  }
  throw error
}

/** The host as it calls itself. */
function computerOf(instances: readonly CapturedInstance[]): string | null {
  const service = instances.find(({ class: name }) => name === MANAGEMENT_SERVICE)
  const name = service?.properties.SystemName
  return typeof name === 'string' && name !== '' ? name : null
}
