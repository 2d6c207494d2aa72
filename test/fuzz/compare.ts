/** Compares the decoder with what the referees and the second decoder say of a text. */

import { inspect, isDeepStrictEqual } from 'node:util'
import type { XmlDocument } from '@rgrove/parse-xml'
import {
  type CimInstance,
  DecodeError,
  decodeInstance,
  decodeMsvmError,
  type MsvmError,
} from '../../lib/entries/cimxml'
import { toMsvmError } from '../../lib/records/msvm-error'
import { judgeByParseXml, judgeBySaxes, normalised } from './referees'
import { decodeTree, NotAnInstance } from './reference-decoder'

/** How long a text may take, for each 100,000 units begun. */
const MS_PER_100K = 50

export interface Comparison {
  readonly accepted: boolean
  /** Why a difference is none, for each one found. */
  readonly explained: readonly string[]
  /** A difference that nothing explains, or null. */
  readonly difference: string | null
}

/** A difference that is meant, or is a referee's own. */
interface Explanation {
  readonly reason: string
  readonly applies: (ours: CimInstance | DecodeError, difference: string, text: string) => boolean
}

const EXPLANATIONS: readonly Explanation[] = [
  {
    reason: 'a DOCTYPE is legal XML and refused by rule',
    applies: ours => ours instanceof DecodeError && ours.rule === 'doctype',
  },
]

const CONTROL_REFERENCE = /&#(?:x0*(1?[0-9a-f])|0*([12]?[0-9]|3[01]));/gi

/**
 * The text with a private character in the place of every reference to one of U+0001 to U+001F that XML 1.0 does
 * not allow: such references are accepted by rule, and the referees could not follow.
 */
function withoutControlReferences(text: string): string {
  return text.replace(CONTROL_REFERENCE, (reference, hex?: string, decimal?: string) => {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return [0, 9, 10, 13].includes(code) ? reference : `&#${0xe000 + code};`
  })
}

export function compare(text: string): Comparison {
  const outcome = decode(text)
  const accepted = !(outcome instanceof DecodeError)
  const flaw = flawOf(text, outcome)
  if (flaw !== null) return { accepted, explained: [], difference: flaw }
  const explained: string[] = []
  const plain = withoutControlReferences(text)
  if (plain !== text) explained.push('references to control characters are accepted by rule')
  const judged = plain === text ? outcome : decode(plain)
  const difference = differenceOf(judged, normalised(plain))
  if (difference === null) return { accepted, explained, difference }
  const explanation = EXPLANATIONS.find(({ applies }) => applies(judged, difference, plain))
  if (explanation === undefined) return { accepted, explained, difference }
  return { accepted, explained: [...explained, explanation.reason], difference: null }
}

/** Any other exception than a DecodeError is a bug and ends the run. */
function decode(text: string): CimInstance | DecodeError {
  try {
    return decodeInstance(text)
  } catch (error) {
    if (error instanceof DecodeError) return error
    throw error
  }
}

/** What is wrong with an outcome whatever the referees say: the record, the position, the time. */
function flawOf(text: string, outcome: CimInstance | DecodeError): string | null {
  const record = decodeRecord(text)
  if (record instanceof DecodeError || outcome instanceof DecodeError) {
    if (String(record) !== String(outcome)) return `the record is refused in another way: ${record}`
    return outcome instanceof DecodeError ? (positionFlaw(text, outcome) ?? slowness(text)) : null
  }
  if (!isDeepStrictEqual(record, toMsvmError(outcome))) return 'the record and the instance differ'
  return slowness(text)
}

function decodeRecord(text: string): MsvmError | DecodeError {
  try {
    return decodeMsvmError(text)
  } catch (error) {
    if (error instanceof DecodeError) return error
    throw error
  }
}

function positionFlaw(text: string, { offset, line, column }: DecodeError): string | null {
  if (!(offset >= 0 && offset <= text.length)) return `offset ${offset} is outside of the text`
  // A CR ends a line of its own, unless the LF that belongs to it is the very character in question.
  const start = text.slice(0, offset)
  const before = text[offset] === '\n' ? start.replace(/\r$/, ' ') : start
  const lines = before.split(/\r\n|\r|\n/)
  const expected = `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`
  const given = `line ${line}, column ${column}`
  return given === expected ? null : `${given} instead of ${expected} for offset ${offset}`
}

/** Only a text that is slow five times in a row is slow: the machine does other things too. */
function slowness(text: string): string | null {
  const allowed = Math.ceil((text.length + 1) / 100_000) * MS_PER_100K
  let elapsed = 0
  for (let attempt = 0; attempt < 5; attempt++) {
    const start = performance.now()
    decode(text)
    elapsed = performance.now() - start
    if (elapsed <= allowed) return null
  }
  return `took ${elapsed} ms, allowed are ${allowed} ms`
}

/** How an outcome differs from what the referees, and on well-formed texts the second decoder, say. */
function differenceOf(ours: CimInstance | DecodeError, text: string): string | null {
  const tree = judgeByParseXml(text)
  const saxes = judgeBySaxes(text)
  if (typeof tree === 'string' || saxes !== null) {
    if (ours instanceof DecodeError) return null
    return `accepted; parse-xml: ${typeof tree === 'string' ? tree : 'well-formed'}; saxes: ${saxes ?? 'well-formed'}`
  }
  const theirs = decodeSlowly(tree, text)
  if (theirs instanceof NotAnInstance)
    return ours instanceof DecodeError ? null : `accepted; no instance: ${theirs.message}`
  if (ours instanceof DecodeError) return `refused; ${ours.message}`
  const same = isDeepStrictEqual(withPlainKeys(ours), withPlainKeys(theirs))
  return same ? null : `decoded in another way: ${inspect(theirs, { depth: 6 })}`
}

function decodeSlowly(tree: XmlDocument, text: string): CimInstance | NotAnInstance {
  try {
    return decodeTree(tree, text)
  } catch (error) {
    if (error instanceof NotAnInstance) return error
    throw error
  }
}

/** A copy with LF for every line end in the keys of references: a key that is source keeps the source's. */
function withPlainKeys(instance: CimInstance): CimInstance {
  const copy = structuredClone(instance)
  for (const { type, value } of Object.values(copy.properties)) {
    if (
      type !== 'reference' ||
      typeof value !== 'object' ||
      value === null ||
      !('className' in value) ||
      !('host' in value)
    )
      continue
    const keys = value.keys as Record<string, string>
    for (const [name, text] of Object.entries(keys)) keys[name] = text.replace(/\r\n?/g, '\n')
  }
  return copy
}
