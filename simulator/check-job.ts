/** The check of a scenario's jobs. */

import { asBoolean, asMs, asOneOf, checkKeys, list, optional } from './checks'
import { JOB_CLASSES, type TypeMap, type TypeSpec } from './classes'
import type { NativeInstance, NativeJob } from './native-scenario'
import { SHAPES } from './scenario'
import { asObject, declaredTypes, inferType, refuse, toNativeValue } from './values'

/** Types of properties by class, growing by those which only the scenario knows. */
export class JobTypes {
  /** By class, then by name in lower case. */
  readonly #extra = new Map<string, Map<string, { name: string; type: TypeSpec }>>()

  #closed = false

  /** From now on a property that is not known yet is refused: the server's classes are made. */
  close(): void {
    this.#closed = true
  }

  typeOf(className: string, property: string, value: unknown, where: string): TypeSpec {
    const lower = property.toLowerCase()
    const declared = declaredTypes(className).get(lower)
    if (declared !== undefined) return declared
    const extra = this.#extra.get(className) ?? new Map<string, { name: string; type: TypeSpec }>()
    this.#extra.set(className, extra)
    if (this.#closed && !extra.has(lower)) refuse(where, `a property ${className} has since the start`, value)
    const known = extra.get(lower) ?? { name: property, type: inferType(value) }
    extra.set(lower, known)
    return known.type
  }

  extraOf(className: string): TypeMap {
    const extra = this.#extra.get(className)?.values() ?? []
    return Object.fromEntries([...extra].map(({ name, type }) => [name, type]))
  }
}

/** The name of a job class, in whatever case, as it is known. */
export function checkJobClass(value: unknown, where: string): string {
  const given = typeof value === 'string' ? value.toLowerCase() : value
  const className = JOB_CLASSES.find(name => name.toLowerCase() === given)
  return className ?? refuse(where, `one of ${JOB_CLASSES.join(', ')}`, value)
}

export function checkJob(value: unknown, where: string, types: JobTypes): NativeJob {
  const job = checkKeys(value, where, ['class', 'properties', 'getErrorEx', 'timeline'])
  const className = checkJobClass(job.class, `${where}.class`)
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

export function toNativeProperties(
  source: unknown,
  className: string,
  types: JobTypes,
  where: string,
): Record<string, unknown> {
  const properties: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(asObject(source, where))) {
    const type = types.typeOf(className, name, value, `${where}.${name}`)
    properties[name] = toNativeValue(value, type, `${where}.${name}`)
  }
  return properties
}

/** What a job is to be changed to. */
export function checkSet(
  value: unknown,
  className: string,
  types: JobTypes,
  where: string,
): Record<string, unknown> {
  const set = toNativeProperties(value, className, types, where)
  if (idOf({ properties: set }) !== '') refuse(where, 'nothing for InstanceID, the key', set)
  return set
}

function idOf({ properties }: Pick<NativeInstance, 'properties'>): string {
  const entry = Object.entries(properties).find(([name]) => name.toLowerCase() === 'instanceid')
  return typeof entry?.[1] === 'string' ? entry[1].toLowerCase() : ''
}

export function refuseDuplicates(jobs: readonly NativeJob[]): void {
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
  const set = checkSet(event.set ?? {}, className, types, `${where}.set`)
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
    shape: asOneOf(shape, SHAPES, `${where}.shape`),
    errors,
  }
}
