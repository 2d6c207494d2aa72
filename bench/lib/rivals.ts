/**
 * Other ways from a text to the record of an Msvm_Error. Each does what the decoder does for a legal text:
 * unescapes, keeps NULL and empty apart, reads numbers, knows fields without regard to case, keeps the rest. None
 * of them checks the grammar of CIM-XML or the range of a value.
 */

import { parseXml, XmlElement } from '@rgrove/parse-xml'
import { XMLParser } from 'fast-xml-parser'
import { SaxesParser } from 'saxes'
import { findProperty, foldCase } from '../../lib/cim/names'
import type { CimInstance, CimProperty, CimScalar, CimType, MsvmError } from '../../lib/entries/cimxml'
import { MsvmErrorBuilder, toMsvmError } from '../../lib/records/msvm-error'

export function recordByJson(json: string): MsvmError {
  return toMsvmError(JSON.parse(json) as CimInstance)
}

/** The value of a VALUE, for the types the messages have. */
function scalar(type: CimType, text: string): CimScalar {
  return type === 'string' ? text : Number(text)
}

function add(
  builder: MsvmErrorBuilder,
  name: string,
  type: string,
  array: boolean,
  value: CimProperty['value'],
): void {
  builder.property(findProperty(foldCase(name)), name, type as CimType, array, value)
}

export function recordBySaxes(xml: string): MsvmError {
  const builder = new MsvmErrorBuilder()
  const parser = new SaxesParser({ xmlns: false, position: false })
  let name = ''
  let type: CimType = 'string'
  let value: CimProperty['value'] = null
  let items: (CimScalar | null)[] | null = null
  let text = ''
  parser.on('opentag', tag => {
    switch (tag.name) {
      case 'INSTANCE':
        builder.open(tag.attributes.CLASSNAME ?? '')
        break
      case 'PROPERTY':
      case 'PROPERTY.ARRAY':
        name = tag.attributes.NAME ?? ''
        type = tag.attributes.TYPE as CimType
        value = null
        items = null
        break
      case 'VALUE.ARRAY':
        items = []
        break
      case 'VALUE':
        text = ''
        break
      case 'VALUE.NULL':
        items?.push(null)
        break
    }
  })
  parser.on('text', part => {
    text += part
  })
  parser.on('cdata', part => {
    text += part
  })
  parser.on('closetag', tag => {
    switch (tag.name) {
      case 'VALUE':
        if (items === null) value = scalar(type, text)
        else items.push(scalar(type, text))
        break
      case 'PROPERTY':
        add(builder, name, type, false, value)
        break
      case 'PROPERTY.ARRAY':
        add(builder, name, type, true, items)
        break
    }
  })
  parser.on('error', error => {
    throw error
  })
  parser.write(xml).close()
  return builder.record
}

export function recordByParseXml(xml: string): MsvmError {
  const builder = new MsvmErrorBuilder()
  const { root } = parseXml(xml)
  builder.open(root?.attributes.CLASSNAME ?? '')
  for (const property of root?.children ?? []) {
    if (!(property instanceof XmlElement)) continue
    const type = property.attributes.TYPE as CimType
    const holder = property.children.find(child => child instanceof XmlElement)
    let value: CimProperty['value'] = null
    if (holder instanceof XmlElement) {
      value =
        holder.name === 'VALUE'
          ? scalar(type, holder.text)
          : holder.children
              .filter(child => child instanceof XmlElement)
              .map(item => (item.name === 'VALUE' ? scalar(type, item.text) : null))
    }
    add(builder, property.attributes.NAME ?? '', type, property.name === 'PROPERTY.ARRAY', value)
  }
  return builder.record
}

/** An element as fast-xml-parser gives it with `preserveOrder`. */
type Ordered = { readonly ':@'?: Readonly<Record<string, string>> } & Readonly<
  Record<string, Ordered[] | undefined>
>

const FAST_PARSER = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  trimValues: false,
})

function orderedText(element: readonly Ordered[] | undefined): string {
  return (element ?? []).map(part => String(part['#text'] ?? '')).join('')
}

export function recordByFastXmlParser(xml: string): MsvmError {
  const builder = new MsvmErrorBuilder()
  const [instance] = FAST_PARSER.parse(xml) as Ordered[]
  builder.open(instance?.[':@']?.CLASSNAME ?? '')
  for (const property of instance?.INSTANCE ?? []) {
    const attributes = property[':@']
    if (attributes === undefined) continue
    const type = attributes.TYPE as CimType
    const items = property['PROPERTY.ARRAY']
    const [holder] = items ?? property.PROPERTY ?? []
    let value: CimProperty['value'] = null
    if (holder?.VALUE !== undefined) {
      value = scalar(type, orderedText(holder.VALUE))
    } else if (holder !== undefined) {
      value = (holder['VALUE.ARRAY'] ?? []).map(item =>
        item.VALUE === undefined ? null : scalar(type, orderedText(item.VALUE)),
      )
    }
    add(builder, attributes.NAME ?? '', type, items !== undefined, value)
  }
  return builder.record
}
