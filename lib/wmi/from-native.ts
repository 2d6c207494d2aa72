/** Gives the addon's facts their meaning: CIM type numbers, property triples, failures. */

import { type HyperVError, InvalidArgumentError, ProtocolError } from '../base/errors'
import type { CimInstance, CimProperty, CimScalar, CimType, UnreadableProperty } from '../cim/types'
import {
  type NativeFailure,
  type NativeObject,
  type NativeProperties,
  type NativeScalar,
  type NativeValue,
  UNREADABLE,
} from './addon'
import { isJobPath } from './object-path'
import { WbemError } from './wbem-error'

/** CIMTYPE_ENUMERATION of wbemcli.h. */
export const ARRAY_FLAG = 0x2000
export const CIM_TYPES: ReadonlyMap<number, CimType> = new Map([
  [2, 'sint16'],
  [3, 'sint32'],
  [4, 'real32'],
  [5, 'real64'],
  [8, 'string'],
  [11, 'boolean'],
  [13, 'object'],
  [16, 'sint8'],
  [17, 'uint8'],
  [18, 'uint16'],
  [19, 'uint32'],
  [20, 'sint64'],
  [21, 'uint64'],
  [101, 'datetime'],
  [102, 'reference'],
  [103, 'char16'],
])

function scalarFromNative(value: NativeScalar): CimScalar | null {
  return typeof value === 'object' && value !== null ? instanceFromNative(value) : value
}

function valueFromNative(value: NativeValue): CimProperty['value'] {
  return Array.isArray(value) ? value.map(scalarFromNative) : scalarFromNative(value)
}

function typeFromNative(cimType: number): CimType {
  const type = CIM_TYPES.get(cimType & ~ARRAY_FLAG)
  if (type === undefined) {
    throw new ProtocolError('IWbemClassObject::Get', `expected a CIM type of wbemcli.h, received ${cimType}`)
  }
  return type
}

export interface ReadProperties {
  /** A null-prototype object: names come from WMI and may be any. */
  readonly properties: Readonly<Record<string, CimProperty>>
  readonly unreadable: readonly UnreadableProperty[]
}

const NONE: readonly UnreadableProperty[] = Object.freeze([])

function propertyAt(triples: NativeProperties, at: number): CimProperty {
  const cimType = triples[at + 1] as number
  const value = valueFromNative(triples[at + 2] as NativeValue)
  return { type: typeFromNative(cimType), array: (cimType & ARRAY_FLAG) !== 0, value }
}

/**
 * One out-parameter of a method's answer, undefined without it.
 * @throws ProtocolError it cannot be read
 */
export function outParameter(
  operation: string,
  triples: NativeProperties,
  name: string,
): CimProperty | undefined {
  for (let at = 0; at + 2 < triples.length; at += 3) {
    if (triples[at] !== name) continue
    if (triples[at + 1] !== UNREADABLE) return propertyAt(triples, at)
    throw new ProtocolError(operation, `${operation}: cannot read ${name}: ${String(triples[at + 2])}`)
  }
  return undefined
}

export function propertiesFromNative(triples: NativeProperties): ReadProperties {
  const properties: Record<string, CimProperty> = Object.create(null)
  let unreadable: UnreadableProperty[] | undefined
  for (let at = 0; at + 2 < triples.length; at += 3) {
    const name = triples[at] as string
    if (triples[at + 1] === UNREADABLE) {
      unreadable ??= []
      unreadable.push({ name, reason: String(triples[at + 2]) })
    } else {
      properties[name] = propertyAt(triples, at)
    }
  }
  return { properties, unreadable: unreadable ?? NONE }
}

export function instanceFromNative(object: NativeObject): CimInstance {
  const { properties, unreadable } = propertiesFromNative(object.properties)
  const { className } = object
  return unreadable.length === 0 ? { className, properties } : { className, properties, unreadable }
}

/** `object` is what was called: a path, a query, or whatever stands for it in messages. */
export function errorFromNative(failure: NativeFailure, object: string): HyperVError {
  const message = failure.message ?? failure.operation
  switch (failure.kind) {
    case 'argument':
      return new InvalidArgumentError(message)
    case 'protocol':
      return new ProtocolError(failure.operation, `${failure.operation}: ${message}`)
    case 'wbem':
      return new WbemError(failure, { isAboutJob: isJobPath(object) })
  }
}
