/** The scenario format: what a simulated host has, and what happens to it. `scenario-schema.ts` checks it. */

/** What `Errors` of GetErrorEx arrives as; all but the first two break the method's contract. */
export const SHAPES = [
  'null',
  'array',
  'empty',
  'missing',
  'scalar',
  'array-of-variant',
  'array-of-i4',
  'two-dimensional',
  'lower-bound-5',
  'null-parray',
  'no-out-params',
] as const
export type Shape = (typeof SHAPES)[number]

export const OPERATIONS = ['connect', 'execMethod', 'getObject', 'query', 'subscribe', 'next'] as const
export type Operation = (typeof OPERATIONS)[number]

/**
 * A CIM value as JSON. Of the type that its property has: 64-bit integers also as decimal strings, reals also as
 * `"INF"`, `"-INF"`, `"NaN"`, char16 as a string of one UTF-16 unit, datetimes as CIM's 25 characters, embedded objects
 * as `{ "class": …, "properties": … }`. `{ "type": "uint64", "value": "7" }` names the type itself (`"uint16[]"` for an
 * array); a property that no class declares otherwise gets a type from its value.
 */
export type ScenarioValue = unknown

export type ScenarioProperties = Readonly<Record<string, ScenarioValue>>

/** One answer of GetErrorEx; the last of a job's answers repeats. */
export interface ScenarioAnswer {
  /** Default 0. */
  readonly returnValue?: number
  /** Default NULL. */
  readonly errors?: readonly (string | null)[] | null
  readonly latencyMs?: number
  /** Default: `array`, or `null` without errors. */
  readonly shape?: Shape | null
}

/** What happens to a job at a time since the start. */
export interface ScenarioEvent {
  readonly afterMs: number
  readonly set?: ScenarioProperties
  /** A job with a creation on its timeline does not exist before. */
  readonly create?: boolean
  readonly remove?: boolean
}

export interface ScenarioJob {
  readonly class: string
  /** By name; what is absent is NULL. */
  readonly properties: ScenarioProperties
  readonly getErrorEx?: readonly ScenarioAnswer[]
  readonly timeline?: readonly ScenarioEvent[]
}

/** An instance of any class, which stays as it is. */
export interface ScenarioInstance {
  readonly class: string
  readonly properties: ScenarioProperties
}

/** One answer of a method. */
export interface ScenarioMethodAnswer {
  /** Default 4096 for an answer that starts a job, else 0. */
  readonly returnValue?: number
  /** InstanceID of a job that begins with this call: it does not exist before, and its timeline counts from here. */
  readonly starts?: string | null
  /** The other out-parameters by name; `Job` is the path of the job that is started. */
  readonly out?: ScenarioProperties
  readonly latencyMs?: number
}

/** What a method of a class and its subclasses answers, one for each call; the last answer repeats. */
export interface ScenarioMethod {
  readonly class: string
  readonly name: string
  readonly answers: readonly ScenarioMethodAnswer[]
}

/** A disconnection is a fault of `next`: the subscription it hits fails with its code from then on. */
export interface ScenarioFault {
  /** `subscribe` is ExecNotificationQuery; `next` counts each Next, of queries and of subscriptions. */
  readonly operation: Operation
  /** Only for `execMethod`; default every method. */
  readonly method?: string | null
  /** Only for calls on an object path or with a query that holds this text, as it is written; not for `next`. */
  readonly object?: string | null
  /** From 1, counted over all jobs; default every call. */
  readonly calls?: readonly number[] | null
  /** A failing HRESULT; without one the call goes on after the wait. */
  readonly hresult?: string | number | null
  readonly hangMs?: number
  readonly description?: string | null
}

/**
 * How creations, changes and removals of jobs reach notification queries. Without this they come as they happen,
 * to any number of subscriptions, which keep them until they are read.
 */
export interface ScenarioEvents {
  /**
   * Whether a query needs a WITHIN clause; one without fails with 0x80042002. The events are then found by polls
   * in that interval: what comes and goes between two polls gives none, and several changes of a job give one.
   * Otherwise the clause changes nothing. Default false.
   */
  readonly needsWithin?: boolean | null
  /** Subscriptions at a time; one more fails with 0x8004106C. Default: no limit. */
  readonly maxSubscriptions?: number | null
  /** Unread events a subscription keeps; further ones are dropped and counted. Default: no limit. */
  readonly dropAfter?: number | null
}

/** Unknown keys are left alone, so that a scenario may carry notes and stays valid as the format grows. */
export interface Scenario {
  /** Default `HV-01`. */
  readonly computer?: string
  /** Whether the Hyper-V namespaces do not exist, as on a host without the role. */
  readonly namespaceMissing?: boolean
  readonly jobs?: readonly ScenarioJob[]
  readonly instances?: readonly ScenarioInstance[]
  readonly methods?: readonly ScenarioMethod[]
  readonly faults?: readonly ScenarioFault[]
  readonly events?: ScenarioEvents | null
}
