/** The instance of any class that a CIM-XML text holds. */
import { requireString } from '../base/arguments'
import type { CimInstance, CimProperty } from '../cim/types'
import { type InstanceSink, readInstance } from './instance'
import { type DecodeOptions, resolveOptions } from './limits'

/**
 * Decodes a CIM-XML `INSTANCE` of any class.
 *
 * ```ts
 * const { className, properties } = decodeInstance(xml)
 * properties.Message // { type: 'string', array: false, value: 'The request did not complete.' }
 * ```
 *
 * @param xml - one stand-alone document
 * @param options - bounds on the text, each with a default ({@link defaultDecodeLimits}), and what else is read
 * @throws DecodeError (`ERR_CIMXML`) for a text that is not well-formed or not an instance
 * @throws InvalidArgumentError (`ERR_INVALID_ARG`) for an `xml` that is no string, or options that are none
 */
export function decodeInstance(xml: string, options?: DecodeOptions): CimInstance {
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
  readInstance(xml, resolveOptions(options), sink)
  return instance
}
