/**
 * One pass over the text: tags, attributes, character data, and the rules of XML 1.0 about them. Which element
 * may stand where is decided by the callers, who name the element they are in.
 */

import type { DecodeError } from '../base/errors'
import {
  AMPERSAND,
  BANG,
  BYTE_ORDER_MARK,
  GREATER,
  LESS,
  LINE_FEED,
  PLAIN,
  QUESTION,
  RETURN,
  SLASH,
  skipName,
  skipPlainText,
  skipSpace,
  unitAt,
} from './characters'
import type { DecodeSettings } from './limits'
import {
  breach,
  illegalCharacter,
  readReference,
  readSection,
  skipComment,
  skipDeclaration,
  skipInstruction,
  standsAt,
} from './markup'
import { type DecodeRule, decodeError } from './rules'
import { readStartTag, type StartTag } from './start-tag'
import { copyOf, isAt, TextBuilder } from './text'
import { ELEMENT_NAMES, Element } from './words'

/** Plain text with the tags around it, in one match: quicker than to read tag by tag. */
function plainTextBetween(before: string, after: string) {
  const pattern = new RegExp(`${before}${PLAIN}${after}`, 'y')
  return { pattern, before: before.length, after: after.length }
}

const ONLY_VALUE = plainTextBetween('<VALUE>', '</VALUE></PROPERTY>')
const BEFORE_VALUE = plainTextBetween('', '</VALUE><VALUE>')

export class Scanner {
  readonly text: string
  readonly limits: DecodeSettings

  /** The start tag read last, at first the root's, and where it begins. */
  tag: StartTag
  tagStart = 0
  /** Where the text read last begins. */
  textStart = 0

  #pos = 0
  #depth = 0
  /** The tag read last was an empty-element tag, whose end is still to be taken. */
  #selfClosed = false

  /** Reads up to and with the root's start tag. */
  constructor(text: string, limits: DecodeSettings) {
    this.text = text
    this.limits = limits
    if (text.length > limits.maxLength) {
      throw this.failure('limit-length', limits.maxLength, `longer than ${limits.maxLength} units`)
    }
    this.#pos = skipDeclaration(text, unitAt(text, 0) === BYTE_ORDER_MARK ? 1 : 0)
    this.#skipMisc()
    if (unitAt(text, this.#pos) !== LESS) throw this.#unexpectedText('root')
    this.tag = this.#readStartTag()
  }

  failure(rule: DecodeRule, offset: number, detail: string): DecodeError {
    return decodeError(this.text, rule, offset, detail)
  }

  /** Reads what may follow the root element. */
  closeRoot(): void {
    this.#skipMisc()
    if (this.#pos === this.text.length) return
    if (unitAt(this.text, this.#pos) !== LESS) throw this.#unexpectedText('after-root')
    throw this.failure('after-root', this.#pos, 'a tag after the root element')
  }

  /**
   * Reads the start tag of the next child of the open element `parent`, which holds elements only, and returns
   * which it is; at the end tag of `parent` reads that and returns `Element.none`.
   */
  nextChild(parent: number): number {
    if (this.#selfClosed) {
      this.#takeEmptyEnd()
      return Element.none
    }
    this.#skipMisc()
    if (unitAt(this.text, this.#pos) !== LESS) throw this.#unexpectedText('text')
    if (unitAt(this.text, this.#pos + 1) !== SLASH) return this.#readStartTag().element
    this.#readEndTag(ELEMENT_NAMES[parent] as string)
    return Element.none
  }

  /** Reads a VALUE of plain text, all that the open PROPERTY holds, and both end tags; reads nothing else, and is null. */
  readOnlyValue(): string | null {
    if (this.#selfClosed || this.#depth >= this.limits.maxDepth) return null
    const value = this.#readAtOnce(ONLY_VALUE)
    if (value !== null) this.#depth--
    return value
  }

  /** Reads plain text in an open VALUE, its end tag and the start tag of the next; reads nothing else, and is null. */
  readUpToNextValue(): string | null {
    return this.#selfClosed ? null : this.#readAtOnce(BEFORE_VALUE)
  }

  /** Reads what matches here; null, and reads nothing, without a match. */
  #readAtOnce({ pattern, before, after }: ReturnType<typeof plainTextBetween>): string | null {
    pattern.lastIndex = this.#pos
    if (!pattern.test(this.text)) return null
    this.textStart = this.#pos + before
    this.#pos = pattern.lastIndex
    return copyOf(this.text, this.textStart, this.#pos - after)
  }

  /** Reads the content of the open element `parent`, which holds text only, and its end tag. */
  readText(parent: number): string {
    const { text } = this
    const start = this.#pos
    this.textStart = start
    if (this.#selfClosed) {
      this.#takeEmptyEnd()
      return ''
    }
    const end = skipPlainText(text, start)
    if (unitAt(text, end) === LESS && unitAt(text, end + 1) === SLASH) {
      this.#pos = end
      this.#readEndTag(ELEMENT_NAMES[parent] as string)
      return copyOf(text, start, end)
    }
    const builder = new TextBuilder()
    this.#readMixed(builder)
    if (unitAt(text, this.#pos + 1) !== SLASH) {
      this.#readStartTag()
      throw this.failure('child', this.tagStart, 'an element inside an element that holds text')
    }
    this.#readEndTag(ELEMENT_NAMES[parent] as string)
    return builder.toString()
  }

  /** Whether the open element holds a child element; looks ahead as far as the first tag. */
  holdsElement(): boolean {
    if (this.#selfClosed) return false
    const start = this.#pos
    this.#readMixed(null)
    const isElement = unitAt(this.text, this.#pos + 1) !== SLASH
    this.#pos = start
    return isElement
  }

  /**
   * Passes over the element whose start tag was read last: whatever it holds must be well-formed, and no more.
   * Returns the source of its content. The open elements are kept in a list, so that no depth costs stack.
   */
  skipElement(): string {
    const { text } = this
    const start = this.#pos
    if (this.#selfClosed) {
      this.#takeEmptyEnd()
      return ''
    }
    const open = [this.tagStart + 1]
    for (;;) {
      this.#readMixed(null)
      if (unitAt(text, this.#pos + 1) !== SLASH) {
        this.#readStartTag()
        if (this.#selfClosed) this.#takeEmptyEnd()
        else open.push(this.tagStart + 1)
        continue
      }
      const end = this.#pos
      const name = open.pop() as number
      this.#readEndTag(text.substring(name, skipName(text, name)))
      if (open.length === 0) return copyOf(text, start, end)
    }
  }

  /** Passes over white space, comments and processing instructions. */
  #skipMisc(): void {
    const { text } = this
    for (;;) {
      this.#pos = skipSpace(text, this.#pos)
      if (unitAt(text, this.#pos) !== LESS) return
      const next = unitAt(text, this.#pos + 1)
      if (next === QUESTION) this.#pos = skipInstruction(text, this.#pos)
      else if (next !== BANG) return
      else if (standsAt(text, this.#pos, '<!--')) this.#pos = skipComment(text, this.#pos)
      else if (standsAt(text, this.#pos, '<![CDATA[')) {
        throw this.failure('cdata', this.#pos, 'a CDATA section where only elements may stand')
      } else throw this.#badDeclaration(this.#pos)
    }
  }

  /** Reads text with all it may hold up to the next tag, which it leaves; without a builder nothing is kept. */
  #readMixed(builder: TextBuilder | null): void {
    const { text } = this
    let run = this.#pos
    for (;;) {
      const end = skipPlainText(text, run)
      builder?.addPart(text, run, end)
      switch (unitAt(text, end)) {
        case RETURN:
          builder?.add('\n')
          run = unitAt(text, end + 1) === LINE_FEED ? end + 2 : end + 1
          break
        case AMPERSAND: {
          const reference = readReference(text, end)
          builder?.add(reference.text)
          run = end + reference.length
          break
        }
        case GREATER:
          throw this.failure('cdata-end', end - 2, '`]]>` in text')
        case LESS: {
          const next = unitAt(text, end + 1)
          if (next === QUESTION) run = skipInstruction(text, end)
          else if (next !== BANG) {
            this.#pos = end
            return
          } else if (standsAt(text, end, '<!--')) run = skipComment(text, end)
          else if (standsAt(text, end, '<![CDATA[')) run = readSection(text, end, builder)
          else throw this.#badDeclaration(end)
          break
        }
        default:
          throw illegalCharacter(text, end)
      }
    }
  }

  #readStartTag(): StartTag {
    const tag = readStartTag(this.text, this.#pos)
    this.tag = tag
    this.tagStart = this.#pos
    this.#pos += tag.length
    this.#selfClosed = tag.empty
    this.#depth++
    if (this.#depth > this.limits.maxDepth) {
      throw this.failure('limit-depth', this.tagStart, `elements nest deeper than ${this.limits.maxDepth}`)
    }
    return tag
  }

  /** Reads the end tag at the current position, which must be that of `name`. */
  #readEndTag(name: string): void {
    const { text } = this
    const start = this.#pos + 2
    const nameEnd = start + name.length
    // The usual end tag, without white space, needs no more than this.
    if (unitAt(text, nameEnd) === GREATER && isAt(text, start, name)) {
      this.#depth--
      this.#pos = nameEnd + 1
    } else {
      this.#readUnusualEndTag(name)
    }
  }

  #readUnusualEndTag(name: string): void {
    const { text } = this
    const start = this.#pos + 2
    const nameEnd = skipName(text, start)
    if (nameEnd === start) throw breach(text, 'tag', start, 'no name after `</`')
    if (nameEnd === text.length) throw illegalCharacter(text, nameEnd)
    if (text.substring(start, nameEnd) !== name) {
      throw this.failure('end-tag', start, `the end tag does not match <${name.slice(0, 40)}>`)
    }
    const end = skipSpace(text, nameEnd)
    if (unitAt(text, end) !== GREATER) throw breach(text, 'tag', end, '`>` is missing')
    this.#depth--
    this.#pos = end + 1
  }

  #takeEmptyEnd(): void {
    this.#selfClosed = false
    this.#depth--
  }

  #unexpectedText(rule: 'root' | 'text' | 'after-root'): DecodeError {
    return breach(this.text, rule, this.#pos, 'text where only elements may stand')
  }

  /** `<!` that begins neither a comment nor a CDATA section. */
  #badDeclaration(i: number): DecodeError {
    if (standsAt(this.text, i, '<!DOCTYPE')) return this.failure('doctype', i, 'a DOCTYPE is refused')
    return this.failure('tag', i, '`<!` begins neither a comment nor a CDATA section')
  }
}
