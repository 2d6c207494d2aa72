/** The form of the decoder's case tables. All texts are invented. */

import type { DecodeRule } from '../../../lib/cimxml/rules'
import type { CimProperty } from '../../../lib/entries/cimxml'

export interface Accepted {
  /** The rule of CIM-XML or XML 1.0 the case exercises. */
  readonly because: string
  readonly xml: string
  readonly className: string
  readonly properties: Readonly<Record<string, CimProperty>>
}

export interface Refused {
  readonly because: string
  readonly xml: string
  readonly rule: DecodeRule
  readonly offset: number
}

/** Stands in a text that is refused before the character the error must point at. */
const MARK = '¦'

export function accepted(
  because: string,
  xml: string,
  properties: Readonly<Record<string, CimProperty>> = {},
  className = 'C',
): Accepted {
  return { because, xml, className, properties }
}

/** A case to be refused; `marked` holds the mark once, or else the error is at the end of the text. */
export function refused(because: string, marked: string, rule: DecodeRule): Refused {
  const at = marked.indexOf(MARK)
  const xml = marked.replace(MARK, '')
  return { because, xml, rule, offset: at === -1 ? xml.length : at }
}

/** An instance of class C around properties. */
export function instance(body: string): string {
  return `<INSTANCE CLASSNAME="C">${body}</INSTANCE>`
}

/** An instance with one property P around its content. */
export function property(type: string, body: string): string {
  return instance(`<PROPERTY NAME="P" TYPE="${type}">${body}</PROPERTY>`)
}

/** An instance with one property P around the content of its VALUE. */
export function value(type: string, text: string): string {
  return property(type, `<VALUE>${text}</VALUE>`)
}

/** An instance with one array property P around its content. */
export function array(type: string, body: string): string {
  return instance(`<PROPERTY.ARRAY NAME="P" TYPE="${type}">${body}</PROPERTY.ARRAY>`)
}

/** An instance with one reference P around its content. */
export function reference(body: string): string {
  return instance(`<PROPERTY.REFERENCE NAME="P">${body}</PROPERTY.REFERENCE>`)
}

/** The one property P of an accepted case. */
export function p(
  type: CimProperty['type'],
  content: CimProperty['value'],
  isArray = Array.isArray(content),
): Record<string, CimProperty> {
  return { P: { type, array: isArray, value: content } }
}
