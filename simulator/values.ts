/** CIM values as a scenario writes them in JSON, made ready for the native side. */

import { CLASSES, type ClassSource, type TypeSpec } from './classes'

/** A scenario that does not say what it must. */
export class ScenarioError extends Error {
  override get name(): string {
    return 'ScenarioError'
  }
}

/** `where` is the place in the scenario, e.g. `jobs[2].timeline[0].afterMs`. */
export function refuse(where: string, expected: string, received: unknown): never {
  throw new ScenarioError(`${where}: expected ${expected}, received ${describe(received)}`)
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'bigint' ? `${value}n` : JSON.stringify(value)
}

export function asObject(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(where, 'an object', value)
  return value as Record<string, unknown>
}

export function asArray(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) refuse(where, 'an array', value)
  return value
}

interface IntegerType {
  readonly min: bigint
  readonly max: bigint
}

const INTEGERS: Readonly<Partial<Record<TypeSpec, IntegerType>>> = {
  uint8: { min: 0n, max: 0xffn },
  uint16: { min: 0n, max: 0xffffn },
  uint32: { min: 0n, max: 0xffff_ffffn },
  uint64: { min: 0n, max: 0xffff_ffff_ffff_ffffn },
  sint8: { min: -0x80n, max: 0x7fn },
  sint16: { min: -0x8000n, max: 0x7fffn },
  sint32: { min: -0x8000_0000n, max: 0x7fff_ffffn },
  sint64: { min: -0x8000_0000_0000_0000n, max: 0x7fff_ffff_ffff_ffffn },
}

function toInteger(
  value: unknown,
  type: TypeSpec,
  { min, max }: IntegerType,
  where: string,
): number | string {
  const wide = type === 'uint64' || type === 'sint64'
  const text = wide && typeof value === 'string' && /^-?\d+$/.test(value)
  if (!text && !Number.isSafeInteger(value) && typeof value !== 'bigint') {
    refuse(where, wide ? 'an integer, as a decimal string beyond 2^53' : 'an integer', value)
  }
  const integer = BigInt(value as string | number | bigint)
  if (integer < min || integer > max) refuse(where, `an integer from ${min} to ${max} (${type})`, value)
  return wide ? integer.toString() : Number(integer)
}

const SPECIAL_REALS: Readonly<Record<string, number>> = { INF: Infinity, '-INF': -Infinity, NaN }

function toReal(value: unknown, where: string): number {
  const real = typeof value === 'string' ? SPECIAL_REALS[value] : value
  if (typeof real !== 'number') refuse(where, 'a number, "INF", "-INF" or "NaN"', value)
  return real
}

function toChar16(value: unknown, where: string): number {
  if (typeof value !== 'string' || value.length !== 1) refuse(where, 'one UTF-16 unit', value)
  return value.charCodeAt(0)
}

function toScalar(value: unknown, type: TypeSpec, where: string): unknown {
  const integer = INTEGERS[type]
  if (integer !== undefined) return toInteger(value, type, integer, where)
  switch (type) {
    case 'boolean':
      if (typeof value !== 'boolean') refuse(where, 'a boolean', value)
      return value
    case 'real32':
    case 'real64':
      return toReal(value, where)
    case 'char16':
      return toChar16(value, where)
    case 'object':
      return toEmbedded(value, where)
    default:
      if (typeof value !== 'string') refuse(where, `a string (${type})`, value)
      return value
  }
}

/** `{ "class": …, "properties": … }`. */
function toEmbedded(
  value: unknown,
  where: string,
): { className: string; properties: Record<string, unknown> } {
  const source = asObject(value, where)
  const className = source.class
  if (typeof className !== 'string' || CLASSES[className] === undefined) {
    refuse(`${where}.class`, 'the name of a class', className)
  }
  const types = declaredTypes(className)
  const properties: Record<string, unknown> = {}
  for (const [name, item] of Object.entries(asObject(source.properties ?? {}, `${where}.properties`))) {
    const type =
      types.get(name.toLowerCase()) ??
      refuse(`${where}.properties.${name}`, `a property of ${className}`, item)
    properties[name] = toNativeValue(item, type, `${where}.properties.${name}`)
  }
  return { className, properties }
}

/** NULL is a value of each type, and of the items of string-like arrays: other VARIANT arrays cannot hold it. */
export function toNativeValue(value: unknown, type: TypeSpec, where: string): unknown {
  if (value === null) return null
  if (!type.endsWith('[]')) return toScalar(value, type, where)
  const element = type.slice(0, -2) as TypeSpec
  const holdsNull = element === 'string' || element === 'datetime' || element === 'reference'
  return asArray(value, where).map((item, index) =>
    item === null && holdsNull ? null : toScalar(item, element, `${where}[${index}]`),
  )
}

/** The type of a property that no class declares, from its value in JSON. */
export function inferType(value: unknown): TypeSpec {
  if (Array.isArray(value)) {
    const first: unknown = value.find(item => item !== null)
    return `${inferType(first) as 'string'}[]`
  }
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value !== 'number') return 'string'
  if (!Number.isInteger(value)) return 'real64'
  return value < 0 ? 'sint32' : 'uint32'
}

const DECLARED = new Map<string, ReadonlyMap<string, TypeSpec>>()

/** The types of a class's properties, inherited ones included, by name in lower case. */
export function declaredTypes(className: string): ReadonlyMap<string, TypeSpec> {
  const known = DECLARED.get(className)
  if (known !== undefined) return known
  const source: ClassSource | undefined = CLASSES[className]
  const types = new Map(source?.superclass === undefined ? [] : declaredTypes(source.superclass))
  for (const [name, type] of Object.entries(source?.properties ?? {})) types.set(name.toLowerCase(), type)
  DECLARED.set(className, types)
  return types
}
