/** The grammar of one CIM-XML instance (DSP0201): which element may stand where, and what it contributes. */

import { isDateTime } from '../cim/datetime'
import type { CimScalar } from '../cim/types'
import { expectEnd, requireClassName, requireName, unexpectedChild } from './grammar'
import type { DecodeSettings } from './limits'
import { readReference } from './reference'
import { Scanner } from './scanner'
import { parseBoolean, parseInteger, parseReal } from './values'
import { Element, type ValueType } from './words'

/** Takes an instance apart as it is read, so that a record needs no map of properties in between. */
export interface InstanceSink {
  open(className: string): void
  /**
   * @param id - id of the name among the known property names, case apart; -1 for another name
   * @param name - as spelt in the source
   * @param embeddedObject - null where the text says nothing, and for every type but string
   */
  property(
    id: number,
    name: string,
    type: ValueType | 'reference' | 'object',
    array: boolean,
    value: CimScalar | readonly (CimScalar | null)[] | null,
    embeddedObject: 'instance' | 'object' | null,
  ): void
}

/** Reads a whole document into the sink. After a failure, discard what the sink has received. */
export function readInstance(text: string, limits: DecodeSettings, sink: InstanceSink): void {
  const scanner = new Scanner(text, limits)
  if (scanner.tag.element !== Element.INSTANCE) {
    throw scanner.failure('root', scanner.tagStart, 'the root element is not INSTANCE')
  }
  sink.open(requireClassName(scanner))
  const names = new PropertyNames()
  let count = 0
  for (;;) {
    const element = scanner.nextChild(Element.INSTANCE)
    switch (element) {
      case Element.none:
        scanner.closeRoot()
        return
      case Element.QUALIFIER:
        scanner.skipElement()
        break
      case Element.PROPERTY:
      case Element['PROPERTY.ARRAY']:
      case Element['PROPERTY.REFERENCE']:
      case Element['PROPERTY.OBJECT']:
      case Element['PROPERTY.OBJECTARRAY']:
        if (isObject(element) && !limits.wmiObjects) throw unexpectedChild(scanner, Element.INSTANCE)
        count++
        if (count > limits.maxProperties) {
          throw scanner.failure(
            'limit-properties',
            scanner.tagStart,
            `more than ${limits.maxProperties} properties`,
          )
        }
        readProperty(scanner, names, sink)
        break
      default:
        throw unexpectedChild(scanner, Element.INSTANCE)
    }
  }
}

/** Finds a name that stood before, case apart. */
class PropertyNames {
  /** A bit for each known name. */
  #known = 0
  #others: Set<string> | null = null

  /** Takes the name of the tag read last. */
  claim(scanner: Scanner): void {
    const { property, foldedName, nameAt } = scanner.tag
    if (property >= 0 ? (this.#known & (1 << property)) !== 0 : this.#others?.has(foldedName)) {
      const offset = scanner.tagStart + nameAt
      throw scanner.failure('property-duplicate', offset, 'the instance has this property already')
    }
    if (property >= 0) {
      this.#known |= 1 << property
    } else {
      this.#others ??= new Set()
      this.#others.add(foldedName)
    }
  }
}

function readProperty(scanner: Scanner, names: PropertyNames, sink: InstanceSink): void {
  // Kept here, because the scanner goes on to the tags of the children.
  const { tag } = scanner
  const name = requireName(scanner)
  names.claim(scanner)
  const { element, property } = tag
  if (element === Element['PROPERTY.REFERENCE']) {
    sink.property(property, name, 'reference', false, readContent(scanner, element, 'string'), null)
    return
  }
  if (isObject(element)) {
    const array = element === Element['PROPERTY.OBJECTARRAY']
    sink.property(property, name, 'object', array, readContent(scanner, element, 'string'), null)
    return
  }
  const type = requireType(scanner)
  const embeddedObject = type === 'string' ? tag.embeddedObject : null
  const array = element === Element['PROPERTY.ARRAY']
  sink.property(property, name, type, array, readContent(scanner, element, type), embeddedObject)
}

/** Whether it is a property of WMI's own DTD. */
function isObject(element: number): boolean {
  return element === Element['PROPERTY.OBJECT'] || element === Element['PROPERTY.OBJECTARRAY']
}

/** The child that holds the value, for each kind of property. */
function valueElementOf(element: number): number {
  switch (element) {
    case Element.PROPERTY:
      return Element.VALUE
    case Element['PROPERTY.ARRAY']:
      return Element['VALUE.ARRAY']
    case Element['PROPERTY.OBJECT']:
      return Element['VALUE.OBJECT']
    case Element['PROPERTY.OBJECTARRAY']:
      return Element['VALUE.OBJECTARRAY']
    default:
      return Element['VALUE.REFERENCE']
  }
}

/** Reads the children of a property up to its end; null without a value. */
function readContent(
  scanner: Scanner,
  property: number,
  type: ValueType,
): CimScalar | readonly (CimScalar | null)[] | null {
  if (property === Element.PROPERTY) {
    const text = scanner.readOnlyValue()
    if (text !== null) return toValue(scanner, text, type)
  }
  const valueElement = valueElementOf(property)
  let value: CimScalar | readonly (CimScalar | null)[] | null = null
  for (;;) {
    const element = scanner.nextChild(property)
    if (element === Element.none) return value
    if (element === Element.QUALIFIER) {
      scanner.skipElement()
    } else if (element !== valueElement) {
      throw unexpectedChild(scanner, property)
    } else if (value !== null) {
      throw scanner.failure('child-repeated', scanner.tagStart, 'the property has a value already')
    } else if (element === Element.VALUE) {
      value = readValue(scanner, type)
    } else if (element === Element['VALUE.ARRAY']) {
      value = readItems(scanner, element, Element.VALUE, type)
    } else if (element === Element['VALUE.OBJECTARRAY']) {
      value = readItems(scanner, element, Element['VALUE.OBJECT'], type)
    } else if (element === Element['VALUE.OBJECT']) {
      value = readObject(scanner)
    } else {
      value = readReference(scanner)
    }
  }
}

/** Reads the open array `parent` of `wanted` elements and VALUE.NULL. */
function readItems(scanner: Scanner, parent: number, wanted: number, type: ValueType): (CimScalar | null)[] {
  const { maxItems } = scanner.limits
  const items: (CimScalar | null)[] = []
  for (;;) {
    const element = scanner.nextChild(parent)
    if (element === Element.none) return items
    if (items.length === maxItems) {
      throw scanner.failure('limit-items', scanner.tagStart, `more than ${maxItems} items in an array`)
    }
    if (element === wanted) {
      if (wanted === Element.VALUE) readValues(scanner, type, items)
      else items.push(readObject(scanner))
    } else if (element === Element['VALUE.NULL']) {
      expectEnd(scanner, element)
      items.push(null)
    } else {
      throw unexpectedChild(scanner, parent)
    }
  }
}

/** Reads the open VALUE, and what follows it, as long as one follows the other directly. */
function readValues(scanner: Scanner, type: ValueType, items: (CimScalar | null)[]): void {
  while (items.length + 1 < scanner.limits.maxItems) {
    const text = scanner.readUpToNextValue()
    if (text === null) break
    items.push(toValue(scanner, text, type))
  }
  items.push(readValue(scanner, type))
}

/** The CIM-XML of the instance or class that the open VALUE.OBJECT holds. */
function readObject(scanner: Scanner): string {
  const start = scanner.tagStart
  const source = scanner.skipElement().trim()
  if (/^<(?:INSTANCE|CLASS)[\s/>]/.test(source)) return source
  throw scanner.failure('child-missing', start, 'VALUE.OBJECT holds no INSTANCE or CLASS')
}

function readValue(scanner: Scanner, type: ValueType): CimScalar {
  return toValue(scanner, scanner.readText(Element.VALUE), type)
}

/** `text`: what the scanner read last. */
function toValue(scanner: Scanner, text: string, type: ValueType): CimScalar {
  switch (type) {
    case 'string':
      return text
    case 'boolean':
      return parseBoolean(text) ?? refuse(scanner, 'boolean', type)
    case 'char16':
      return text.length === 1 ? text : refuse(scanner, 'char16', type)
    case 'datetime':
      return isDateTime(text) ? text : refuse(scanner, 'datetime', type)
    case 'real32':
    case 'real64': {
      const value = parseReal(text, type)
      return typeof value === 'string' ? refuse(scanner, value, type) : value
    }
    default: {
      const value = parseInteger(text, type)
      return typeof value === 'string' ? refuse(scanner, value, type) : value
    }
  }
}

type ValueRule = 'boolean' | 'char16' | 'datetime' | 'real' | 'integer' | 'range'

function refuse(scanner: Scanner, rule: ValueRule, type: ValueType): never {
  const detail = rule === 'range' ? `out of range for ${type}` : `not a value of type ${type}`
  throw scanner.failure(rule, scanner.textStart, detail)
}

/** TYPE of the tag, which must be there and a CIM type. */
function requireType(scanner: Scanner): ValueType {
  const { tag, tagStart } = scanner
  if (tag.type !== null) return tag.type
  if (tag.typeAt === -1) throw scanner.failure('type', tagStart, 'TYPE is missing')
  throw scanner.failure('type', tagStart + tag.typeAt, 'TYPE names no CIM type')
}
