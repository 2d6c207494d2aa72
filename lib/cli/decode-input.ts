/** What `decode` reads, in all the forms in which people have the texts of `Errors`. */
import { InputError } from './failures'

type Texts = readonly (string | null)[] | null

const EXPECTED =
  'expected CIM-XML, or JSON that holds it: a text, an array, { "value": … }, { "Errors": … }, or what --json prints'

/**
 * The elements of `Errors`: of JSON, or of CIM-XML documents one after another. A JSON null is what `ConvertTo-Json`
 * prints for an `Errors` that is NULL.
 * @throws InputError
 */
export function parseInput(text: string): Texts {
  const start = text.trimStart()
  if (!/^(?:[[{"]|null\s*$)/.test(start)) return documentsIn(text)
  const documents = jsonDocuments(start).map(textsIn)
  const found = documents.filter(texts => texts !== null)
  return found.length === 0 ? null : found.flat()
}

/** One, or one a line as `watch --json` prints them. */
function jsonDocuments(text: string): unknown[] {
  try {
    return [JSON.parse(text)]
  } catch (cause) {
    try {
      return text
        .split('\n')
        .filter(line => line.trim() !== '')
        .map(line => JSON.parse(line))
    } catch {
      throw new InputError(`${EXPECTED}: ${cause instanceof Error ? cause.message : cause}`, { cause })
    }
  }
}

/**
 * Where an object has its texts, the most faithful first: `raw` of this program's own JSON, the out-parameters of
 * GetErrorEx and GetError, what PowerShell makes of an array, and what holds a result of this program's.
 */
const MEMBERS = ['raw', 'Errors', 'Error', 'value', 'result'] as const

function textsIn(value: unknown): Texts {
  if (value === null) return null
  if (typeof value === 'string') return documentsIn(value)
  if (Array.isArray(value)) {
    return (value as readonly unknown[]).flatMap(item => (item === null ? [null] : (textsIn(item) ?? [])))
  }
  if (typeof value === 'object') {
    const members = Object.entries(value)
    for (const name of MEMBERS) {
      const member = members.find(([key]) => key.toLowerCase() === name.toLowerCase())
      if (member !== undefined) return textsIn(member[1])
    }
  }
  throw new InputError(`${EXPECTED}, received JSON of something else`)
}

/** An XML declaration, a comment, or an element that DSP0201 puts around instances. */
const WRAPPER =
  /^\s*(?:<\?xml[^>]*\?>|<!--[\s\S]*?-->|<!DOCTYPE[^>[]*>|<\/?(?:CIM|DECLARATION|DECLGROUP(?:\.\w+)?|VALUE\.OBJECT)(?:\s[^<>]*)?>)/
const TAG = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<(\/?)INSTANCE(?=[\s/>])[^<>]*?(\/?)>/g

/**
 * Each INSTANCE by itself, without what stands around it. A text that is anything else stays whole, so that the decoder
 * says where it is wrong.
 */
function documentsIn(text: string): readonly string[] {
  const documents: string[] = []
  let rest = text
  for (;;) {
    rest = withoutWrappers(rest)
    const end = instanceEnd(rest)
    if (end === null) break
    documents.push(rest.slice(0, end))
    rest = rest.slice(end)
  }
  if (rest.trim() !== '') documents.push(rest)
  const [only] = documents
  // What the decoder reads as it is keeps what stands around it.
  const isWhole = documents.length === 0 || (only !== undefined && documents.length === 1 && !isWrapped(text))
  return isWhole ? [text] : documents
}

function isWrapped(text: string): boolean {
  return /<(?:CIM|DECL|VALUE\.OBJECT|!DOCTYPE)/.test(text.slice(0, text.indexOf('<INSTANCE')))
}

function withoutWrappers(text: string): string {
  let rest = text
  for (let match = WRAPPER.exec(rest); match !== null; match = WRAPPER.exec(rest))
    rest = rest.slice(match[0].length)
  return rest.trimStart()
}

/** Null for a text that does not begin with a whole INSTANCE; instances nest. */
function instanceEnd(text: string): number | null {
  if (!/^<INSTANCE[\s/>]/.test(text)) return null
  let depth = 0
  for (const { 0: tag, 1: closing, 2: empty, index } of text.matchAll(TAG)) {
    if (closing === undefined) continue
    if (closing === '/') depth -= 1
    else if (empty !== '/') depth += 1
    if (depth === 0) return index + tag.length
  }
  return null
}
