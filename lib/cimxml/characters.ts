/**
 * Characters as XML 1.0 (fifth edition) sorts them, and the loops that run over them. Every loop goes forward
 * only and stops at the first unit its caller has to look at, so that the whole decoder stays linear.
 */

export const TAB = 0x09
export const LINE_FEED = 0x0a
export const RETURN = 0x0d
export const SPACE = 0x20
export const BANG = 0x21
export const QUOTE = 0x22
export const AMPERSAND = 0x26
export const APOSTROPHE = 0x27
export const HASH = 0x23
export const HYPHEN = 0x2d
export const SLASH = 0x2f
export const LESS = 0x3c
export const EQUALS = 0x3d
export const GREATER = 0x3e
export const QUESTION = 0x3f
export const OPEN_BRACKET = 0x5b
export const CLOSE_BRACKET = 0x5d
export const BYTE_ORDER_MARK = 0xfeff

/** The unit at `i`, or -1 at the end: reading past the end of a string would deoptimise the caller. */
export function unitAt(text: string, i: number): number {
  return i < text.length ? text.charCodeAt(i) : -1
}

/** Production 3, `S`. */
export function isSpace(unit: number): boolean {
  return unit === SPACE || unit === LINE_FEED || unit === RETURN || unit === TAB
}

/** The first index from `i` on that is not white space. */
export function skipSpace(text: string, i: number): number {
  while (i < text.length && isSpace(text.charCodeAt(i))) i++
  return i
}

/** How many units the character at `i` takes: 0 if XML 1.0 production 2 does not allow it. */
export function characterLength(text: string, i: number): 0 | 1 | 2 {
  const unit = text.charCodeAt(i)
  if (unit < 0x20) return isSpace(unit) ? 1 : 0
  if (unit < 0xd800) return 1
  if (unit < 0xdc00) {
    const next = unitAt(text, i + 1)
    return next >= 0xdc00 && next <= 0xdfff ? 2 : 0
  }
  return unit >= 0xe000 && unit < 0xfffe ? 1 : 0
}

/** The value of a hexadecimal digit, or 16 for any other unit. */
export function digitValue(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30
  const lower = unit | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : 16
}

/** Whether a code point is a character a numeric reference may denote (see the accepted controls). */
export function isReferable(code: number): boolean {
  // XML 1.0 refuses U+0001 to U+001F here; the Windows MI serializer writes control characters this way.
  return (
    (code > 0 && code < 0xd800) || (code > 0xdfff && code < 0xfffe) || (code > 0xffff && code <= 0x10ffff)
  )
}

const NAME = 1
const NAME_START = 2
const PLAIN_TEXT = 4
const PLAIN_VALUE = 8

/** One byte of flags for each ASCII character. */
const FLAGS = new Uint8Array(128)
for (let unit = 0; unit < 128; unit++) {
  const char = String.fromCharCode(unit)
  let flags = 0
  if (/[A-Za-z_:]/.test(char)) flags |= NAME_START | NAME
  if (/[0-9.-]/.test(char)) flags |= NAME
  // Text: `<`, `&` and CR mean something and `>` may end a `]]>`; the controls are refused.
  if (/[\t\n\x20-\x7f]/.test(char) && !/[<&>]/.test(char)) flags |= PLAIN_TEXT
  // Attribute values: white space other than the blank is normalised; both quotes may end the value.
  if (/[\x20-\x7f]/.test(char) && !/[<&"']/.test(char)) flags |= PLAIN_VALUE
  FLAGS[unit] = flags
}

/** Production 4 from U+0080 on, as pairs of first and last code point. */
const NAME_START_RANGES = [
  0xc0, 0xd6, 0xd8, 0xf6, 0xf8, 0x2ff, 0x370, 0x37d, 0x37f, 0x1fff, 0x200c, 0x200d, 0x2070, 0x218f, 0x2c00,
  0x2fef, 0x3001, 0xd7ff, 0xf900, 0xfdcf, 0xfdf0, 0xfffd, 0x10000, 0xeffff,
]

/** What production 4a adds to production 4 from U+0080 on. */
const NAME_RANGES = [0xb7, 0xb7, 0x300, 0x36f, 0x203f, 0x2040]

function inRanges(ranges: readonly number[], code: number): boolean {
  for (let i = 1; i < ranges.length; i += 2) {
    if (code <= (ranges[i] as number)) return code >= (ranges[i - 1] as number)
  }
  return false
}

/** The end of the Name (production 5) that begins at `i`; `i` itself if none does. */
export function skipName(text: string, i: number): number {
  const start = i
  while (i < text.length) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) {
      if (((FLAGS[unit] as number) & (i === start ? NAME_START : NAME)) === 0) break
      i++
    } else {
      const code = text.codePointAt(i) as number
      if (!inRanges(NAME_START_RANGES, code) && (i === start || !inRanges(NAME_RANGES, code))) break
      i += code > 0xffff ? 2 : 1
    }
  }
  return i
}

/**
 * The first index from `i` on that is not plain character data: `<`, `&`, CR, the `>` of a `]]>` that began at
 * or after `i`, a character that is not allowed, or the end.
 */
export function skipPlainText(text: string, i: number): number {
  const start = i
  let searchAt = i + READ_ONE_BY_ONE
  while (i < text.length) {
    if (i >= searchAt) {
      i = findSuspect(text, i)
      searchAt = i + READ_ONE_BY_ONE
      if (i === text.length) break
    }
    const unit = text.charCodeAt(i)
    if (unit < 0x80) {
      if (((FLAGS[unit] as number) & PLAIN_TEXT) === 0) {
        if (unit !== GREATER || endsSection(text, i, start)) break
      }
      i++
    } else if (unit < 0xd800) {
      i++
    } else {
      const length = characterLength(text, i)
      if (length === 0) break
      i += length
    }
  }
  return i
}

/** Many texts end within so many units; to begin a search takes as long as to read some dozen. */
const READ_ONE_BY_ONE = 24

/** What is not plain, or has to be looked at. */
const SUSPECTS = String.raw`<&>\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\uffff`
const SUSPECT = new RegExp(`[${SUSPECTS}]`, 'g')

/** A pattern of plain text, to be part of others. */
export const PLAIN = `[^${SUSPECTS}]*`

/** The first index from `i` on of such a unit, or the end. The engine searches several times as fast as a loop reads. */
function findSuspect(text: string, i: number): number {
  SUSPECT.lastIndex = i
  return SUSPECT.test(text) ? SUSPECT.lastIndex - 1 : text.length
}

/** Whether the `>` at `i` ends a `]]>` that lies after `start`. */
function endsSection(text: string, i: number, start: number): boolean {
  return (
    i - start >= 2 && text.charCodeAt(i - 1) === CLOSE_BRACKET && text.charCodeAt(i - 2) === CLOSE_BRACKET
  )
}

/** The first index from `i` on that is not plain in an attribute value: a quote, `<`, `&`, TAB, LF, CR, … */
export function skipPlainValue(text: string, i: number): number {
  while (i < text.length) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) {
      if (((FLAGS[unit] as number) & PLAIN_VALUE) === 0) break
      i++
    } else if (unit < 0xd800) {
      i++
    } else {
      const length = characterLength(text, i)
      if (length === 0) break
      i += length
    }
  }
  return i
}

/** The first index from `i` on where `stop` stands, or a character that is not allowed, or the end. */
export function skipUntil(text: string, i: number, stop: number): number {
  while (i < text.length && text.charCodeAt(i) !== stop) {
    const length = characterLength(text, i)
    if (length === 0) break
    i += length
  }
  return i
}
