/**
 * `hyperv-job-errors/cimxml`: decodes the CIM-XML of one instance, as `GetErrorEx` returns it. Pure functions
 * without dependencies, for any OS.
 */

import { type MsvmError, MsvmErrorBuilder } from '../records/msvm-error'
import { type InstanceSink, readInstance } from './instance'
import { type DecodeLimits, requireString, resolveLimits } from './limits'
import type { CimInstance, CimProperty } from './types'

export { DecodeError } from '../errors'
export { cimDateTimeToDate, cimIntervalToMs } from '../records/convert'
export type { MsvmError } from '../records/msvm-error'
export { type DecodeLimits, defaultDecodeLimits } from './limits'
export { type DecodeRule, decodeRules } from './rules'
export type { CimInstance, CimProperty, CimReference, CimScalar, CimType } from './types'

/**
 * Decodes a CIM-XML `INSTANCE` of any class.
 *
 * ```ts
 * const { className, properties } = decodeInstance(xml)
 * properties.Message // { type: 'string', array: false, value: 'The request did not complete.' }
 * ```
 *
 * @param xml one stand-alone document
 * @param limits bounds on the text, each with a default ({@link defaultDecodeLimits})
 * @throws DecodeError (`ERR_CIMXML`) for a text that is not well-formed or not an instance
 * @throws InvalidArgumentError (`ERR_INVALID_ARG`) for an `xml` that is no string, or limits that are none
 */
export function decodeInstance(xml: string, limits?: Partial<DecodeLimits>): CimInstance {
  requireString(xml, 'xml')
  const properties: Record<string, CimProperty> = Object.create(null)
  const instance = { className: '', properties }
  const sink: InstanceSink = {
    open(className) {
      instance.className = className
    },
    property(_word, name, type, array, value, embeddedObject) {
      properties[name] =
        embeddedObject === null ? { type, array, value } : { type, array, value, embeddedObject }
    },
  }
  readInstance(xml, resolveLimits(limits), sink)
  return instance
}

/**
 * Decodes a CIM-XML `INSTANCE` into the record of an `Msvm_Error`, without an instance in between. An instance
 * of another class becomes a record too: `className` says which it was, `extra` keeps what has no field.
 *
 * ```ts
 * const { message, errorType, extra } = decodeMsvmError(xml)
 * ```
 *
 * @param xml one element of the `Errors` of `GetErrorEx`
 * @param limits bounds on the text, each with a default ({@link defaultDecodeLimits})
 * @throws DecodeError (`ERR_CIMXML`) for a text that is not well-formed or not an instance
 * @throws InvalidArgumentError (`ERR_INVALID_ARG`) for an `xml` that is no string, or limits that are none
 */
export function decodeMsvmError(xml: string, limits?: Partial<DecodeLimits>): MsvmError {
  requireString(xml, 'xml')
  const builder = new MsvmErrorBuilder()
  readInstance(xml, resolveLimits(limits), builder)
  return builder.record
}
