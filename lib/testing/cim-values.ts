/** CIM values as a scenario writes them in JSON, and as the native contract carries them. */
import { refuse } from '../base/arguments'
import type { NativeScalar, NativeValue } from '../wmi/addon'
import { type ClassTable, isTypeSpec, type TypeSpec } from './class-table'
import { Instance } from './instance'
import { isRecord } from './schema'

interface IntegerType {
  readonly min: bigint
  readonly max: bigint
}

const INTEGERS: Readonly<Partial<Record<string, IntegerType>>> = {
  uint8: { min: 0n, max: 0xffn },
  uint16: { min: 0n, max: 0xffffn },
  uint32: { min: 0n, max: 0xffff_ffffn },
  uint64: { min: 0n, max: 0xffff_ffff_ffff_ffffn },
  sint8: { min: -0x80n, max: 0x7fn },
  sint16: { min: -0x8000n, max: 0x7fffn },
  sint32: { min: -0x8000_0000n, max: 0x7fff_ffffn },
  sint64: { min: -0x8000_0000_0000_0000n, max: 0x7fff_ffff_ffff_ffffn },
}

function toInteger(value: unknown, type: string, { min, max }: IntegerType, where: string): number | bigint {
  const wide = type === 'uint64' || type === 'sint64'
  const text = wide && typeof value === 'string' && /^-?\d{1,20}$/.test(value)
  if (!text && !Number.isSafeInteger(value) && typeof value !== 'bigint') {
    refuse(where, wide ? 'an integer, as a decimal string beyond 2^53' : 'an integer', value)
  }
  const integer = BigInt(value as string | number | bigint)
  if (integer < min || integer > max) refuse(where, `an integer from ${min} to ${max} (${type})`, value)
  return wide ? integer : Number(integer)
}

const SPECIAL_REALS: Readonly<Record<string, number>> = { INF: Infinity, '-INF': -Infinity, NaN }

function toReal(value: unknown, type: string, where: string): number {
  const real = typeof value === 'string' ? SPECIAL_REALS[value] : value
  if (typeof real !== 'number') refuse(where, 'a number, "INF", "-INF" or "NaN"', value)
  return type === 'real32' ? Math.fround(real) : real
}

/** Embedded objects nest; the addon reads no deeper than this. */
const MAX_DEPTH = 16

/** `{ "class": …, "properties": … }`. */
function toEmbedded(value: unknown, classes: ClassTable, where: string, depth: number): NativeScalar {
  if (!isRecord(value)) refuse(where, 'an embedded object: {"class", "properties"}', value)
  if (depth > MAX_DEPTH) refuse(where, `embedded objects nested at most ${MAX_DEPTH} deep`, value)
  const { class: name, properties = {} } = value
  const cls = typeof name === 'string' ? classes.find(name) : undefined
  if (cls === undefined) return refuse(`${where}.class`, 'the name of a class', name)
  if (!isRecord(properties)) refuse(`${where}.properties`, 'an object', properties)
  const values = Object.entries(properties).map(([property, item]) => {
    const at = `${where}.properties.${property}`
    const declared = cls.property(property) ?? refuse(at, `a property of ${cls.name}`, item)
    return [declared.name, toCimValue(item, declared.type, classes, at, depth + 1)] as const
  })
  return new Instance(cls).with(values).toNative()
}

function toScalar(
  value: unknown,
  type: string,
  classes: ClassTable,
  where: string,
  depth: number,
): NativeScalar {
  const integer = INTEGERS[type]
  if (integer !== undefined) return toInteger(value, type, integer, where)
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean' ? value : refuse(where, 'a boolean', value)
    case 'real32':
    case 'real64':
      return toReal(value, type, where)
    case 'char16':
      return typeof value === 'string' && value.length === 1 ? value : refuse(where, 'one UTF-16 unit', value)
    case 'object':
      return toEmbedded(value, classes, where, depth)
    default:
      return typeof value === 'string' ? value : refuse(where, `a string (${type})`, value)
  }
}

/** Of these types alone a VARIANT array can hold NULL items. */
const NULLABLE_ITEMS: ReadonlySet<string> = new Set(['string', 'datetime', 'reference'])

/** NULL is a value of each type. @throws InvalidArgumentError */
export function toCimValue(
  given: unknown,
  type: TypeSpec,
  classes: ClassTable,
  where: string,
  depth = 0,
): NativeValue {
  const value = typedValue(given)?.value ?? (typedValue(given) === null ? given : null)
  if (value === null || value === undefined) return null
  if (!type.endsWith('[]')) return toScalar(value, type, classes, where, depth)
  const element = type.slice(0, -2)
  if (!Array.isArray(value)) refuse(where, 'an array', value)
  return Array.from(value as readonly unknown[], (item, index) => {
    if (item === null && NULLABLE_ITEMS.has(element)) return null
    return toScalar(item, element, classes, `${where}[${index}]`, depth)
  })
}

/** `{ "type": …, "value": … }`, or null for a value that does not name its type. */
export function typedValue(value: unknown): { readonly type: TypeSpec; readonly value: unknown } | null {
  if (
    !isRecord(value) ||
    !('type' in value) ||
    Object.keys(value).some(key => key !== 'type' && key !== 'value')
  )
    return null
  const { type, value: bare = null } = value
  return isTypeSpec(type) ? { type, value: bare } : null
}

/** The type of a property that no class declares, from its value; undefined for NULL, which has every type. */
export function inferType(value: unknown): TypeSpec | undefined {
  if (value === null || value === undefined) return undefined
  if (Array.isArray(value)) return `${inferScalarType(value.find(item => item !== null))}[]` as TypeSpec
  return inferScalarType(value)
}

function inferScalarType(value: unknown): TypeSpec {
  switch (typeof value) {
    case 'boolean':
      return 'boolean'
    case 'bigint':
      return value < 0n ? 'sint64' : 'uint64'
    case 'number':
      if (!Number.isInteger(value)) return 'real64'
      if (value < 0) return value < -0x8000_0000 ? 'sint64' : 'sint32'
      return value > 0xffff_ffff ? 'uint64' : 'uint32'
    case 'object':
      return value === null ? 'string' : 'object'
    default:
      return 'string'
  }
}
