/**
 * What a journal looks like: a line for each entry, `<CRC-32 of the JSON, eight hex digits> <JSON>`. A line that was
 * written in part, or was damaged, does not match its checksum and costs only itself.
 */
import { crc32 } from 'node:zlib'

export type JournalLine =
  | { readonly journal: typeof FORMAT; readonly version: number }
  /** A failure was handed over. `at` is a time in milliseconds since 1970. */
  | { readonly id: string; readonly at: number }
  /** These hosts were being watched at that time. */
  | { readonly watched: readonly string[]; readonly at: number }

export const FORMAT = 'hyperv-job-errors'
export const VERSION = 1
export const HEADER: JournalLine = { journal: FORMAT, version: VERSION }

const NEWLINE = 0x0a
const CHECKSUM_LENGTH = 8

export function encodeLine(line: JournalLine): string {
  const json = JSON.stringify(line)
  return `${checksum(json)} ${json}\n`
}

export interface ReadJournal {
  readonly lines: readonly JournalLine[]
  /** The first place where something is wrong and how much is; null for a journal that is whole. */
  readonly damage: { readonly offset: number; readonly bytes: number } | null
}

export function decodeLines(content: Buffer): ReadJournal {
  const lines: JournalLine[] = []
  let offset = -1
  let bytes = 0
  for (let start = 0; start < content.length; ) {
    const newline = content.indexOf(NEWLINE, start)
    const end = newline === -1 ? content.length : newline
    // A last line without its end may lack more than that.
    const line = newline === -1 ? null : decodeLine(content.subarray(start, end))
    if (line !== null) {
      lines.push(line)
    } else {
      if (offset === -1) offset = start
      bytes += Math.min(end + 1, content.length) - start
    }
    start = end + 1
  }
  return { lines, damage: offset === -1 ? null : { offset, bytes } }
}

function decodeLine(line: Buffer): JournalLine | null {
  const json = line.subarray(CHECKSUM_LENGTH + 1)
  if (line.toString('latin1', 0, CHECKSUM_LENGTH + 1) !== `${checksum(json)} `) return null
  try {
    const line: unknown = JSON.parse(json.toString('utf8'))
    return isLine(line) ? line : null
  } catch {
    return null
  }
}

function isLine(value: unknown): value is JournalLine {
  if (typeof value !== 'object' || value === null) return false
  if ('journal' in value) return 'version' in value
  if (!('at' in value) || typeof value.at !== 'number') return false
  if ('id' in value) return typeof value.id === 'string'
  return (
    'watched' in value &&
    Array.isArray(value.watched) &&
    value.watched.every(host => typeof host === 'string')
  )
}

function checksum(json: string | Buffer): string {
  return crc32(json).toString(16).padStart(CHECKSUM_LENGTH, '0')
}
