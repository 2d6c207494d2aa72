/** The in-parameters of a call, as the addon writes them and the host reads them. */
import type { NativeInput, NativeValue } from '../wmi/addon'
import { inferType } from './cim-values'
import { type MethodDef, sameName, type TypeSpec } from './class-table'
import { argumentFailure, bareFailure, Hresult } from './failure'

/** By declared name; null is NULL. */
export type MethodInput = ReadonlyMap<string, NativeValue>

interface IntegerType {
  readonly text: string
  readonly min: number
  readonly max: number
  /** What the bits are to the host: the two 32-bit types share a VARIANT type, and each takes the other's range. */
  wrap(value: number): number
}

const same = (value: number) => value
const INTEGERS: Readonly<Partial<Record<string, IntegerType>>> = {
  sint8: { text: 'sint8', min: -128, max: 127, wrap: same },
  uint8: { text: 'uint8', min: 0, max: 255, wrap: same },
  sint16: { text: 'sint16', min: -32768, max: 32767, wrap: same },
  uint16: { text: 'uint16', min: 0, max: 65535, wrap: same },
  sint32: { text: 'sint32 or uint32', min: -0x8000_0000, max: 0xffff_ffff, wrap: value => value | 0 },
  uint32: { text: 'sint32 or uint32', min: -0x8000_0000, max: 0xffff_ffff, wrap: value => value >>> 0 },
}

const NULLABLE_ITEMS: ReadonlySet<string> = new Set(['string', 'datetime', 'reference', 'sint64', 'uint64'])

/**
 * @param signature - null for a method that only a scenario knows, which takes whatever it is given
 * @throws OperationFailed
 */
export function readInput(
  signature: MethodDef | null,
  className: string,
  method: string,
  pairs: readonly (string | NativeInput)[],
): MethodInput {
  const input = new Map<string, NativeValue>()
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const given = String(pairs[i])
    const value = pairs[i + 1] ?? null
    if (signature === null) {
      input.set(given, write(value, inferType(value) ?? 'string', given))
      continue
    }
    if (signature.in === null) throw refusal(`${method} of ${className} has no in-parameters`)
    const parameter = signature.in.find(({ name }) => sameName(name, given))
    if (parameter === undefined) {
      const names = signature.in.map(({ name }) => name).join(', ')
      throw refusal(`${method} of ${className} has no in-parameter ${given}, it has: ${names}`)
    }
    input.set(parameter.name, write(value, parameter.type, given))
  }
  return input
}

function refusal(message: string) {
  return argumentFailure('IWbemServices::ExecMethod', message)
}

function unfit(name: string, expected: string) {
  return argumentFailure('IWbemClassObject::Put', `expected ${expected} for in-parameter ${name}`)
}

function write(value: NativeInput, type: TypeSpec, name: string): NativeValue {
  if (value === null) return null
  if (!type.endsWith('[]')) return writeScalar(value, type, name)
  const element = type.slice(0, -2)
  if (!Array.isArray(value)) throw unfit(name, 'an array')
  if (element === 'object') throw unfit(name, 'no value: embedded objects cannot be passed')
  return (value as readonly NativeInput[]).map(item => {
    if (item !== null) return writeScalar(item, element, name)
    if (NULLABLE_ITEMS.has(element)) return null
    throw unfit(name, 'an array without null items')
  })
}

function writeScalar(value: NativeInput, type: string, name: string): string | number | bigint | boolean {
  const integer = INTEGERS[type]
  if (integer !== undefined) {
    const fits = Number.isInteger(value) && Number(value) >= integer.min && Number(value) <= integer.max
    if (!fits) throw unfit(name, `an integer in the range of ${integer.text}`)
    return integer.wrap(Number(value))
  }
  switch (type) {
    case 'boolean':
      if (typeof value !== 'boolean') throw unfit(name, 'a boolean')
      return value
    case 'sint64':
      return writeInteger64(value, name, 'sint64', -(2n ** 63n), 2n ** 63n - 1n)
    case 'uint64':
      return writeInteger64(value, name, 'uint64', 0n, 2n ** 64n - 1n)
    case 'real32':
    case 'real64':
      if (typeof value !== 'number') throw unfit(name, 'a number')
      return type === 'real32' ? Math.fround(value) : value
    case 'char16':
      if (typeof value !== 'string' || value.length !== 1) throw unfit(name, 'a string of one UTF-16 unit')
      return value
    case 'object':
      throw unfit(name, 'no value: embedded objects cannot be passed')
    default:
      if (typeof value !== 'string') throw unfit(name, 'a string')
      // The host looks at the value itself, when it is put into the parameters.
      if (type === 'datetime' && !DATETIME.test(value)) {
        throw bareFailure('IWbemClassObject::Put', Hresult.TypeMismatch)
      }
      return value
  }
}

/** A timestamp `yyyymmddHHMMSS.mmmmmmsUUU` or an interval `ddddddddHHMMSS.mmmmmm:000`. */
const DATETIME = /^[\d*]{14}\.[\d*]{6}[+:-][\d*]{3}$/

function writeInteger64(value: NativeInput, name: string, type: string, min: bigint, max: bigint): bigint {
  const isWhole = typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))
  const integer = isWhole ? BigInt(value) : undefined
  if (integer === undefined || integer < min || integer > max) {
    throw unfit(name, `a bigint in the range of ${type}`)
  }
  return integer
}
