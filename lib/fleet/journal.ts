/** Which failures have been handed over, across restarts. Longer than most: format and recovery belong together. */
import { realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { refuse, requireInteger, takeOptions } from '../base/arguments'
import { ClosedError, JournalError } from '../base/errors'
import { type FileLock, lockFile } from './file-lock'
import { contentOf, type JournalContent, type JournalDamage, remember } from './journal-content'
import { JournalFile } from './journal-file'
import { encodeLine, HEADER, type JournalLine } from './journal-format'

export interface JournalOptions {
  /**
   * How long an entry is kept. Milliseconds, default seven days, at least one hour. It has to outlast the job objects
   * in WMI, which are there for five minutes after the end of a job: more if a host stood still.
   */
  readonly keepMs?: number
}

/**
 * What can be added: the item of a watch, or whatever has an `id`. The journal keeps `failed` and `ended` items. Other
 * kinds come again as they happen, so adding one does nothing and no journal has it. A failure whose errors could not be
 * read is an entry of its own: the errors may still come.
 */
export type JournalItem =
  | {
      readonly kind?: 'failed' | 'ended'
      readonly id: string
      readonly result?: unknown
      readonly error?: unknown
    }
  | { readonly kind: 'changed' | 'gap' | 'state'; readonly id?: string }

const HOUR_MS = 3_600_000
const DEFAULT_KEEP_MS = 7 * 24 * HOUR_MS
const MAX_KEEP_MS = 10 * 365 * 24 * HOUR_MS
/** As many useless lines as make a replacement worth it; below, even a slow disk reads the file at once. */
const DEFAULT_MAX_WASTE = 1_000
/** The oldest entry may be this much older than it has to be: the file is not replaced for each one that expires. */
const MAX_OVERDUE = 1.25
/** No id of an item comes near it. */
const MAX_ID_LENGTH = 4_096

/**
 * Opens the journal in a file, which is created where it is missing. Beside it are `<file>.lock`, which stays, and for
 * moments `<file>.next`. Keep it on a local disk.
 *
 * An entry survives whatever happens to the process or the machine once `add` has resolved. Without a whole journal,
 * failures are reported again rather than lost: a damaged line is dropped, and `damage` says so.
 * @throws JournalError another process has it open, it is no journal, or it cannot be read or written
 * @throws InvalidArgumentError
 */
export async function openJournal(file: string, options?: JournalOptions): Promise<Journal> {
  if (typeof file !== 'string' || file === '' || file.includes('\0'))
    refuse('file', 'the path of a file', file)
  const { keepMs } = takeOptions('options', options, ['keepMs'])
  const settings = {
    keepMs: requireInteger('keepMs', keepMs ?? DEFAULT_KEEP_MS, HOUR_MS, MAX_KEEP_MS),
    maxWaste: DEFAULT_MAX_WASTE,
  }
  return Journal.open(await locate(resolve(file)), settings)
}

/** The place itself and not a link to it, which replacing the file would replace. */
async function locate(file: string): Promise<string> {
  try {
    return await realpath(file)
  } catch {
    // It does not exist yet, or something else is wrong, which opening it will say better.
    const folder = dirname(file)
    return join(await realpath(folder).catch(() => folder), basename(file))
  }
}

interface Settings {
  readonly keepMs: number
  /** Lines that say nothing any more, before the file is replaced. */
  readonly maxWaste: number
}

interface Writing {
  readonly line: JournalLine
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Made by {@link openJournal}; close it when it is no longer needed. An open journal keeps no process alive. */
export class Journal {
  /** Its absolute path. */
  readonly file: string
  /** What was damaged when the journal was opened, null when nothing was. */
  readonly damage: JournalDamage | null
  readonly #settings: Settings
  readonly #lock: FileLock
  readonly #disk: JournalFile
  /** When each failure on disk was handed over. */
  readonly #added: Map<string, number>
  readonly #watched: Map<string, number>
  /** Lines in the file, the header not counted. */
  #lines: number
  readonly #adding = new Map<string, Promise<void>>()
  #queue: Writing[] = []
  #writing: Promise<void> | undefined
  #closing: Promise<void> | undefined

  private constructor(
    file: string,
    settings: Settings,
    lock: FileLock,
    disk: JournalFile,
    read: JournalContent,
  ) {
    this.file = file
    this.damage = read.damage
    this.#settings = settings
    this.#lock = lock
    this.#disk = disk
    this.#added = read.added
    this.#watched = read.watched
    this.#lines = read.lines
  }

  /** @internal Use {@link openJournal}. */
  static async open(file: string, settings: Settings): Promise<Journal> {
    const lock = await lockFile(`${file}.lock`).catch(error => {
      throw ioError(file, error)
    })
    if (lock === null) {
      throw new JournalError(
        'in-use',
        file,
        `the journal ${file} is open already, here or in another process: give each process a journal of its own`,
      )
    }
    try {
      const disk = new JournalFile(file)
      const bytes = await disk.read()
      const content = contentOf(file, bytes)
      const journal = new Journal(file, settings, lock, disk, content)
      if (bytes.length === 0 || content.damage !== null) await journal.#replace([])
      else await disk.open(bytes.length)
      return journal
    } catch (error) {
      lock.release()
      throw error instanceof JournalError ? error : ioError(file, error)
    }
  }

  /** Failures on record. */
  get size(): number {
    return this.#added.size
  }

  /** Entries that are not on disk yet. */
  get pending(): number {
    return this.#adding.size
  }

  /**
   * Whether a failure was handed over: its entry is on disk.
   * @throws InvalidArgumentError
   */
  has(item: JournalItem): boolean {
    const key = keyOf(item)
    return key !== null && (this.#added.has(key) || (isWithoutErrors(item) && this.#added.has(item.id)))
  }

  /**
   * Records that a failure was handed over. Resolves when that is on disk; many at a time cost as much as one.
   * @throws JournalError it could not be written; the journal can be used further, the next entry tries again
   * @throws ClosedError, InvalidArgumentError
   */
  async add(item: JournalItem): Promise<void> {
    const id = keyOf(item)
    this.#throwIfClosed()
    if (id === null || this.#added.has(id)) return
    const adding = this.#adding.get(id) ?? this.#write({ id, at: Date.now() })
    this.#adding.set(id, adding)
    try {
      await adding
    } finally {
      this.#adding.delete(id)
    }
  }

  /**
   * Records that hosts are being watched now, so that after a restart a gap can say since when they were not.
   * {@link watchHosts} does so.
   * @throws JournalError, ClosedError
   */
  async markWatched(hosts: readonly string[]): Promise<void> {
    this.#throwIfClosed()
    if (hosts.length > 0) await this.#write({ watched: [...hosts], at: Date.now() })
  }

  /** When a host was last known to be watched. */
  lastWatched(host: string): Date | null {
    const at = this.#watched.get(host)
    return at === undefined ? null : new Date(at)
  }

  /** Waits for what is being written. A second close waits for the first. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    try {
      await this.#writing
      await this.#disk.close()
    } finally {
      this.#lock.release()
    }
  }

  #throwIfClosed(): void {
    if (this.#closing !== undefined) throw new ClosedError(`the journal ${this.file} is closed`)
  }

  #write(line: JournalLine): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ line, resolve, reject })
      this.#writing ??= this.#writeAll()
    })
  }

  /** Takes what has gathered while the disk was busy, all of it at once. */
  async #writeAll(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue
      this.#queue = []
      try {
        await this.#writeBatch(batch.map(({ line }) => line))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(ioError(this.file, error))
      }
    }
    this.#writing = undefined
  }

  async #writeBatch(lines: readonly JournalLine[]): Promise<void> {
    if (!this.#disk.isOpen || this.#isWasteful()) {
      await this.#replace(lines)
      return
    }
    await this.#disk.append(lines.map(encodeLine).join(''))
    this.#lines += lines.length
    for (const line of lines) this.#remember(line)
  }

  #isWasteful(): boolean {
    const { keepMs, maxWaste } = this.#settings
    if (this.#lines > maxWaste + 2 * (this.#added.size + this.#watched.size)) return true
    const [oldest] = this.#added.values()
    return oldest !== undefined && oldest < Date.now() - keepMs * MAX_OVERDUE
  }

  /** Writes the file anew, with what still counts and `lines`. */
  async #replace(lines: readonly JournalLine[]): Promise<void> {
    const oldest = Date.now() - this.#settings.keepMs
    for (const known of [this.#added, this.#watched]) {
      for (const [key, at] of known) if (at < oldest) known.delete(key)
    }
    const kept: JournalLine[] = [
      ...Array.from(this.#watched, ([host, at]) => ({ watched: [host], at })),
      ...Array.from(this.#added, ([id, at]) => ({ id, at })),
      ...lines,
    ]
    await this.#disk.replace([HEADER, ...kept].map(encodeLine).join(''))
    this.#lines = kept.length
    for (const line of lines) this.#remember(line)
  }

  #remember(line: JournalLine): void {
    remember(line, this.#added, this.#watched)
  }
}

/** null for a kind that is not kept. A success may turn out to be a failure, so one does not hide the other. */
function keyOf(item: JournalItem): string | null {
  if (typeof item !== 'object' || item === null) refuse('item', 'an object', item)
  if (item.kind === 'changed' || item.kind === 'gap' || item.kind === 'state') return null
  const id: unknown = item.id
  const fits = typeof id === 'string' && id !== '' && id.length <= MAX_ID_LENGTH
  if (!fits) return refuse('item.id', `a string of 1 to ${MAX_ID_LENGTH} characters`, id)
  if (item.kind === 'ended') return `${id} ended`
  return isWithoutErrors(item) ? `${id} without errors` : id
}

/** Whether a failure came without its errors, which may still come. */
export function isWithoutErrors(item: JournalItem): item is JournalItem & { readonly kind: 'failed' } {
  return item.kind === 'failed' && item.result === null && item.error !== null && item.error !== undefined
}

function ioError(file: string, cause: unknown): JournalError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new JournalError('io', file, `the journal ${file} cannot be read or written: ${why}`, { cause })
}
