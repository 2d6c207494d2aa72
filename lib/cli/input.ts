/** What commands read: files and standard input as text. */
import { readFileSync } from 'node:fs'
import { InputError } from './failures'
import type { CliIo } from './types'

/** UTF-8, or UTF-16 in either order of bytes, with or without a byte order mark. @throws InputError for other bytes */
export function decodeBytes(given: Uint8Array): string {
  const encoding = encodingOf(given)
  try {
    // A byte order mark is left out of the text.
    const text = new TextDecoder(encoding, { fatal: true }).decode(given)
    if (!text.includes('\0')) return text
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
  }
  throw new InputError('expected text in UTF-8 or UTF-16, received bytes of another kind')
}

/** What is read here begins with ASCII, of which UTF-16 makes every second byte zero. */
function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le'
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return 'utf-16be'
  return 'utf-8'
}

/** A person at a terminal would wait for a program that waits for them. */
export function sayWhatIsRead({ isStdinTerminal, stderr }: CliIo, what: string): void {
  if (!isStdinTerminal) return
  const end = process.platform === 'win32' ? 'Ctrl-Z and Enter' : 'Ctrl-D'
  stderr(`reading ${what} from standard input; end it with ${end}\n`)
}

export async function readText(file: string, io: Pick<CliIo, 'readStdin'>): Promise<string> {
  return decodeBytes(file === '-' ? await io.readStdin() : readFileSync(file))
}
