/** One short text for all failures of the same cause. */
import { findCodesOf } from './find-codes'
import { isCompanion, primaryOf } from './primary'
import { type DiagnosedRecord, type ErrorHolder, type RecordTexts, readSubject } from './source'

/** Part of every fingerprint; it changes when what is hashed does. */
const VERSION = 'v1'
const MAX_HASHED = 8 * 1024

/**
 * A fingerprint of the cause, `v1:` and 16 hex digits: the same for the same failure of other virtual machines, hosts,
 * paths and times, and another for another cause. What is hashed is the primary record's error codes; without any, its
 * MessageID; without either, its text without names, paths and numbers. So it is the same in every language where a code
 * or MessageID carries it, and does not change with the tables of the diagnosis.
 *
 * @throws InvalidArgumentError if `subject` is neither a text, a record, an array of them nor a result of getErrorEx
 */
export function fingerprint(
  subject: string | DiagnosedRecord | readonly DiagnosedRecord[] | ErrorHolder,
): string {
  const read = readSubject(subject)
  if (read.kind === 'single') return `${VERSION}:${hash(keyOf(read.record))}`
  const record = read.records[primaryOf(read.records) ?? -1]
  return `${VERSION}:${hash(record === undefined ? 'none' : keyOf(record))}`
}

function keyOf(record: RecordTexts): string {
  const codes = findCodesOf(record)
  const telling = codes.filter(code => !isCompanion(code))
  const id = record.messageId?.trim() ?? ''
  if (telling.length > 0) return `code ${listOf(telling.map(({ hex }) => hex))}`
  if (id !== '') return `message ${id}`
  if (codes.length > 0) return `code ${listOf(codes.map(({ hex }) => hex))}`
  return `text ${skeletonOf(record)}`
}

function listOf(codes: readonly string[]): string {
  return codes.toSorted().join(' ')
}

const QUOTED =
  /(?<![\p{L}\p{N}])'[^\r\n]{0,300}?'(?![a-z0-9])|"[^"\r\n]{0,300}"|[“„][^”“\r\n]{0,300}[”“]|«[^»\r\n]{0,300}»|‘[^’\r\n]{0,300}’|「[^」\r\n]{0,300}」/giu
const PATH = /(?:\b[a-z]:[\\/]|\\\\|\b[a-z]{2,10}:\/\/)[^\s"'<>|]*/giu
const WORD = /[\p{L}\p{N}_](?:[\p{L}\p{N}_{}-]|[.:](?=[\p{L}\p{N}_]))*/gu
/** GUIDs, addresses, host and file names, numbers: a digit, or parts joined by dots, dashes or underscores. */
const NAME = /\p{N}|_|[\p{L}\p{N}][.:-]+[\p{L}\p{N}]/u

/** The words of a message without what differs from one machine to the next. */
function skeletonOf({ message, messageArguments }: RecordTexts): string {
  let text = (message ?? '').slice(0, MAX_HASHED).normalize('NFKC')
  // The longest first: one argument may hold another.
  const args = messageArguments.filter(argument => argument !== null && argument.trim().length > 1)
  for (const argument of args.toSorted((one, other) => (other?.length ?? 0) - (one?.length ?? 0))) {
    text = text.replaceAll((argument ?? '').normalize('NFKC'), ' ')
  }
  return text
    .replace(QUOTED, ' ')
    .replace(PATH, ' ')
    .replace(WORD, word => (NAME.test(word) ? ' ' : word))
    .toLowerCase()
    .replace(/[^\p{L}\p{M}]+/gu, ' ')
    .trim()
}

/** 64 bits of two FNV-like lanes that are mixed at the end; no secret depends on it. */
function hash(text: string): string {
  let one = 0xdeadbeef
  let other = 0x41c6ce57
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    one = Math.imul(one ^ unit, 2654435761)
    other = Math.imul(other ^ unit, 1597334677)
  }
  const first = mix(one, other)
  const second = mix(other, one)
  return [second, first].map(lane => lane.toString(16).padStart(8, '0')).join('')
}

function mix(lane: number, other: number): number {
  const mixed = Math.imul(lane ^ (lane >>> 16), 2246822507)
  return (mixed ^ Math.imul(other ^ (other >>> 13), 3266489909)) >>> 0
}
