/**
 * The file of a journal: lines are appended and reach the disk before anybody is told so; the whole is replaced
 * atomically. One operation at a time, which the caller sees to.
 */
import { type FileHandle, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** Virus scanners and backups hold a file for a moment, which makes renaming fail under Windows. */
const RENAME_ATTEMPTS = 20
const RENAME_PAUSE_MS = 100
const PASSING: ReadonlySet<unknown> = new Set(['EPERM', 'EACCES', 'EBUSY'])

export class JournalFile {
  readonly #path: string
  /** Undefined until something has been written, and after a failure: what the file ends with is then not known. */
  #handle: FileHandle | undefined
  #length = 0

  constructor(path: string) {
    this.#path = path
  }

  /** Whether lines can be appended; else the file has to be replaced first. */
  get isOpen(): boolean {
    return this.#handle !== undefined
  }

  /** An empty buffer for a file that does not exist. */
  async read(): Promise<Buffer> {
    try {
      return await readFile(this.#path)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return Buffer.alloc(0)
      throw error
    }
  }

  /** Opens the file, which is `length` bytes long, to append to it. */
  async open(length: number): Promise<void> {
    this.#handle = await open(this.#path, 'r+')
    this.#length = length
  }

  async append(text: string): Promise<void> {
    const handle = this.#handle
    if (handle === undefined) throw new Error('the file is not open')
    try {
      const bytes = Buffer.from(text)
      await writeAll(handle, bytes, this.#length)
      await handle.datasync()
      this.#length += bytes.length
    } catch (error) {
      await this.close().catch(() => {})
      throw error
    }
  }

  /** Whoever reads the file, whenever, finds the old content or the new one. */
  async replace(text: string): Promise<void> {
    const bytes = Buffer.from(text)
    const next = `${this.#path}.next`
    await writeFile(next, bytes)
    // Windows does not replace a file that is open.
    await this.close()
    await renamePatiently(next, this.#path)
    await syncFolder(dirname(this.#path))
    await this.open(bytes.length)
  }

  async close(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
  }
}

async function writeFile(path: string, bytes: Buffer): Promise<void> {
  const handle = await open(path, 'w', 0o600)
  try {
    await writeAll(handle, bytes, 0)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A single write may take less than it is given. */
async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}

async function renamePatiently(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rename(from, to)
    } catch (error) {
      if (attempt === RENAME_ATTEMPTS || !PASSING.has(codeOf(error))) throw error
      await delay(RENAME_PAUSE_MS)
    }
  }
}

/** A name is on disk once its folder is (fsync(2)); Windows opens no folders and writes names through its log. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
