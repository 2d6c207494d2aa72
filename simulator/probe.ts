/** A small WMI client on threads of its own, to test the simulator's events without the product. */

import { native } from '.'
import type { NativeObject, ProbeHandle } from './native-probe'

/** WBEM_FLAG_RETURN_IMMEDIATELY | WBEM_FLAG_FORWARD_ONLY. */
export const NOTIFICATION_FLAGS = 0x30

/** WBEM_INFINITE. */
export const INFINITE = -1

/** As it arrived: the CIM type and the type of the VARIANT, which is what a client has to rely on. */
export interface ProbedProperty {
  readonly type: number
  readonly vt: number
}

export interface ProbedEvent {
  /** `__InstanceCreationEvent` and its kin. */
  readonly class: string
  /** Values by name: texts, 32-bit integers and booleans, null for NULL; others are undefined. */
  readonly target: Readonly<Record<string, unknown>>
  /** Null but for a modification. */
  readonly previous: Readonly<Record<string, unknown>> | null
  readonly timeCreated: unknown
  /** By the name of the event's own property. */
  readonly properties: Readonly<Record<string, ProbedProperty>>
}

export interface Reading {
  /** Unsigned. */
  readonly hresult: number
  readonly events: readonly ProbedEvent[]
  readonly elapsedMs: number
}

export interface ProbeOptions {
  /** Default `WQL`. */
  readonly language?: string
  /** Default {@link NOTIFICATION_FLAGS}. */
  readonly flags?: number
}

/** A connection with the result of ExecNotificationQuery; close it, or what it holds stays alive. */
export class Probe {
  readonly #handle: ProbeHandle

  private constructor(handle: ProbeHandle) {
    this.#handle = handle
  }

  /** Resolves to the HRESULT instead when WMI refuses. */
  static async tryOpen(query: string, options: ProbeOptions = {}): Promise<Probe | number> {
    const { language = 'WQL', flags = NOTIFICATION_FLAGS } = options
    const { hresult, probe } = await native().openProbe(language, query, flags)
    return probe === undefined ? hresult : new Probe(probe)
  }

  static async open(query: string): Promise<Probe> {
    const probe = await Probe.tryOpen(query)
    if (typeof probe === 'number') throw new Error(`the subscription failed with 0x${probe.toString(16)}`)
    return probe
  }

  /** One call of Next. */
  async next(timeoutMs: number, count = 1): Promise<Reading> {
    const start = performance.now()
    const { hresult, events = [] } = await native().readProbe(this.#handle, timeoutMs, count)
    return { hresult, events: events.map(toEvent), elapsedMs: performance.now() - start }
  }

  /** Calls RequestStateChange over the same connection. Resolves to its HRESULT. */
  async requestState(path: string, state: number): Promise<number> {
    return (await native().requestState(this.#handle, path, state)).hresult
  }

  async close(): Promise<void> {
    await native().closeProbe(this.#handle)
  }
}

function toEvent(event: NativeObject): ProbedEvent {
  return {
    class: String(event.__CLASS?.value),
    target: toInstance(event.TargetInstance?.value) ?? {},
    previous: toInstance(event.PreviousInstance?.value),
    timeCreated: event.TIME_CREATED?.value,
    properties: event,
  }
}

function toInstance(value: unknown): Readonly<Record<string, unknown>> | null {
  if (value === undefined || value === null) return null
  return Object.fromEntries(Object.entries(value as NativeObject).map(([name, item]) => [name, item.value]))
}
