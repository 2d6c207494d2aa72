/** The lexical forms of CIM values (DSP0201 section 5.2) and what they denote. */

import { digitValue, isSpace, unitAt } from './characters'
import type { DecodeRule } from './rules'

/** The rule a text breaks that is no number of its type. */
export type NumberBreach = Extract<DecodeRule, 'integer' | 'real' | 'range'>

/** Bounds of the types whose values are numbers. */
const NARROW = {
  uint8: { min: 0, max: 0xff },
  uint16: { min: 0, max: 0xffff },
  uint32: { min: 0, max: 0xffffffff },
  sint8: { min: -0x80, max: 0x7f },
  sint16: { min: -0x8000, max: 0x7fff },
  sint32: { min: -0x80000000, max: 0x7fffffff },
} as const

/** Bounds of the types whose values are bigints. */
const WIDE = {
  uint64: { min: 0n, max: 2n ** 64n - 1n },
  sint64: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
} as const

export type IntegerType = keyof typeof NARROW | keyof typeof WIDE

const MINUS = 0x2d
const PLUS = 0x2b
const DOT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const LOWER_E = 0x65
const LOWER_X = 0x78

/** The first index that is not a blank. */
function contentStart(text: string): number {
  let start = 0
  while (start < text.length && isSpace(text.charCodeAt(start))) start++
  return start
}

/** The index after the last that is not a blank; `start` for a text of blanks. */
function contentEnd(text: string, start: number): number {
  let end = text.length
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--
  return end
}

/** `true` or `false` in any case; null for anything else. */
export function parseBoolean(text: string): boolean | null {
  const start = contentStart(text)
  const end = contentEnd(text, start)
  // Five units at most are looked at, whatever the length of the text.
  const word = end - start > 5 ? '' : text.slice(start, end)
  if (/^true$/i.test(word)) return true
  if (/^false$/i.test(word)) return false
  return null
}

/** An optional sign, then decimal digits or `0x` and hexadecimal ones; leading zeros do not make it octal. */
export function parseInteger(text: string, type: IntegerType): number | bigint | NumberBreach {
  const start = contentStart(text)
  const end = contentEnd(text, start)
  const sign = unitAt(text, start)
  const unsigned = sign === MINUS || sign === PLUS ? start + 1 : start
  const hex = unitAt(text, unsigned) === ZERO && (unitAt(text, unsigned + 1) | 0x20) === LOWER_X
  const base = hex ? 16 : 10
  const digits = hex ? unsigned + 2 : unsigned
  if (digits >= end) return 'integer'
  let magnitude = 0
  let significant = digits
  for (let i = digits; i < end; i++) {
    const digit = digitValue(text.charCodeAt(i))
    if (digit >= base) return 'integer'
    if (magnitude === 0) significant = i
    magnitude = magnitude * base + digit
  }
  const negative = sign === MINUS
  if (type === 'uint64' || type === 'sint64') {
    // Inexact from 2^53 on, yet close enough to separate a number of a thousand digits from one worth a bigint.
    if (magnitude > 2 ** 65) return 'range'
    const exact =
      magnitude <= Number.MAX_SAFE_INTEGER
        ? BigInt(magnitude)
        : BigInt((hex ? '0x' : '') + text.slice(significant, end))
    const value = negative ? -exact : exact
    const { min, max } = WIDE[type]
    return value >= min && value <= max ? value : 'range'
  }
  // Not `-magnitude`: "-0" is the integer 0.
  const value = negative ? 0 - magnitude : magnitude
  const { min, max } = NARROW[type]
  return value >= min && value <= max ? value : 'range'
}

/** A decimal number with an optional fraction and exponent, or one of the three specials, spelt exactly so. */
export function parseReal(text: string, type: 'real32' | 'real64'): number | NumberBreach {
  const start = contentStart(text)
  const content = text.slice(start, contentEnd(text, start))
  if (content === 'INF') return Number.POSITIVE_INFINITY
  if (content === '-INF') return Number.NEGATIVE_INFINITY
  if (content === 'NaN') return Number.NaN
  if (!isDecimal(content)) return 'real'
  const value = Number(content)
  // The value stays as written: "0.1" is 0.1 for real32 too. Rounding only decides whether it is in range.
  const stored = type === 'real32' ? Math.fround(value) : value
  return Number.isFinite(stored) ? value : 'range'
}

function isDecimal(text: string): boolean {
  const first = unitAt(text, 0)
  const start = first === MINUS || first === PLUS ? 1 : 0
  let i = skipDigits(text, start)
  let digits = i - start
  if (unitAt(text, i) === DOT) {
    const end = skipDigits(text, i + 1)
    digits += end - i - 1
    i = end
  }
  if (digits === 0) return false
  if ((unitAt(text, i) | 0x20) === LOWER_E) {
    const sign = unitAt(text, i + 1)
    const exponent = sign === MINUS || sign === PLUS ? i + 2 : i + 1
    i = skipDigits(text, exponent)
    if (i === exponent) return false
  }
  return i === text.length
}

function skipDigits(text: string, i: number): number {
  while (i < text.length && isDigit(text.charCodeAt(i))) i++
  return i
}

function isDigit(unit: number): boolean {
  return unit >= ZERO && unit <= NINE
}
