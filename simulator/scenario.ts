/** The scenario format. */

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
  readonly set?: Readonly<Record<string, unknown>>
  /** A job with a creation on its timeline does not exist before. */
  readonly create?: boolean
  readonly remove?: boolean
}

export interface ScenarioJob {
  readonly class: string
  /** By name; what is absent is NULL. A property no class declares gets a type from its JSON value. */
  readonly properties: Readonly<Record<string, unknown>>
  readonly getErrorEx?: readonly ScenarioAnswer[]
  readonly timeline?: readonly ScenarioEvent[]
}

/** A disconnection is a fault of `next`: the subscription it hits fails with its code from then on. */
export interface ScenarioFault {
  /** `subscribe` is ExecNotificationQuery; `next` counts each Next, of queries and of subscriptions. */
  readonly operation: Operation
  /** Only for `execMethod`; default every method. */
  readonly method?: string | null
  /** Only for calls on an object path or with a query that holds this text, as it is written; not for `next`. */
  readonly object?: string | null
  /** From 1, counted in the process over all jobs; default every call. */
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

export interface Scenario {
  /** Default `HV-01`. */
  readonly computer?: string
  /** Whether the Hyper-V namespaces do not exist, as on a host without the role. */
  readonly namespaceMissing?: boolean
  readonly jobs?: readonly ScenarioJob[]
  readonly faults?: readonly ScenarioFault[]
  readonly events?: ScenarioEvents | null
}
