/**
 * A lock that the operating system releases when the process ends, however it ends: there is no stale lock to wait for
 * or to take over, and no process id that somebody else has by now.
 */
import { closeSync, fstatSync, openSync, constants as S } from 'node:fs'
import { createServer } from 'node:net'

export interface FileLock {
  release(): void
}

/**
 * Locks a file, which is created where it is missing, and stays. A lock keeps no process alive.
 * @returns null when it is locked, by whichever process or thread
 * @throws the error of the file system
 */
export async function lockFile(path: string): Promise<FileLock | null> {
  const lock = process.platform === 'linux' ? lockByName : lockByOpening
  return lock(path)
}

/**
 * Windows: the file is opened without sharing (libuv, "File system operations", UV_FS_O_EXLOCK). BSD and macOS: O_EXLOCK
 * takes an flock with the descriptor, and O_NONBLOCK does not wait for it (open(2)). Node names neither constant.
 */
const EXCLUSIVE = process.platform === 'win32' ? 0x1000_0000 : 0x20 | S.O_NONBLOCK
const HELD: ReadonlySet<unknown> = new Set(['EBUSY', 'EAGAIN'])

async function lockByOpening(path: string): Promise<FileLock | null> {
  try {
    const descriptor = openSync(path, S.O_RDWR | S.O_CREAT | EXCLUSIVE)
    return { release: () => closeSync(descriptor) }
  } catch (error) {
    if (HELD.has(codeOf(error))) return null
    throw error
  }
}

/**
 * Linux has no such flag. A socket in the abstract namespace (unix(7)) belongs to nothing but its process; its name is
 * the identity of the file, so that links to it do not make it two.
 */
async function lockByName(path: string): Promise<FileLock | null> {
  const name = `\0hyperv-job-errors/lock/${identityOf(path)}`
  const server = createServer(socket => socket.destroy())
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      // Without `exclusive`, the workers of a cluster would share it.
      server.listen({ path: name, exclusive: true }, resolve)
    })
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') return null
    throw error
  }
  server.unref()
  return { release: () => server.close() }
}

function identityOf(path: string): string {
  const descriptor = openSync(path, S.O_RDWR | S.O_CREAT, 0o600)
  try {
    const { dev, ino } = fstatSync(descriptor, { bigint: true })
    return `${dev}:${ino}`
  } finally {
    closeSync(descriptor)
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
