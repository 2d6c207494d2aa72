/** The check that turns a scenario into what the native side takes. */

import { kClasses, kJobClasses, type MethodSource, type TypeMap, type TypeSpec } from './classes'
import { fixedInstances } from './fixed-instances'
import type {
  NativeClass,
  NativeFault,
  NativeInstance,
  NativeJob,
  NativeProperty,
  NativeScenario,
} from './native-scenario'
import { kOperations, kShapes } from './scenario'
import { asArray, asObject, declaredTypes, inferType, refuse, toNativeValue } from './values'

/** Longest wait a scenario can ask for: a day. */
const kMaxWaitMs = 86_400_000

type Source = Readonly<Record<string, unknown>>

/**
 * Checks a scenario and completes it. Unknown keys are left alone, so that a scenario may carry notes and stays
 * valid as the format grows; but a key that is a known one in other case is a slip of the pen.
 */
export function checkScenario(scenario: unknown): NativeScenario {
  const source = checkKeys(scenario, 'scenario', ['computer', 'namespaceMissing', 'jobs', 'faults'])
  const computer = optional(source.computer, 'computer', 'HV-01', asName)
  const types = new JobTypes()
  const jobs = list(source.jobs, 'jobs').map((job, index) => checkJob(job, `jobs[${index}]`, types))
  refuseDuplicates(jobs)
  return {
    computer,
    namespaceMissing: optional(source.namespaceMissing, 'namespaceMissing', false, asBoolean),
    classes: nativeClasses(types),
    instances: fixedInstances(computer).map(({ className, properties }) => ({
      className,
      properties: toNativeProperties(properties, className, new JobTypes(), className),
    })),
    jobs,
    faults: list(source.faults, 'faults').map((fault, index) => checkFault(fault, `faults[${index}]`)),
  }
}

/** Types of properties by class, growing by those which only the scenario knows. */
class JobTypes {
  /** By class, then by name in lower case. */
  readonly #extra = new Map<string, Map<string, { name: string; type: TypeSpec }>>()

  typeOf(className: string, property: string, value: unknown): TypeSpec {
    const lower = property.toLowerCase()
    const declared = declaredTypes(className).get(lower)
    if (declared !== undefined) return declared
    const extra = this.#extra.get(className) ?? new Map<string, { name: string; type: TypeSpec }>()
    this.#extra.set(className, extra)
    const known = extra.get(lower) ?? { name: property, type: inferType(value) }
    extra.set(lower, known)
    return known.type
  }

  extraOf(className: string): TypeMap {
    const extra = this.#extra.get(className)?.values() ?? []
    return Object.fromEntries([...extra].map(({ name, type }) => [name, type]))
  }
}

function checkJob(value: unknown, where: string, types: JobTypes): NativeJob {
  const job = checkKeys(value, where, ['class', 'properties', 'getErrorEx', 'timeline'])
  const given = typeof job.class === 'string' ? job.class.toLowerCase() : job.class
  const className =
    kJobClasses.find(name => name.toLowerCase() === given) ??
    refuse(`${where}.class`, `one of ${kJobClasses.join(', ')}`, job.class)
  const properties = toNativeProperties(job.properties, className, types, `${where}.properties`)
  if (idOf({ properties }) === '') {
    refuse(`${where}.properties.InstanceID`, 'a non-empty string', asObject(job.properties, where).InstanceID)
  }
  const timeline = list(job.timeline, `${where}.timeline`)
    .map((event, index) => checkEvent(event, `${where}.timeline[${index}]`, className, types))
    .sort((a, b) => a.afterMs - b.afterMs)
  return {
    className,
    properties,
    exists: !timeline.some(event => event.exists === true),
    timeline,
    getErrorEx: list(job.getErrorEx, `${where}.getErrorEx`).map((answer, index) =>
      checkAnswer(answer, `${where}.getErrorEx[${index}]`),
    ),
  }
}

function toNativeProperties(source: unknown, className: string, types: JobTypes, where: string) {
  const properties: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(asObject(source, where))) {
    const type = types.typeOf(className, name, value)
    properties[name] = toNativeValue(value, type, `${where}.${name}`)
  }
  return properties
}

function idOf({ properties }: Pick<NativeInstance, 'properties'>): string {
  const entry = Object.entries(properties).find(([name]) => name.toLowerCase() === 'instanceid')
  return typeof entry?.[1] === 'string' ? entry[1].toLowerCase() : ''
}

function refuseDuplicates(jobs: readonly NativeJob[]): void {
  const seen = new Set<string>()
  for (const [index, job] of jobs.entries()) {
    const identity = `${job.className}:${idOf(job)}`
    if (seen.has(identity)) {
      refuse(`jobs[${index}].properties.InstanceID`, 'an id no other job of the class has', idOf(job))
    }
    seen.add(identity)
  }
}

function checkEvent(
  value: unknown,
  where: string,
  className: string,
  types: JobTypes,
): NativeJob['timeline'][0] {
  const event = checkKeys(value, where, ['afterMs', 'set', 'create', 'remove'])
  const set = toNativeProperties(event.set ?? {}, className, types, `${where}.set`)
  if (idOf({ properties: set }) !== '') refuse(`${where}.set`, 'nothing for InstanceID, the key', set)
  const create = optional(event.create, `${where}.create`, false, asBoolean)
  const remove = optional(event.remove, `${where}.remove`, false, asBoolean)
  if (create && remove) refuse(where, 'create or remove', event)
  return {
    afterMs: asMs(event.afterMs, `${where}.afterMs`),
    set,
    exists: create ? true : remove ? false : null,
  }
}

function checkAnswer(value: unknown, where: string): NativeJob['getErrorEx'][0] {
  const answer = checkKeys(value, where, ['returnValue', 'errors', 'latencyMs', 'shape'])
  const errors = toNativeValue(answer.errors ?? null, 'string[]', `${where}.errors`) as
    | (string | null)[]
    | null
  const shape = answer.shape ?? (errors === null ? 'null' : 'array')
  return {
    returnValue: toNativeValue(answer.returnValue ?? 0, 'uint32', `${where}.returnValue`) as number,
    latencyMs: optional(answer.latencyMs, `${where}.latencyMs`, 0, asMs),
    shape: asOneOf(shape, kShapes, `${where}.shape`),
    errors,
  }
}

function checkFault(value: unknown, where: string): NativeFault {
  const fault = checkKeys(value, where, ['operation', 'method', 'calls', 'hresult', 'hangMs', 'description'])
  const operation = asOneOf(fault.operation, kOperations, `${where}.operation`)
  const method = optional(fault.method, `${where}.method`, null, asName)
  if (method !== null && operation !== 'execMethod')
    refuse(`${where}.method`, 'none but for execMethod', method)
  return {
    operation,
    method,
    calls: optional(fault.calls, `${where}.calls`, null, asCallNumbers),
    hresult: optional(fault.hresult, `${where}.hresult`, null, asFailure),
    hangMs: optional(fault.hangMs, `${where}.hangMs`, 0, asMs),
    description: optional(fault.description, `${where}.description`, '', asText),
  }
}

function nativeClasses(types: JobTypes): NativeClass[] {
  const signature = (parameters: TypeMap): NativeProperty[] =>
    Object.entries(parameters).map(([name, type]) => [name, type, false])
  const method = ([name, source]: [string, MethodSource]): NativeClass['methods'][0] => ({
    name,
    in: source.in === undefined ? null : signature(source.in),
    out: signature({ ReturnValue: 'uint32', ...source.out }),
  })
  return Object.entries(kClasses).map(([name, source]) => ({
    name,
    superclass: source.superclass ?? null,
    properties: Object.entries({ ...source.properties, ...types.extraOf(name) }).map(([property, type]) => [
      property,
      type,
      source.keys?.includes(property) ?? false,
    ]),
    methods: Object.entries(source.methods ?? {}).map(method),
  }))
}

function checkKeys(value: unknown, where: string, known: readonly string[]): Source {
  const source = asObject(value, where)
  for (const key of Object.keys(source)) {
    const meant = known.find(name => name !== key && name.toLowerCase() === key.toLowerCase())
    if (meant !== undefined) refuse(where, `the key ${meant}`, key)
  }
  return source
}

/** Absent and null are the default. */
function optional<T, D>(
  value: unknown,
  where: string,
  fallback: D,
  check: (value: unknown, where: string) => T,
): T | D {
  return value === undefined || value === null ? fallback : check(value, where)
}

function list(value: unknown, where: string): readonly unknown[] {
  return optional(value, where, [], asArray)
}

function asBoolean(value: unknown, where: string): boolean {
  if (typeof value !== 'boolean') refuse(where, 'a boolean', value)
  return value
}

function asText(value: unknown, where: string): string {
  if (typeof value !== 'string') refuse(where, 'a string', value)
  return value
}

function asName(value: unknown, where: string): string {
  if (typeof value !== 'string' || value === '') refuse(where, 'a non-empty string', value)
  return value
}

function asMs(value: unknown, where: string): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= kMaxWaitMs)) {
    refuse(where, `milliseconds from 0 to ${kMaxWaitMs}`, value)
  }
  return value
}

function asCallNumbers(value: unknown, where: string): readonly number[] {
  return asArray(value, where).map((item, index) => {
    if (typeof item !== 'number' || !Number.isInteger(item) || item < 1) {
      refuse(`${where}[${index}]`, 'a call number from 1', item)
    }
    return item
  })
}

/** Unsigned; a success code would not be a failure. */
function asFailure(value: unknown, where: string): number {
  const code =
    typeof value === 'string' && /^(0x)?[0-9a-f]{8}$/i.test(value) ? Number.parseInt(value, 16) : value
  if (typeof code !== 'number' || !Number.isInteger(code) || code >>> 0 < 0x8000_0000) {
    refuse(where, 'a failing HRESULT such as "0x800706BA"', value)
  }
  return code >>> 0
}

function asOneOf<T extends string>(value: unknown, allowed: readonly T[], where: string): T {
  return allowed.find(item => item === value) ?? refuse(where, `one of ${allowed.join(', ')}`, value)
}
