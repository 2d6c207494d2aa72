/** The record of one element of `Errors`, straight from its CIM-XML. */
import { requireString } from '../base/arguments'
import { readInstance } from '../cimxml/instance'
import { type DecodeOptions, resolveOptions } from '../cimxml/limits'
import { type MsvmError, MsvmErrorBuilder } from './msvm-error'

/**
 * Decodes a CIM-XML `INSTANCE` into the record of an `Msvm_Error`, without an instance in between. An instance
 * of another class becomes a record too: `className` says which it was, `extra` keeps what has no field.
 *
 * ```ts
 * const { message, errorType, extra } = decodeMsvmError(xml)
 * ```
 *
 * @param xml - one element of the `Errors` of `GetErrorEx`
 * @param options - bounds on the text, each with a default ({@link defaultDecodeLimits}), and what else is read
 * @throws DecodeError (`ERR_CIMXML`) for a text that is not well-formed or not an instance
 * @throws InvalidArgumentError (`ERR_INVALID_ARG`) for an `xml` that is no string, or options that are none
 */
export function decodeMsvmError(xml: string, options?: DecodeOptions): MsvmError {
  requireString(xml, 'xml')
  const builder = new MsvmErrorBuilder()
  readInstance(xml, resolveOptions(options), builder)
  return builder.record
}
