/**
 * A second decoder, written from the rules alone, slow and plain, on the tree of a parser that others wrote. It
 * shares no code with the decoder it is compared with.
 */

import {
  parseXml,
  XmlCdata,
  XmlComment,
  type XmlDocument,
  XmlElement,
  type XmlNode,
  XmlProcessingInstruction,
  XmlText,
} from '@rgrove/parse-xml'
import type { CimInstance, CimProperty, CimReference, CimScalar } from '../../lib/entries/cimxml'

/** Thrown for what is well-formed and not an instance. */
export class NotAnInstance extends Error {}

/** Parses a text whose line ends are normalised; throws what the parser throws. */
export function parseTree(text: string): XmlDocument {
  return parseXml(text, {
    includeOffsets: true,
    preserveCdata: true,
    preserveComments: true,
    preserveDocumentType: true,
    preserveXmlDeclaration: true,
  })
}

/** Decodes the tree of `text`. */
export function decodeTree(document: XmlDocument, text: string): CimInstance {
  return new TreeDecoder(text).instance(document.root)
}

const TYPES = /^(?:boolean|string|char16|[us]int(?:8|16|32|64)|real32|real64|datetime)$/

class TreeDecoder {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  instance(root: XmlElement | null): CimInstance {
    if (root?.name !== 'INSTANCE') throw new NotAnInstance('root')
    const className = attribute(root, 'CLASSNAME')
    const properties: Record<string, CimProperty> = Object.create(null)
    const seen = new Set<string>()
    for (const child of this.#elements(root)) {
      if (child.name === 'QUALIFIER') continue
      if (!/^PROPERTY(?:\.ARRAY|\.REFERENCE)?$/.test(child.name)) throw new NotAnInstance('child')
      const name = attribute(child, 'NAME')
      if (seen.has(folded(name))) throw new NotAnInstance('duplicate')
      seen.add(folded(name))
      properties[name] = this.#property(child)
    }
    return { className, properties }
  }

  #property(element: XmlElement): CimProperty {
    const array = element.name === 'PROPERTY.ARRAY'
    const isReference = element.name === 'PROPERTY.REFERENCE'
    const type = isReference ? 'reference' : element.attributes.TYPE
    if (type === undefined || !(isReference || TYPES.test(type))) throw new NotAnInstance('type')
    const values = this.#elements(element).filter(({ name }) => name !== 'QUALIFIER')
    if (values.length > 1) throw new NotAnInstance('two values')
    const [holder] = values
    const wanted = array ? 'VALUE.ARRAY' : isReference ? 'VALUE.REFERENCE' : 'VALUE'
    if (holder && holder.name !== wanted) throw new NotAnInstance('child')
    const property = {
      type: type as CimProperty['type'],
      array,
      value: holder ? this.#held(holder, type) : null,
    }
    const embedded = element.attributes.EmbeddedObject ?? element.attributes.EMBEDDEDOBJECT
    if (type === 'string' && (embedded === 'instance' || embedded === 'object')) {
      return { ...property, embeddedObject: embedded }
    }
    return property
  }

  #held(holder: XmlElement, type: string): CimProperty['value'] {
    if (holder.name === 'VALUE.REFERENCE') return this.#reference(holder)
    if (holder.name === 'VALUE') return scalar(type, this.#textOf(holder))
    return this.#elements(holder).map(item => {
      if (item.name === 'VALUE') return scalar(type, this.#textOf(item))
      if (item.name !== 'VALUE.NULL' || this.#elements(item).length > 0) throw new NotAnInstance('item')
      return null
    })
  }

  #reference(holder: XmlElement): CimReference | string {
    if (this.#isText(holder)) return this.#textOf(holder)
    const [target] = this.#exactly(holder, /^(?:(?:LOCAL)?(?:CLASS|INSTANCE)PATH|CLASSNAME|INSTANCENAME)$/)
    if (target === undefined) throw new NotAnInstance('reference')
    if (/NAME$/.test(target.name)) return { host: null, namespace: null, ...this.#name(target) }
    const [place, name] = this.#exactly(
      target,
      /^LOCAL/.test(target.name) ? /^LOCALNAMESPACEPATH$/ : /^NAMESPACEPATH$/,
      /CLASS/.test(target.name) ? /^CLASSNAME$/ : /^INSTANCENAME$/,
    )
    if (place === undefined || name === undefined) throw new NotAnInstance('path')
    if (place.name === 'LOCALNAMESPACEPATH')
      return { host: null, namespace: this.#namespace(place), ...this.#name(name) }
    const [host, local] = this.#exactly(place, /^HOST$/, /^LOCALNAMESPACEPATH$/)
    if (host === undefined || local === undefined) throw new NotAnInstance('place')
    return { host: this.#textOf(host), namespace: this.#namespace(local), ...this.#name(name) }
  }

  #namespace(element: XmlElement): string {
    const parts = this.#elements(element)
    if (parts.length === 0) throw new NotAnInstance('no namespace')
    return parts
      .map(part => {
        if (part.name !== 'NAMESPACE' || this.#elements(part).length > 0) throw new NotAnInstance('namespace')
        return attribute(part, 'NAME')
      })
      .join('/')
  }

  #name(element: XmlElement): Pick<CimReference, 'className' | 'keys'> {
    const keys: Record<string, string> = Object.create(null)
    const children = this.#elements(element)
    if (element.name === 'CLASSNAME') {
      if (children.length > 0) throw new NotAnInstance('class with keys')
      return { className: attribute(element, 'NAME'), keys }
    }
    const className = attribute(element, 'CLASSNAME')
    const [only] = children
    if (only && children.length === 1 && only.name !== 'KEYBINDING') {
      keys[''] = this.#key(only)
      return { className, keys }
    }
    const seen = new Set<string>()
    for (const child of children) {
      const [value] = child.name === 'KEYBINDING' ? this.#exactly(child, /^/) : []
      if (value === undefined) throw new NotAnInstance('key')
      const name = attribute(child, 'NAME')
      if (seen.has(folded(name))) throw new NotAnInstance('duplicate key')
      seen.add(folded(name))
      keys[name] = this.#key(value)
    }
    return { className, keys }
  }

  #key(element: XmlElement): string {
    if (element.name === 'KEYVALUE') return this.#textOf(element)
    if (element.name !== 'VALUE.REFERENCE') throw new NotAnInstance('key')
    if (this.#isText(element)) return this.#textOf(element)
    // The source between the tags; a start tag ends at the first `>` that is not in quotes.
    const source = this.#text.slice(element.start, element.end)
    const start = /^<(?:[^"'>]|"[^"]*"|'[^']*')*>/.exec(source)?.[0] ?? ''
    return source.slice(start.length, source.lastIndexOf('</'))
  }

  /** The child elements of an element that holds elements only. */
  #elements(element: XmlElement): XmlElement[] {
    return element.children.flatMap(child => {
      if (child instanceof XmlElement) return [child]
      if (isIgnorable(child)) return []
      if (child instanceof XmlCdata) throw new NotAnInstance('CDATA')
      // A reference to a blank is text as well: the source says so.
      if (!/^[ \t\n]*$/.test(this.#text.slice(child.start, child.end))) throw new NotAnInstance('text')
      return []
    })
  }

  /** The children, one for each pattern. */
  #exactly(element: XmlElement, ...patterns: RegExp[]): XmlElement[] {
    const children = this.#elements(element)
    if (children.length !== patterns.length) throw new NotAnInstance('children')
    for (const [index, pattern] of patterns.entries()) {
      if (!pattern.test(children[index]?.name ?? '')) throw new NotAnInstance('child')
    }
    return children
  }

  /** The text of an element that holds text only. */
  #textOf(element: XmlElement): string {
    return element.children
      .map(child => {
        if (child instanceof XmlText) return child.text
        if (isIgnorable(child)) return ''
        throw new NotAnInstance('element in text')
      })
      .join('')
  }

  #isText(element: XmlElement): boolean {
    return !element.children.some(child => child instanceof XmlElement)
  }
}

function isIgnorable(node: XmlNode): boolean {
  return node instanceof XmlComment || node instanceof XmlProcessingInstruction
}

function attribute(element: XmlElement, name: string): string {
  const value = element.attributes[name]
  if (value === undefined || value.trim() === '') throw new NotAnInstance(name)
  return value
}

function folded(name: string): string {
  return [...name]
    .map(char => (char.toLowerCase().length === char.length ? char.toLowerCase() : char))
    .join('')
}

function scalar(type: string, text: string): CimScalar {
  const trimmed = text.replace(/^[ \t\r\n]+/, '').replace(/[ \t\r\n]+$/, '')
  if (type === 'string') return text
  if (type === 'char16') return checked(text, text.length === 1)
  if (type === 'datetime') return checked(text, isDateTime(text))
  if (type === 'boolean') {
    checked(text, /^(?:true|false)$/.test(trimmed.replace(/[A-Z]/g, letter => letter.toLowerCase())))
    return trimmed.length === 4
  }
  if (type.startsWith('real')) {
    if (/^(?:-?INF|NaN)$/.test(trimmed)) return Number(trimmed.replace('INF', 'Infinity'))
    checked(text, /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(trimmed))
    const value = Number(trimmed)
    checked(text, Number.isFinite(type === 'real32' ? Math.fround(value) : value))
    return value
  }
  checked(text, /^[+-]?(?:0[xX][0-9a-fA-F]+|[0-9]+)$/.test(trimmed))
  const magnitude = BigInt(trimmed.replace(/^[+-]/, ''))
  const value = trimmed.startsWith('-') ? -magnitude : magnitude
  const bits = Number(type.slice(4))
  checked(
    text,
    type.startsWith('u') ? BigInt.asUintN(bits, value) === value : BigInt.asIntN(bits, value) === value,
  )
  return bits === 64 ? value : Number(value)
}

function isDateTime(text: string): boolean {
  const fields =
    /^([0-9*]{4})([0-9*]{2})([0-9*]{2})([0-9*]{2})([0-9*]{2})([0-9*]{2})\.[0-9*]{6}(?:([+-])(?:[0-9]{3}|\*{3})|:000)$/.exec(
      text,
    )
  if (fields === null) return false
  const [, , month = '', day = '', hour = '', minute = '', second = '', sign] = fields
  const within = (field: string, min: number, max: number) =>
    field.includes('*') || (Number(field) >= min && Number(field) <= max)
  const isTime = within(hour, 0, 23) && within(minute, 0, 59) && within(second, 0, 59)
  return isTime && (sign === undefined || (within(month, 1, 12) && within(day, 1, 31)))
}

function checked(text: string, holds: boolean): string {
  if (!holds) throw new NotAnInstance('value')
  return text
}
