/**
 * The rules a text can break, and how a breach becomes a {@link DecodeError}. Each name is stable: programs may
 * compare `error.rule` with it.
 *
 * The offset is that of the first character that breaks the rule. Where a whole construct is at fault the table
 * says which of its characters stands for it; "the tag" means the `<` of a start tag.
 */

import { DecodeError, type DecodePosition } from '../base/errors'

/** Every rule, with what it demands and where a breach is reported. */
export const decodeRules = {
  'limit-length': 'The text is not longer than `maxLength`; reported at the first character too many.',
  'limit-depth': 'Elements nest no deeper than `maxDepth`; reported at the tag.',
  'limit-properties': 'The instance has at most `maxProperties` properties; reported at the tag.',
  'limit-items': 'An array has at most `maxItems` items; reported at the tag.',
  truncated: 'The text does not end before the root element does; reported at the end of the text.',
  character:
    'Only characters of XML 1.0 production 2: no raw control character, lone surrogate, U+FFFE, U+FFFF.',
  doctype: 'No DOCTYPE: without one there are no entities to expand and nothing external to fetch.',
  'xml-declaration': 'An XML declaration stands at the very start and is well-formed.',
  instruction:
    'A processing instruction has a legal target, not `xml` in any case, and white space after it.',
  comment: 'A comment begins with `<!--` and holds no `--`; reported at the `--`.',
  cdata: 'A CDATA section stands inside an element that holds text; reported at its `<`.',
  'cdata-end': 'Text holds no `]]>`; reported at its first character.',
  tag: 'A tag is well-formed, its name directly after `<` or `</`.',
  attribute: 'Attributes are set off by white space and written name="value" with either quote.',
  'attribute-lt': 'An attribute value holds no `<`.',
  'attribute-duplicate': 'An element names an attribute once; reported at the second name.',
  entity: '`&` begins a numeric reference or one of the five predefined entities; reported at the `&`.',
  'character-reference':
    'A numeric reference denotes a character, U+0001 to U+001F included; reported at the `&`.',
  'end-tag': 'An end tag closes the element opened last, case included; reported at its name.',
  root: 'The root element is INSTANCE and no text stands before it.',
  'after-root': 'Only white space, comments and processing instructions follow the root element.',
  text: 'Text and references stand inside elements that hold text only.',
  child: 'An element stands only where the CIM-XML grammar has it; reported at the tag.',
  'child-repeated': 'An element that may stand once stands once; reported at the second tag.',
  'child-missing': 'An element has the child it needs; reported at the tag of the parent.',
  classname: 'CLASSNAME is there and not blank; reported at the tag or at the value.',
  name: 'NAME is there and not blank; reported at the tag or at the value.',
  type: 'TYPE is there and names a CIM type, case included; reported at the tag or at the value.',
  'property-duplicate': 'A property is named once, case apart; reported at the second name.',
  'key-duplicate': 'A key is named once in a reference, case apart; reported at the second name.',
  boolean:
    'A boolean is true or false in any case; reported, like each rule below, at the start of the content.',
  integer: 'An integer is decimal or 0x-hexadecimal, with an optional sign.',
  real: 'A real is a decimal number with an optional exponent, INF, -INF or NaN.',
  char16: 'A char16 is exactly one UTF-16 unit.',
  datetime: 'A datetime is a CIM timestamp or interval of 25 characters with fields in their ranges.',
  range: 'A number lies in the range of its type.',
} as const

export type DecodeRule = keyof typeof decodeRules

/** How much of the text a message quotes on each side of the position: enough to recognise the place. */
const EXCERPT_REACH = 15

/** Builds the error for a breach of `rule` at `offset`; `detail` says what is wrong there. */
export function decodeError(text: string, rule: DecodeRule, offset: number, detail: string): DecodeError {
  const position = positionAt(text, offset)
  const where = `line ${position.line}, column ${position.column}`
  return new DecodeError(rule, `${detail} (${rule}; ${where}: ${excerpt(text, offset)})`, position)
}

/** Line and column are counted here, on failure only, so that success does not pay for them. */
function positionAt(text: string, offset: number): DecodePosition {
  let line = 1
  let lineStart = 0
  for (let i = 0; i < offset; i++) {
    const code = text.charCodeAt(i)
    // The CR of a CRLF is no line end of its own, the LF is.
    if (code === 0x0a || (code === 0x0d && text.charCodeAt(i + 1) !== 0x0a)) {
      line++
      lineStart = i + 1
    }
  }
  return { offset, line, column: offset - lineStart + 1 }
}

/** The text before and after the position, quoted and safe to print. */
function excerpt(text: string, offset: number): string {
  const from = Math.max(0, offset - EXCERPT_REACH)
  const to = Math.min(text.length, offset + EXCERPT_REACH)
  const before = (from > 0 ? '...' : '') + printable(text.slice(from, offset))
  const after = printable(text.slice(offset, to)) + (to < text.length ? '...' : '')
  return `'${before}' >>> '${after}'`
}

/** Escapes what could confuse a terminal or a log: controls, separators, bidirectional marks, surrogates. */
function printable(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufffe\uffff]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
