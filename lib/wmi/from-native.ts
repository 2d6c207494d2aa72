/** Gives the addon's facts their meaning: CIM type numbers, property triples, failures. */

import { type HyperVError, InvalidArgumentError, ProtocolError } from '../base/errors'
import type { CimInstance, CimProperty, CimScalar, CimType } from '../cim/types'
import type { NativeFailure, NativeObject, NativeProperties, NativeScalar, NativeValue } from './addon'
import { WbemError } from './wbem-error'

/** CIMTYPE_ENUMERATION of wbemcli.h. */
const ARRAY_FLAG = 0x2000
const TYPES: ReadonlyMap<number, CimType> = new Map([
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
  const type = TYPES.get(cimType & ~ARRAY_FLAG)
  if (type === undefined) {
    throw new ProtocolError('IWbemClassObject::Get', `expected a CIM type of wbemcli.h, received ${cimType}`)
  }
  return type
}

/** A null-prototype object: names come from WMI and may be any. */
export function propertiesFromNative(triples: NativeProperties): Record<string, CimProperty> {
  const properties: Record<string, CimProperty> = Object.create(null)
  for (let i = 0; i + 2 < triples.length; i += 3) {
    const cimType = triples[i + 1] as number
    properties[triples[i] as string] = {
      type: typeFromNative(cimType),
      array: (cimType & ARRAY_FLAG) !== 0,
      value: valueFromNative(triples[i + 2] as NativeValue),
    }
  }
  return properties
}

export function instanceFromNative(object: NativeObject): CimInstance {
  return { className: object.className, properties: propertiesFromNative(object.properties) }
}

export function errorFromNative(failure: NativeFailure): HyperVError {
  const message = failure.message ?? failure.operation
  switch (failure.kind) {
    case 'argument':
      return new InvalidArgumentError(message)
    case 'protocol':
      return new ProtocolError(failure.operation, `${failure.operation}: ${message}`)
    case 'wbem':
      return new WbemError(failure)
  }
}
