/** A scenario that was checked and completed: every value has its type, every reference its target. */
import type { NativeValue } from '../wmi/addon'
import type { ClassTable, TypeSpec } from './class-table'
import type { Instance, PropertyValues } from './instance'
import type { Operation, Shape } from './scenario'

export interface ScenarioModel {
  readonly computer: string
  readonly namespaceMissing: boolean
  readonly classes: ClassTable
  readonly instances: readonly Instance[]
  /** Those that no method starts. */
  readonly jobs: readonly JobPlan[]
  readonly methods: readonly MethodPlan[]
  readonly faults: readonly Fault[]
  readonly events: EventRules
}

export interface JobPlan {
  /** The job as its properties say; a timeline may make it exist later. */
  readonly instance: Instance
  readonly existsAtStart: boolean
  /** In order of time. */
  readonly timeline: readonly JobStep[]
  /** At least one. */
  readonly answers: readonly JobAnswer[]
}

export interface JobStep {
  readonly afterMs: number
  readonly set: PropertyValues
  /** Null: as before. */
  readonly exists: boolean | null
}

export interface JobAnswer {
  readonly returnValue: number
  readonly latencyMs: number
  readonly shape: Shape
  readonly errors: readonly (string | null)[] | null
}

export interface MethodPlan {
  readonly className: string
  readonly name: string
  /** At least one. */
  readonly answers: readonly MethodAnswer[]
}

export interface OutParameter {
  readonly name: string
  readonly type: TypeSpec
  readonly value: NativeValue
}

export interface MethodAnswer {
  readonly returnValue: number
  readonly latencyMs: number
  readonly starts: JobPlan | null
  /** ReturnValue and the path of a started job apart. */
  readonly out: readonly OutParameter[]
}

export interface Fault {
  readonly operation: Operation
  readonly method: string | null
  readonly object: string | null
  /** From 1; null for every call. */
  readonly calls: readonly number[] | null
  /** Unsigned; null when the call goes on after the wait. */
  readonly hresult: number | null
  readonly hangMs: number
  readonly description: string
}

export interface EventRules {
  readonly needsWithin: boolean
  /** Null: no limit. */
  readonly maxSubscriptions: number | null
  readonly dropAfter: number | null
}
