/** What the lines of a journal add up to. */
import { JournalError } from '../base/errors'
import { decodeLines, FORMAT, type JournalLine, VERSION } from './journal-format'

/** What was wrong with the file when it was opened. The rest of it was kept. */
export interface JournalDamage {
  /** Where the first damaged line began, in bytes. */
  readonly offset: number
  /** The length of all damaged lines. */
  readonly bytes: number
}

export interface JournalContent {
  readonly added: Map<string, number>
  readonly watched: Map<string, number>
  readonly lines: number
  readonly damage: JournalDamage | null
}

export function contentOf(file: string, bytes: Buffer): JournalContent {
  const { lines, damage } = decodeLines(bytes)
  const content = { added: new Map(), watched: new Map(), lines: lines.length, damage }
  const [header] = lines
  // Without its header, a file with entries is a damaged journal; zeros are what a lost write may leave.
  if (header === undefined && bytes.every(byte => byte === 0)) return content
  if (header === undefined) {
    throw new JournalError('not-a-journal', file, `${file} is not a journal: name another file, or remove it`)
  }
  if ('journal' in header && (header.journal !== FORMAT || header.version !== VERSION)) {
    throw new JournalError(
      'not-a-journal',
      file,
      `${file} was written by another version of this package: name another file, or remove it`,
    )
  }
  for (const line of lines) remember(line, content.added, content.watched)
  return content
}

export function remember(line: JournalLine, added: Map<string, number>, watched: Map<string, number>): void {
  if ('id' in line) added.set(line.id, line.at)
  if ('watched' in line) for (const host of line.watched) watched.set(host, line.at)
}
