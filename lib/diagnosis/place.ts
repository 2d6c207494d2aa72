/** A number in a message, with what can be seen around it. */
import { canFail, holdsWin32Word, IDENTIFIER_NOUN, type Label, labelOf, wordsBefore } from './labels'
import {
  type Enclosure,
  enclosureOf,
  isInPath,
  isPath,
  isWordCharacter,
  quotedStretches,
  type Stretch,
  stretchAt,
} from './stretches'

/** The text that belongs to a stop error of Windows, in the host or a guest: its numbers are no error codes. */
const STOP_ERROR =
  /bug\s?-?check|stop[\s-]?(?:code|error|fehler)|stopp?code|\bSTOP:|blue\s?screen|bluescreen|ErrorCode\d|PreOSId|memory\.dmp|minidump|c[oó]digo de detenci|code d[’']arrêt|codice di arresto|код остановки|стоп-код|停止コード|停止代码|중지 코드|\(0x[0-9a-f]{16}[,)]/i

/** A text in which codes are looked for, and what is known of the whole of it. */
export class ScannedText {
  readonly text: string
  readonly isArgument: boolean
  /** Of the last code found; -1 before the first. */
  lastEnd = -1
  #quoted: Stretch[] | undefined
  #isStopError: boolean | undefined
  #mayHoldWin32: boolean | undefined
  #mayHoldPath: boolean | undefined

  constructor(text: string, isArgument: boolean) {
    this.text = text
    this.isArgument = isArgument
  }

  get quoted(): readonly Stretch[] {
    this.#quoted ??= quotedStretches(this.text)
    return this.#quoted
  }

  /** Whether the text has a word for "error" at all, without which no short number is one. */
  get mayHoldWin32(): boolean {
    this.#mayHoldWin32 ??= holdsWin32Word(this.text)
    return this.#mayHoldWin32
  }

  get mayHoldPath(): boolean {
    this.#mayHoldPath ??= /:[\\/]|\\\\/.test(this.text)
    return this.#mayHoldPath
  }

  get isStopError(): boolean {
    this.#isStopError ??= STOP_ERROR.test(this.text)
    return this.#isStopError
  }
}

/** One candidate with its surroundings, which are looked at when a rule asks. */
export class Place {
  readonly scan: ScannedText
  readonly start: number
  readonly end: number
  #enclosure: Enclosure | undefined
  #words: readonly string[] | undefined

  constructor(scan: ScannedText, start: number, end: number) {
    this.scan = scan
    this.start = start
    this.end = end
  }

  get enclosure(): Enclosure {
    this.#enclosure ??= enclosureOf(this.scan.text, this.start, this.end)
    return this.#enclosure
  }

  /** The words before it, and before the brackets around it. */
  get words(): readonly string[] {
    this.#words ??= wordsBefore(this.scan.text, this.enclosure.start)
    return this.#words
  }

  /** Of the words alone. */
  get strictLabel(): Label {
    return labelOf(this.words)
  }

  /** Of the words and brackets: a sentence that ends with a thing may have a code in brackets behind it. */
  get label(): Label {
    const label = this.strictLabel
    const endsSentence = this.words.length >= 3 && canFail(this.words[0]) && this.enclosure.bracketed
    return label === 'other' && endsSentence ? null : label
  }

  get after(): string {
    return this.scan.text.slice(this.end, this.end + 24)
  }

  get isWhole(): boolean {
    const { text } = this.scan
    return text.length < 32 && this.before.trim() === '' && text.slice(this.enclosure.end).trim() === ''
  }

  get before(): string {
    return this.scan.text.slice(Math.max(0, this.enclosure.start - 160), this.enclosure.start)
  }

  /** The quotation around, if it holds more than this number. */
  get quoted(): Stretch | null {
    return stretchAt(this.scan.quoted, this.start)
  }

  get isQuotedAlone(): boolean {
    const { quoted } = this
    return quoted !== null && quoted.start === this.start && quoted.end === this.end
  }

  /** Nothing that makes it a part of a longer number, a name, a file or an address. */
  isSeparate(): boolean {
    const { text } = this.scan
    const { start, end } = this
    if ((isWordCharacter(text, start - 1) && !isEscape(text, start - 2)) || isWordCharacter(text, end))
      return false
    const previous = text.charAt(start - 1)
    const next = text.charAt(end)
    if (previous === '\\') return false
    if (previous === '-' && isWordCharacter(text, start - 2)) return false
    if ((previous === '.' || previous === ':') && isHexDigitPair(text, start)) return false
    if (previous === '.' && isWordCharacter(text, start - 2)) return false
    if (next === '\\' && !/^\\[rnt"\\]/.test(this.after)) return false
    if (next === '-' && isWordCharacter(text, end + 1)) return false
    if (next === '.' && /^\.(?:[a-z0-9_]|[A-Z0-9]{2,5}\b)/.test(this.after)) return false
    if (next === '@' || previous === '@') return false
    if (previous === '/' || next === '/') return this.#isListed(previous, next)
    return true
  }

  /** Codes may stand in a list with slashes between them; anything else between slashes is a path. */
  #isListed(previous: string, next: string): boolean {
    const before = this.scan.text.slice(Math.max(0, this.start - 12), this.start)
    const beforeFits = previous !== '/' || /(?:0x[0-9a-f]{1,8}|\s)\/$/i.test(before)
    return beforeFits && (next !== '/' || /^\/\s?0x/i.test(this.after))
  }

  isInPath(): boolean {
    if (!this.scan.mayHoldPath) return false
    const { quoted } = this
    if (quoted !== null && isPath(this.scan.text.slice(quoted.start, quoted.end))) return true
    return isInPath(this.scan.text, this.start, this.end)
  }

  /** Whether a quotation around is a name rather than a sentence or a value. */
  isInName(): boolean {
    const { quoted, scan } = this
    if (quoted === null) return false
    if (this.isQuotedAlone) return !this.isQuotedValue()
    if (this.label === 'error') return false
    const words = scan.text.slice(quoted.start, quoted.end).match(/[\p{L}\p{N}]+/gu)?.length ?? 0
    return words < 5 && !(this.enclosure.bracketed && words >= 3)
  }

  /** A number alone between quotation marks is a value where the words before say so, else a name. */
  isQuotedValue(): boolean {
    const label = this.label
    if (label === 'other') return false
    return label === 'error' || this.enclosure.bracketed || /[:=]\s?$/.test(this.before)
  }

  /** After a colon at the end of a clause, or a sentence of its own at the end: "Names were not mapped: 80070534". */
  endsClause(minWords = 3): boolean {
    const introduced = /[:：=]\s*$/.test(this.before)
    const isLast = /[.。!]\s*$/.test(this.before) && /^\s*[.。)]?\s*$/.test(this.after)
    if (!introduced && !isLast) return false
    if (!/^(?:[\s.,;:!?)\]}"'。、，；]|$|[^\w])/.test(this.after) || /^\s+\d/.test(this.after)) return false
    const clause = this.before.replace(/[\s:：=.。!]+$/, '')
    const own = clause.slice(Math.max(clause.lastIndexOf('\n'), clause.lastIndexOf('. ')) + 1)
    if (IDENTIFIER_NOUN.test(own)) return false
    const words = own.split(/\s+/).filter(word => /[\p{L}\p{N}]/u.test(word))
    return words.length >= minWords || /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{6}/.test(own)
  }

  /** Thousands and decimals: `1,80070534`, `80070534,5`. */
  isGrouped(): boolean {
    const { text } = this.scan
    const joins = (at: number, other: number) => /[.,]/.test(text.charAt(at)) && /\d/.test(text.charAt(other))
    return joins(this.start - 1, this.start - 2) || joins(this.end, this.end + 1)
  }

  /** A code in brackets ends a sentence or clause; round ones in the middle belong to a name: `Lab (80070005) 3`. */
  endsAfterBracket(): boolean {
    const { text } = this.scan
    const { end } = this.enclosure
    if (text.charAt(end - 1) !== ')') return true
    return /^\s*(?:[.,;:!?)\]}"'。、，；：]|$|[\r\n])/.test(text.slice(end, end + 8))
  }

  /** Behind another code, with no more than a conjunction between. */
  followsCode(): boolean {
    const { lastEnd, text } = this.scan
    if (lastEnd < 0 || this.start - lastEnd > 24 || this.start < lastEnd) return false
    return /^[\s,;:&+()[\]/|→>-]*(?:(?:then|and|or|und|oder|inner|also|dann|et|y|e|и|puis)[\s,:(]*)*$/i.test(
      text.slice(lastEnd, this.start),
    )
  }
}

/** `\n` in an escaped text. */
function isEscape(text: string, at: number): boolean {
  return text.charAt(at) === '\\' && /[rnt]/.test(text.charAt(at + 1))
}

/** `80:07:00:05`, `10.80070005`. */
function isHexDigitPair(text: string, start: number): boolean {
  return (
    /[0-9a-f]{1,4}:$/i.test(text.slice(Math.max(0, start - 5), start)) &&
    /^[0-9a-f]{2}:/i.test(text.slice(start))
  )
}
