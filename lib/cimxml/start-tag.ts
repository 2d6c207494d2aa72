/** Start tags: their syntax in XML 1.0 (productions 40, 41, 44) and the attributes that CIM-XML gives a meaning. */

import { findProperty, foldCase } from '../cim/names'
import {
  AMPERSAND,
  APOSTROPHE,
  EQUALS,
  GREATER,
  isSpace,
  LESS,
  LINE_FEED,
  QUOTE,
  RETURN,
  SLASH,
  skipName,
  skipPlainValue,
  skipSpace,
  unitAt,
} from './characters'
import { breach, illegalCharacter, readReference } from './markup'
import { decodeError } from './rules'
import { copyOf, isAt, TextBuilder } from './text'
import { findElement, findType, type ValueType } from './words'

/** What a start tag says. Places count from its `<`, so that equal tags are equal wherever they stand. */
export interface StartTag {
  readonly length: number
  /** Whether it is an empty-element tag. */
  readonly empty: boolean
  /** Which element of the grammar (see `Element`). */
  readonly element: number
  /** NAME; null without the attribute. */
  readonly name: string | null
  /** Where the value of NAME begins. */
  readonly nameAt: number
  /** NAME in the form in which names that differ in case only are equal. */
  readonly foldedName: string
  /** The id of the known property of that name (see `Property`), or -1. */
  readonly property: number
  readonly className: string | null
  readonly classNameAt: number
  /** TYPE; null without the attribute and for a type that does not exist. */
  readonly type: ValueType | null
  /** Where the value of TYPE begins; -1 without the attribute. */
  readonly typeAt: number
  readonly embeddedObject: 'instance' | 'object' | null
}

/** Tags kept for {@link readStartTag}: some hundred bytes each, and a text of the usual form has two dozen. */
const MEMO_SIZE = 1024
/** Longer tags are not kept: they are no tags of the usual form. */
const LONGEST_KEPT = 256

interface Kept {
  readonly source: string
  readonly tag: StartTag
}

/**
 * Tags that were read, each in one of two places: that of {@link slotOf}, where another has not come first, or that of
 * {@link secondSlotOf}, where a newer one takes the place of an older. The few tags a provider writes come again in each
 * of its texts, and to recognise one costs a fraction of reading it.
 */
const MEMO: (Kept | null)[] = new Array<Kept | null>(MEMO_SIZE).fill(null)

/** Any function of the tag's text will do. These units lie where the NAME of a property usually stands. */
function slotOf(text: string, start: number, end: number): number {
  const last = end - 2
  let hash = end - start
  hash = hash * 31 + text.charCodeAt(Math.min(start + 17, last))
  hash = hash * 31 + text.charCodeAt(Math.min(start + 21, last))
  hash = hash * 31 + text.charCodeAt(Math.min(start + 26, last))
  return (hash ^ (hash >> 10)) & (MEMO_SIZE - 1)
}

/** Of all units there: names that are made by machines differ in a digit. */
function secondSlotOf(text: string, start: number, end: number): number {
  let hash = end - start
  for (let i = Math.min(end, start + 28) - 1; i >= start + 16; i--)
    hash = (hash * 31 + text.charCodeAt(i)) | 0
  return (hash ^ (hash >> 10)) & (MEMO_SIZE - 1)
}

/**
 * The place that is looked at first: of the tag that came after the one read last when that was read the last time. A
 * provider writes its tags in one order, and one that was foreseen has to be neither measured nor looked up.
 */
const NEXT = new Uint16Array(MEMO_SIZE)
let lastSlot = 0

/** Every other tag of a text. */
const VALUE = '<VALUE>'
const VALUE_TAG = parseStartTag(VALUE, 0)

/** Reads the start tag whose `<` is at `start`. */
export function readStartTag(text: string, start: number): StartTag {
  if (isAt(text, start, VALUE)) return VALUE_TAG
  const slot = NEXT[lastSlot] as number
  const kept = MEMO[slot]
  if (!kept || !isAt(text, start, kept.source)) return findStartTag(text, start)
  lastSlot = slot
  return kept.tag
}

function findStartTag(text: string, start: number): StartTag {
  // The first `>` may stand inside an attribute value; then what ends there was never kept as a whole tag.
  const end = text.indexOf('>', start) + 1
  if (end === 0 || end - start > LONGEST_KEPT) return parseStartTag(text, start)
  let slot = slotOf(text, start, end)
  let kept = MEMO[slot]
  if (kept && !isSame(kept, text, start, end)) {
    slot = secondSlotOf(text, start, end)
    kept = MEMO[slot]
    if (kept && !isSame(kept, text, start, end)) kept = null
  }
  const tag = kept ? kept.tag : parseStartTag(text, start)
  if (tag.length !== end - start) return tag
  if (!kept) MEMO[slot] = { source: copyOf(text, start, end), tag }
  NEXT[lastSlot] = slot
  lastSlot = slot
  return tag
}

function isSame({ source, tag }: Kept, text: string, start: number, end: number): boolean {
  return tag.length === end - start && isAt(text, start, source)
}

function parseStartTag(text: string, start: number): StartTag {
  const elementEnd = skipName(text, start + 1)
  if (elementEnd === start + 1) throw breach(text, 'tag', elementEnd, 'no name after `<`')
  const attributes = new Map<string, Attribute>()
  let i = elementEnd
  for (;;) {
    const next = skipSpace(text, i)
    const unit = unitAt(text, next)
    if (unit === GREATER || unit === SLASH) {
      i = next
      break
    }
    i = readAttribute(text, i, next, attributes)
  }
  const empty = unitAt(text, i) === SLASH
  if (empty && unitAt(text, ++i) !== GREATER) throw breach(text, 'tag', i, '`>` is missing after `/`')
  const name = attributes.get('NAME')
  const className = attributes.get('CLASSNAME')
  const type = attributes.get('TYPE')
  const embedded = attributes.get('EmbeddedObject') ?? attributes.get('EMBEDDEDOBJECT')
  const foldedName = name ? foldCase(name.value) : ''
  return {
    length: i + 1 - start,
    empty,
    element: findElement(text.substring(start + 1, elementEnd)),
    name: name?.value ?? null,
    nameAt: name ? name.at - start : -1,
    foldedName,
    property: findProperty(foldedName),
    className: className?.value ?? null,
    classNameAt: className ? className.at - start : -1,
    type: type ? findType(type.value) : null,
    typeAt: type ? type.at - start : -1,
    embeddedObject: embedded?.value === 'instance' || embedded?.value === 'object' ? embedded.value : null,
  }
}

interface Attribute {
  readonly value: string
  /** Where the value begins. */
  readonly at: number
}

/** Reads the attribute at `i`, after the white space from `spaceStart` on, and returns the index after it. */
function readAttribute(
  text: string,
  spaceStart: number,
  i: number,
  attributes: Map<string, Attribute>,
): number {
  const nameEnd = skipName(text, i)
  if (nameEnd === i) throw breach(text, 'tag', i, 'no attribute, `>` or `/>`')
  if (spaceStart === i) throw breach(text, 'attribute', i, 'white space is missing before an attribute')
  const name = text.substring(i, nameEnd)
  if (attributes.has(name)) {
    throw breach(text, 'attribute-duplicate', i, 'the element has this attribute already')
  }
  const equals = skipSpace(text, nameEnd)
  if (unitAt(text, equals) !== EQUALS) throw breach(text, 'attribute', equals, '`=` is missing')
  const quote = skipSpace(text, equals + 1)
  const unit = unitAt(text, quote)
  if (unit !== QUOTE && unit !== APOSTROPHE) throw breach(text, 'attribute', quote, 'the value is not quoted')
  const value = new TextBuilder()
  const end = readAttributeValue(text, quote, value)
  attributes.set(name, { value: value.toString(), at: quote + 1 })
  return end
}

/** Reads the value whose opening quote is at `i`, normalised after section 3.3.3; returns the index after it. */
function readAttributeValue(text: string, i: number, value: TextBuilder): number {
  const quote = text.charCodeAt(i)
  let run = i + 1
  for (;;) {
    const end = skipPlainValue(text, run)
    value.addPart(text, run, end)
    const unit = unitAt(text, end)
    if (unit === quote) return end + 1
    run = end + 1
    if (unit === QUOTE || unit === APOSTROPHE) {
      value.addPart(text, end, run)
    } else if (isSpace(unit)) {
      value.add(' ')
      if (unit === RETURN && unitAt(text, run) === LINE_FEED) run++
    } else if (unit === AMPERSAND) {
      const reference = readReference(text, end)
      value.add(reference.text)
      run = end + reference.length
    } else if (unit === LESS) {
      throw decodeError(text, 'attribute-lt', end, '`<` in an attribute value')
    } else {
      throw illegalCharacter(text, end)
    }
  }
}
