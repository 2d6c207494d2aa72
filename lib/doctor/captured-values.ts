/** What the addon delivers, as a scenario writes it. */
import type { NativeObject, NativeProperties, NativeScalar, NativeValue } from '../wmi/addon'
import { UNREADABLE } from '../wmi/addon'
import { ARRAY_FLAG, CIM_TYPES } from '../wmi/from-native'
import type { CapturedAnswer, CapturedInstance, CapturedProperties, CapturedValue } from './scenario'

/** System properties are WMI's own, which a simulated host makes itself. */
const SYSTEM = /^__/

/** `omit` is given what cannot be written. */
export function capturedInstance(object: NativeObject, omit: (what: string) => void): CapturedInstance {
  return { class: object.className, properties: capturedProperties(object, omit) }
}

function capturedProperties(
  { className, properties: triples }: NativeObject,
  omit: (what: string) => void,
): CapturedProperties {
  const properties: Record<string, CapturedValue> = {}
  for (const [name, cimType, value] of triplesOf(triples)) {
    if (SYSTEM.test(name)) continue
    const type = cimType === UNREADABLE ? undefined : CIM_TYPES.get(cimType & ~ARRAY_FLAG)
    if (type === undefined) omit(`${className}.${name}: ${String(value)}`)
    else if (type === 'object' && value !== null) omit(`${className}.${name}: an embedded object`)
    else properties[name] = capturedValue(type, (cimType & ARRAY_FLAG) !== 0, value)
  }
  return properties
}

function* triplesOf(triples: NativeProperties): Generator<readonly [string, number, NativeValue]> {
  for (let i = 0; i + 2 < triples.length; i += 3) {
    yield [triples[i] as string, triples[i + 1] as number, triples[i + 2] as NativeValue]
  }
}

function capturedValue(type: string, isArray: boolean, value: NativeValue): CapturedValue {
  // A scenario reads these back as what they are.
  if (!isArray && type === 'string' && typeof value === 'string') return value
  if (!isArray && typeof value === 'boolean') return value
  const json = Array.isArray(value) ? value.map(jsonScalar) : jsonScalar(value)
  return { type: isArray ? `${type}[]` : type, value: json }
}

/** JSON knows neither 64-bit integers nor infinities. */
function jsonScalar(value: NativeScalar): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'number' || Number.isFinite(value)) return value
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'INF' : '-INF'
}

const VT_BSTR = 8
const VT_ARRAY_OF_VARIANT = 0x200c
const VT_ARRAY_OF_I4 = 0x2003

/** The out-parameters of GetErrorEx, whatever `Errors` came as. */
export function capturedAnswer(triples: NativeProperties, latencyMs: number): CapturedAnswer {
  const out = new Map([...triplesOf(triples)].map(([name, cimType, value]) => [name, { cimType, value }]))
  const returnValue = out.get('ReturnValue')?.value
  return {
    ...(typeof returnValue === 'number' && returnValue !== 0 ? { returnValue } : {}),
    ...(latencyMs === 0 ? {} : { latencyMs }),
    ...errorsOf(out.get('Errors')),
  }
}

function errorsOf(
  errors: { readonly cimType: number; readonly value: NativeValue } | undefined,
): Partial<CapturedAnswer> {
  if (errors === undefined) return { shape: 'missing' }
  const { cimType, value } = errors
  // The texts behind an unreadable value are not known: one empty one keeps the place.
  if (cimType === UNREADABLE) return { shape: shapeOf(String(value)), errors: [''] }
  if (value === null) return { errors: null }
  const texts = Array.isArray(value) ? value : [value]
  return { errors: texts.map(text => (typeof text === 'string' ? text : null)) }
}

/** By what the addon says of it. */
function shapeOf(reason: string): string {
  const arrived = Number(/VARIANT type (\d+)/.exec(reason)?.[1])
  if (arrived === VT_BSTR) return 'scalar'
  if (arrived === VT_ARRAY_OF_VARIANT) return 'array-of-variant'
  if (arrived === VT_ARRAY_OF_I4) return 'array-of-i4'
  return 'two-dimensional'
}
