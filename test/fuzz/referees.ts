/** What two XML parsers that others wrote say of a text. */

import { type XmlDocument, XmlError } from '@rgrove/parse-xml'
import { SaxesParser } from 'saxes'
import { parseTree } from './reference-decoder'

/**
 * The text as an XML processor passes it on: without byte order mark, with LF for every line end. Of two marks
 * both stay: the referees take one away themselves and have to find the other.
 */
export function normalised(text: string): string {
  return text.replace(/^\ufeff(?!\ufeff)/, '').replace(/\r\n?/g, '\n')
}

/** The tree of a well-formed text, or why parse-xml refuses it. */
export function judgeByParseXml(text: string): XmlDocument | string {
  try {
    return parseTree(text)
  } catch (error) {
    if (error instanceof XmlError) return error.message.split('\n', 1)[0] ?? ''
    throw error
  }
}

/** Null for a well-formed text, or why saxes refuses it. */
export function judgeBySaxes(text: string): string | null {
  const parser = new SaxesParser({
    xmlns: false,
    position: false,
    defaultXMLVersion: '1.0',
    forceXMLVersion: true,
  })
  let failure: string | null = null
  parser.on('error', error => {
    failure ??= error.message
  })
  try {
    parser.write(text).close()
  } catch (error) {
    // What it throws on a lone surrogate at the end of a text.
    if (error instanceof RangeError) return error.message
    throw error
  }
  return failure
}
