/** A scenario as the native side takes it: complete, every value of its type. */

import type { TypeSpec } from './classes'
import type { Operation, Shape } from './scenario'

/** Name, type, whether it is a key. */
export type NativeProperty = readonly [string, TypeSpec, boolean]

export interface NativeClass {
  name: string
  superclass: string | null
  properties: NativeProperty[]
  methods: { name: string; in: NativeProperty[] | null; out: NativeProperty[] }[]
}

export interface NativeInstance {
  className: string
  properties: Record<string, unknown>
}

export interface NativeJob extends NativeInstance {
  exists: boolean
  timeline: { afterMs: number; set: Record<string, unknown>; exists: boolean | null }[]
  getErrorEx: {
    returnValue: number
    latencyMs: number
    shape: Shape
    errors: readonly (string | null)[] | null
  }[]
}

export interface NativeFault {
  operation: Operation
  method: string | null
  object: string | null
  calls: readonly number[] | null
  hresult: number | null
  hangMs: number
  description: string
}

export interface NativeEvents {
  needsWithin: boolean
  maxSubscriptions: number | null
  dropAfter: number | null
}

export interface NativeScenario {
  computer: string
  namespaceMissing: boolean
  classes: NativeClass[]
  instances: NativeInstance[]
  jobs: NativeJob[]
  faults: NativeFault[]
  events: NativeEvents
}
