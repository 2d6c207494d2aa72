/**
 * The notations in which Windows components print error codes, each with the evidence it needs: `0x8009030E` speaks for
 * itself, eight bare digits or a decimal number only where the words around announce an error.
 */
import { codeOfSymbol, symbolOf, toHresult } from '../base/symbols'
import { codeRowOf, messageRowOf } from './data/tables'
import { hasNamedFacility } from './facility'
import { announcesWin32, canFail, UNIT_AFTER } from './labels'
import { Place, ScannedText } from './place'

export interface Hit {
  /** As printed, unsigned. */
  readonly code: number
  /** UTF-16 units from the start of the text. */
  readonly offset: number
}

/**
 * Every place where a number begins that is no part of a name or identifier, as most are; the letter of an escape such as
 * `\n` is no part of one. What the number is, is seen from its surroundings. In the order of the groups: reference to a message, minus and digits of hexadecimal, eight bare digits,
 * signed and unsigned decimal, any other number.
 */
const CANDIDATE =
  /%%(\d{1,10})(?!\d)|(?=[-&\dcC])(?:(?<!\w)|(?<=\\[rnt]))(?:(-)?(?:0[xX]|&[hH])([0-9a-fA-F]+)(?:[uU]?[lL]{1,2}|[lL]?[uU])?|([8cC]0[0-9a-fA-F]{6})[hH]?|(-[12]?\d{9})(?!\d)|([234]\d{9})(?!\d)(?:[uU]?[lL]{1,2}|[uU])?|(\d+))/g

/** The names of codes are upper case, as in `SEC_E_NO_CREDENTIALS` and `WSAECONNREFUSED`. */
const SYMBOL = /[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|\bWSA[A-Z]{5,}/g

/** Facilities in which errors that have no name in the tables are believed without more evidence. */
const MAX_FACILITY = 0xff

/**
 * The error codes of one text, in its order; the same code may come twice. `isArgument`: the text is one of a message's
 * arguments, so a short number that is all of it may be anything.
 */
export function scanCodes(original: string, isArgument: boolean): Hit[] {
  const scan = new ScannedText(foldWidth(original), isArgument)
  const hits: Hit[] = []
  const accept = (place: Place, code: number | null) => {
    if (code === null) return
    hits.push({ code, offset: place.start })
    scan.lastEnd = place.end
  }
  const { text } = scan
  CANDIDATE.lastIndex = 0
  for (let match = CANDIDATE.exec(text); match !== null; match = CANDIDATE.exec(text)) {
    const place = new Place(scan, match.index, match.index + match[0].length)
    accept(place, codeOfNumber(place, match))
  }
  if (MAY_HOLD_SYMBOL.test(text)) {
    for (const { 0: symbol, index } of text.matchAll(SYMBOL)) {
      const place = new Place(scan, index, index + symbol.length)
      accept(place, namedCode(place, symbol))
    }
  }
  return hits.sort((one, other) => one.offset - other.offset)
}

const MAY_HOLD_SYMBOL = /[A-Z]_[A-Z]|WSA/
const FULL_WIDTH = /[\uff10-\uff5a]/

/** Full-width forms, as Japanese and Chinese texts use them, become the ASCII they stand for; offsets stay. */
function foldWidth(text: string): string {
  if (!FULL_WIDTH.test(text)) return text
  return text.replace(/[\uff01-\uff5e]/g, unit => String.fromCharCode(unit.charCodeAt(0) - 0xfee0))
}

function codeOfNumber(place: Place, match: RegExpExecArray): number | null {
  const [, reference, minus, hex, bare, signed, unsigned, other] = match
  if (other !== undefined) return place.scan.mayHoldWin32 ? smallCode(place, other) : null
  if (hex !== undefined) return hexCode(place, hex, minus !== undefined)
  if (reference !== undefined) return referencedCode(reference)
  if (bare !== undefined) return bareCode(place, bare)
  if (signed !== undefined) return signedCode(place, Number(signed))
  return unsigned === undefined ? null : unsignedCode(place, Number(unsigned))
}

/** `SEC_E_NO_CREDENTIALS`. */
function namedCode(place: Place, symbol: string): number | null {
  const code = codeOfSymbol(symbol)
  if (code === null || !isFailure(code) || !place.isSeparate() || place.isInPath()) return null
  return place.isQuotedAlone && !place.isQuotedValue() ? null : code
}

/** `%%5`, `%%2147942405`: how the event log refers to the text of a system error. */
function referencedCode(digits: string): number | null {
  const code = Number(digits)
  return (code > 0 && code <= 0xffff) || (code <= 0xffff_ffff && isPlausible(code)) ? code : null
}

function hexCode(place: Place, digits: string, hasMinus: boolean): number | null {
  if (digits.length > 8 || !place.isSeparate()) return null
  const value = Number.parseInt(digits, 16)
  if (hasMinus && digits.length === 8 && value < 0x8000_0000) {
    // -0x7FF8FFFB is the signed form of 0x80070005.
    const code = -value >>> 0
    return isKnown(code) && !place.isInPath() ? code : null
  }
  if (digits.length < 8) return shortCode(place, value)
  if (value <= 0xffff) return win32Code(place, value)
  if (!isPlausible(value) || place.isInPath() || place.isInName()) return null
  // Most codes are printed like this, and no words around make them anything else.
  if (place.enclosure.bracketed && isKnown(value) && !place.isQuotedAlone)
    return place.scan.isStopError && place.label === 'other' ? null : value
  if (UNIT_AFTER.test(place.after)) return null
  if (place.scan.isStopError && !isBesideStopError(place, value)) return null
  const { label } = place
  if (label === 'other')
    return isKnown(value) && (place.enclosure.bracketed || place.endsClause()) ? value : null
  if (label === 'error' || isKnown(value)) return value
  // Whole pages and masks look like codes: 0x80000000, 0x8001FFFF.
  const low = value & 0xffff
  return (low !== 0 && low !== 0xffff) || place.enclosure.bracketed ? value : null
}

/** `0x000013AB`: a Win32 error, or an HRESULT that lost its facility. */
function win32Code(place: Place, value: number): number | null {
  if (value === 0 || place.scan.isStopError || place.isInPath() || place.isInName()) return null
  if (UNIT_AFTER.test(place.after)) return null
  const { label } = place
  if (label === 'other') return null
  if (label === 'error' || place.enclosure.bracketed || place.isWhole || place.followsCode()) return value
  return place.endsClause(2) ? value : null
}

/** `(0x5)`, `error code '0x20'`. */
function shortCode(place: Place, value: number): number | null {
  if (value === 0 || value > 0xffff || symbolOf(toHresult(value)) === null) return null
  if (place.scan.isStopError || UNIT_AFTER.test(place.after) || place.isInPath() || place.isInName())
    return null
  const { label } = place
  if (label === 'other') return null
  if (label === 'error' || place.enclosure.bracketed || place.followsCode()) return value
  return place.isWhole && !place.scan.isArgument ? value : null
}

/** `80070534`, as the operational log prints it. */
function bareCode(place: Place, digits: string): number | null {
  const code = Number.parseInt(digits, 16)
  if (!isPlausible(code) || !place.isSeparate() || place.isGrouped() || UNIT_AFTER.test(place.after))
    return null
  if (place.isInPath()) return null
  const label = place.strictLabel
  const { bracketed } = place.enclosure
  if (place.isQuotedAlone && !(label === 'error' && !place.isWhole)) return null
  if (place.isWhole) return hasNamedFacility(code) ? code : null
  if (place.isInName()) return null
  if (label === 'other') return canFail(place.words[0]) && place.endsClause() && isKnown(code) ? code : null
  if (label === 'error') return code
  if (!hasNamedFacility(code)) return null
  if (place.followsCode()) return code
  if (bracketed) return isKnown(code) && place.endsAfterBracket() ? code : null
  return place.endsClause() ? code : null
}

/** `-2147024891`, as PowerShell prints an HRESULT. */
function signedCode(place: Place, value: number): number | null {
  const code = value >>> 0
  if (value < -0x8000_0000 || !isPlausible(code) || !isSeparateDecimal(place)) return null
  const { label } = place
  return label === 'error' || (label === null && isKnown(code)) ? code : null
}

/** `2147942405`. */
function unsignedCode(place: Place, code: number): number | null {
  if (code > 0xffff_ffff || !isPlausible(code) || !isSeparateDecimal(place)) return null
  const { label } = place
  if (label !== null) return label === 'error' ? code : null
  const isAnnounced = place.enclosure.bracketed || place.isWhole || place.endsClause() || place.followsCode()
  return isAnnounced && isKnown(code) ? code : null
}

/** `Win32 error 5`, `error code 1450`. */
function smallCode(place: Place, digits: string): number | null {
  const code = Number(digits)
  // The quick ones first: most of a message's numbers are parts of names.
  if (code === 0 || code > 0xffff || !place.isSeparate() || place.isGrouped()) return null
  if (codeRowOf(toHresult(code)) === null || !announcesWin32(place.words)) return null
  if (place.scan.isStopError || UNIT_AFTER.test(place.after)) return null
  if (/^\s*(?:of|out|von|de|sur|di|из|\/|:\d)(?![\p{L}])/iu.test(place.after) || place.isInPath()) return null
  if (place.quoted !== null && !place.isQuotedAlone && place.isInName()) return null
  // Four and five digits may be the number of an event with that text.
  return code >= 1000 && messageRowOf(digits) !== null ? null : code
}

function isSeparateDecimal(place: Place): boolean {
  if (!place.isSeparate() || place.isGrouped() || UNIT_AFTER.test(place.after)) return false
  return !place.isInPath() && !(place.isQuotedAlone ? !place.isQuotedValue() : place.isInName())
}

/** In a report of a stop error only a code in brackets of its own, or one that is called so, is about something else. */
function isBesideStopError(place: Place, value: number): boolean {
  if (!isKnown(value) || /^errorcode\d/.test(place.words[0] ?? '')) return false
  return place.label === 'error' || (place.enclosure.bracketed && place.label !== 'other')
}

/** Severity "error", and a facility that exists. */
function isPlausible(code: number): boolean {
  if (isKnown(code)) return true
  const severity = code >>> 28
  const facility = (code >>> 16) & 0xfff
  if (severity === 0xd) return facility <= MAX_FACILITY && isKnown((code & 0xefff_ffff) >>> 0)
  return (severity === 0x8 || severity === 0xc) && facility <= MAX_FACILITY && code !== 0x8000_0000
}

function isKnown(code: number): boolean {
  return isFailure(code) && (symbolOf(code) !== null || codeRowOf(code) !== null)
}

function isFailure(code: number): boolean {
  return code >= 0x8000_0000
}
