/**
 * The parts of XML that carry no structure: references, comments, processing instructions, the XML declaration.
 * Each function takes the index where the construct begins and returns the one after it.
 */

import type { DecodeError } from '../base/errors'
import {
  APOSTROPHE,
  CLOSE_BRACKET,
  characterLength,
  digitValue,
  EQUALS,
  GREATER,
  HASH,
  HYPHEN,
  isReferable,
  isSpace,
  LINE_FEED,
  QUESTION,
  QUOTE,
  RETURN,
  skipName,
  skipSpace,
  skipUntil,
  unitAt,
} from './characters'
import { type DecodeRule, decodeError } from './rules'
import { isAt, type TextBuilder } from './text'

/** What stops a scan where anything else would have been legal: the end, or a character that is not allowed. */
export function illegalCharacter(text: string, i: number): DecodeError {
  if (i >= text.length) return decodeError(text, 'truncated', i, 'the text ends too early')
  const code = text.charCodeAt(i).toString(16).toUpperCase().padStart(4, '0')
  return decodeError(text, 'character', i, `U+${code} is not allowed here`)
}

/** A breach of `rule` at `i`, unless what is there stops any scan. */
export function breach(text: string, rule: DecodeRule, i: number, detail: string): DecodeError {
  const isCharacter = i < text.length && characterLength(text, i) > 0
  return isCharacter ? decodeError(text, rule, i, detail) : illegalCharacter(text, i)
}

/**
 * Whether `literal` stands at `i`. A text that ends inside the literal is truncated rather than wrong, which is
 * what a reader wants to hear of a text that was cut off.
 */
export function standsAt(text: string, i: number, literal: string): boolean {
  if (text.startsWith(literal, i)) return true
  if (text.length - i < literal.length && literal.startsWith(text.slice(i))) {
    throw illegalCharacter(text, text.length)
  }
  return false
}

/** A reference: the characters it stands for, and how long it is. */
export interface Reference {
  readonly text: string
  readonly length: number
}

/** The predefined entities. */
const LT = { source: '&lt;', text: '<', length: 4 }
const GT = { source: '&gt;', text: '>', length: 4 }
const AMP = { source: '&amp;', text: '&', length: 5 }
const APOS = { source: '&apos;', text: "'", length: 6 }
const QUOT = { source: '&quot;', text: '"', length: 6 }
const ENTITIES = [LT, GT, AMP, APOS, QUOT]

const LOWER_A = 0x61
const LOWER_G = 0x67
const LOWER_L = 0x6c
const LOWER_M = 0x6d
const LOWER_Q = 0x71

/** The only entity that may stand at `i`. */
function entityAt(text: string, i: number): (typeof ENTITIES)[number] | null {
  switch (unitAt(text, i + 1)) {
    case LOWER_L:
      return LT
    case LOWER_G:
      return GT
    case LOWER_Q:
      return QUOT
    case LOWER_A:
      return unitAt(text, i + 2) === LOWER_M ? AMP : APOS
    default:
      return null
  }
}

/** Of an entity: looking no further keeps a text of `&` linear. */
const LONGEST_ENTITY = 6

/** Reads the reference whose `&` is at `i`. */
export function readReference(text: string, i: number): Reference {
  if (unitAt(text, i + 1) === HASH) return readCharacterReference(text, i)
  const entity = entityAt(text, i)
  if (entity !== null && isAt(text, i, entity.source)) return entity
  const rest = text.slice(i, i + LONGEST_ENTITY)
  if (i + rest.length === text.length && ENTITIES.some(({ source }) => source.startsWith(rest))) {
    throw illegalCharacter(text, text.length)
  }
  throw decodeError(text, 'entity', i, '`&` begins no predefined entity')
}

/** More than any code point; a longer number stays here, so that it cannot lose precision and come back. */
const TOO_LARGE = 0x110000

function readCharacterReference(text: string, at: number): Reference {
  const hex = text.startsWith('x', at + 2)
  const base = hex ? 16 : 10
  const start = at + (hex ? 3 : 2)
  let code = 0
  let i = start
  for (; i < text.length; i++) {
    const digit = digitValue(text.charCodeAt(i))
    if (digit >= base) break
    code = Math.min(TOO_LARGE, code * base + digit)
  }
  if (i === text.length) throw illegalCharacter(text, i)
  if (i === start || text[i] !== ';') {
    throw decodeError(text, 'character-reference', at, 'malformed character reference')
  }
  if (!isReferable(code)) {
    throw decodeError(text, 'character-reference', at, 'the reference denotes no character')
  }
  return { text: String.fromCodePoint(code), length: i + 1 - at }
}

/** Production 15; `i` is at `<!--`. */
export function skipComment(text: string, i: number): number {
  let at = i + 4
  for (;;) {
    at = skipUntil(text, at, HYPHEN)
    if (unitAt(text, at) !== HYPHEN) throw illegalCharacter(text, at)
    if (unitAt(text, at + 1) === HYPHEN) {
      if (unitAt(text, at + 2) === GREATER) return at + 3
      if (at + 2 >= text.length) throw illegalCharacter(text, text.length)
      throw decodeError(text, 'comment', at, '`--` in a comment')
    }
    at++
  }
}

/** Production 18; `i` is at `<![CDATA[`. What the section holds goes to the builder, if there is one. */
export function readSection(text: string, i: number, builder: TextBuilder | null): number {
  let run = i + 9
  let at = run
  for (;;) {
    const unit = unitAt(text, at)
    if (unit === CLOSE_BRACKET && text.startsWith(']]>', at)) {
      builder?.addPart(text, run, at)
      return at + 3
    }
    if (unit === RETURN) {
      builder?.addPart(text, run, at)
      builder?.add('\n')
      at = unitAt(text, at + 1) === LINE_FEED ? at + 2 : at + 1
      run = at
    } else {
      const length = at < text.length ? characterLength(text, at) : 0
      if (length === 0) throw illegalCharacter(text, at)
      at += length
    }
  }
}

/** Production 16; `i` is at `<?`. */
export function skipInstruction(text: string, i: number): number {
  const target = i + 2
  const targetEnd = skipName(text, target)
  if (targetEnd === text.length) throw illegalCharacter(text, targetEnd)
  if (targetEnd === target) {
    throw decodeError(text, 'instruction', target, 'a processing instruction needs a target')
  }
  if (isXml(text, target, targetEnd)) {
    throw decodeError(text, 'xml-declaration', i, 'an XML declaration stands at the very start only')
  }
  if (targetEnd - target === 3 && text.slice(target, targetEnd).toLowerCase() === 'xml') {
    throw decodeError(text, 'instruction', target, 'the target of a processing instruction is reserved')
  }
  if (standsAt(text, targetEnd, '?>')) return targetEnd + 2
  if (!isSpace(text.charCodeAt(targetEnd))) {
    throw decodeError(text, 'instruction', targetEnd, 'white space is missing after the target')
  }
  let at = targetEnd
  for (;;) {
    at = skipUntil(text, at, QUESTION)
    if (unitAt(text, at) !== QUESTION) throw illegalCharacter(text, at)
    if (unitAt(text, at + 1) === GREATER) return at + 2
    at++
  }
}

function isXml(text: string, start: number, end: number): boolean {
  return end - start === 3 && text.startsWith('xml', start)
}

/** Production 23; returns `i` itself if no XML declaration stands there. */
export function skipDeclaration(text: string, i: number): number {
  if (!text.startsWith('<?', i) || !isXml(text, i + 2, skipName(text, i + 2))) return i
  const start = i + 5
  let at = skipPseudoAttribute(text, start, 'version', /^1\.[0-9]+$/)
  if (at === start) {
    throw breach(text, 'xml-declaration', skipSpace(text, at), 'the XML declaration gives no version')
  }
  at = skipPseudoAttribute(text, at, 'encoding', /^[A-Za-z][A-Za-z0-9._-]*$/)
  at = skipSpace(text, skipPseudoAttribute(text, at, 'standalone', /^(?:yes|no)$/))
  if (!standsAt(text, at, '?>')) throw breach(text, 'xml-declaration', at, 'malformed XML declaration')
  return at + 2
}

/** One `name="value"` of the declaration with the white space before it; returns `i` itself without one. */
function skipPseudoAttribute(text: string, i: number, name: string, form: RegExp): number {
  let at = skipSpace(text, i)
  if (at === i || !standsAt(text, at, name)) return i
  at = skipSpace(text, at + name.length)
  if (unitAt(text, at) !== EQUALS) throw breach(text, 'xml-declaration', at, `\`=\` is missing after ${name}`)
  at = skipSpace(text, at + 1)
  const quote = unitAt(text, at)
  if (quote !== QUOTE && quote !== APOSTROPHE)
    throw breach(text, 'xml-declaration', at, `the ${name} is not quoted`)
  const end = text.indexOf(quote === QUOTE ? '"' : "'", at + 1)
  if (end === -1) throw illegalCharacter(text, text.length)
  if (!form.test(text.slice(at + 1, end)))
    throw breach(text, 'xml-declaration', at + 1, `not a legal ${name}`)
  return end + 1
}
