/** The scenario format. */

/** What `Errors` of GetErrorEx arrives as; all but the first two break the method's contract. */
export const kShapes = [
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
export type Shape = (typeof kShapes)[number]

export const kOperations = ['connect', 'execMethod', 'getObject', 'query', 'subscribe', 'next'] as const
export type Operation = (typeof kOperations)[number]

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

export interface ScenarioFault {
  readonly operation: Operation
  /** Only for `execMethod`; default every method. */
  readonly method?: string | null
  /** From 1, counted in the process over all jobs; default every call. */
  readonly calls?: readonly number[] | null
  /** A failing HRESULT; without one the call goes on after the wait. */
  readonly hresult?: string | number | null
  readonly hangMs?: number
  readonly description?: string | null
}

export interface Scenario {
  /** Default `HV-01`. */
  readonly computer?: string
  /** Whether the Hyper-V namespaces do not exist, as on a host without the role. */
  readonly namespaceMissing?: boolean
  readonly jobs?: readonly ScenarioJob[]
  readonly faults?: readonly ScenarioFault[]
}
