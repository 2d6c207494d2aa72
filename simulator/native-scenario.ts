/** A scenario as the C++ side takes it: complete, every value in the form its reader wants. */

import type { ClassDef, ClassTable, PropertyDef } from '../lib/testing/class-table'
import type { Instance, PropertyValues } from '../lib/testing/instance'
import type { JobPlan, MethodAnswer, MethodPlan, ScenarioModel } from '../lib/testing/model'
import type { NativeScalar, NativeValue } from '../lib/wmi/addon'

/** Name, type, whether it is a key. */
type NativeProperty = readonly [name: string, type: string, isKey: boolean]

interface NativeClass {
  readonly name: string
  readonly superclass: string | null
  readonly properties: readonly NativeProperty[]
  readonly methods: readonly {
    readonly name: string
    readonly in: readonly NativeProperty[] | null
    readonly out: readonly NativeProperty[]
  }[]
}

type NativeValues = Readonly<Record<string, unknown>>

export interface NativeInstance {
  readonly className: string
  readonly properties: NativeValues
}

export interface NativeJob extends NativeInstance {
  readonly exists: boolean
  readonly timeline: readonly {
    readonly afterMs: number
    readonly set: NativeValues
    readonly exists: boolean | null
  }[]
  readonly getErrorEx: JobPlan['answers']
}

export interface NativeScenario
  extends Pick<ScenarioModel, 'computer' | 'namespaceMissing' | 'faults' | 'events'> {
  readonly classes: readonly NativeClass[]
  readonly instances: readonly NativeInstance[]
  readonly jobs: readonly NativeJob[]
  readonly methods: readonly {
    readonly className: string
    readonly name: string
    readonly answers: readonly NativeMethodAnswer[]
  }[]
}

interface NativeMethodAnswer {
  readonly latencyMs: number
  readonly parameters: readonly NativeProperty[]
  readonly values: NativeValues
  readonly starts: NativeJob | null
}

export function nativeScenario(model: ScenarioModel): NativeScenario {
  const { computer, namespaceMissing, faults, events } = model
  return {
    computer,
    namespaceMissing,
    faults,
    events,
    classes: model.classes.all.map(nativeClass),
    instances: model.instances.map(nativeInstance),
    jobs: model.jobs.map(nativeJob),
    methods: model.methods.map(plan => nativeMethod(plan, model.classes)),
  }
}

function nativeClass({ name, superclass, properties, methods }: ClassDef): NativeClass {
  const inherited = superclass?.properties ?? []
  return {
    name,
    superclass: superclass?.name ?? null,
    properties: properties.filter(property => !inherited.includes(property)).map(nativeProperty),
    methods: methods
      .filter(method => superclass?.methods.includes(method) !== true)
      .map(method => ({
        name: method.name,
        in: method.in?.map(nativeProperty) ?? null,
        out: method.out.map(nativeProperty),
      })),
  }
}

function nativeProperty({ name, type, isKey }: PropertyDef): NativeProperty {
  return [name, type, isKey]
}

export function nativeJob({ instance, existsAtStart, timeline, answers }: JobPlan): NativeJob {
  return {
    ...nativeInstance(instance),
    exists: existsAtStart,
    timeline: timeline.map(step => ({ ...step, set: nativeValues(step.set, instance.cls) })),
    getErrorEx: answers,
  }
}

function nativeMethod({ className, name, answers }: MethodPlan, classes: ClassTable) {
  const declared = classes.find(className)?.method(name)?.out ?? []
  return { className, name, answers: answers.map(answer => nativeAnswer(answer, declared)) }
}

/** All declared out-parameters, and those of the answer. */
function nativeAnswer(
  { returnValue, latencyMs, starts, out }: MethodAnswer,
  declared: readonly PropertyDef[],
): NativeMethodAnswer {
  const given = [
    { name: 'ReturnValue', type: 'uint32', value: returnValue },
    ...(starts === null ? [] : [{ name: 'Job', type: 'reference', value: null }]),
    ...out,
  ]
  const isGiven = (name: string) => given.some(other => other.name.toLowerCase() === name.toLowerCase())
  return {
    latencyMs,
    starts: starts === null ? null : nativeJob(starts),
    parameters: [
      ...given.map(({ name, type }): NativeProperty => [name, type, false]),
      ...declared.filter(({ name }) => !isGiven(name)).map(nativeProperty),
    ],
    values: Object.fromEntries(given.map(({ name, type, value }) => [name, nativeValue(value, type)])),
  }
}

function nativeInstance({ cls, values }: Instance): NativeInstance {
  const given = cls.properties.map(({ name }, index) => [name, values[index] ?? null] as const)
  return { className: cls.name, properties: nativeValues(given, cls) }
}

/** NULL is what a property has without a value. */
export function nativeValues(values: PropertyValues, cls: ClassDef): NativeValues {
  return Object.fromEntries(
    values.map(([name, value]) => [name, nativeValue(value, cls.property(name)?.type ?? 'string')]),
  )
}

function nativeValue(value: NativeValue, type: string): unknown {
  if (Array.isArray(value)) return value.map(item => nativeScalar(item, type.slice(0, -2)))
  return nativeScalar(value, type)
}

/** 64-bit integers are text and char16 a number, as VARIANTs carry them. */
function nativeScalar(value: NativeScalar, type: string): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (type === 'char16' && typeof value === 'string') return value.charCodeAt(0)
  if (typeof value !== 'object' || value === null) return value
  const { className, properties } = value
  const given: Record<string, unknown> = {}
  for (let i = 0; i + 2 < properties.length; i += 3) {
    given[properties[i] as string] = nativeScalar(properties[i + 2] as NativeScalar, '')
  }
  return { className, properties: given }
}
