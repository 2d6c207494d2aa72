/** What `decode` reads: bytes to text, text to the elements of `Errors`. */
import { readFileSync } from 'node:fs'
import { InputError } from './failures'
import type { CliIo } from './types'

/** UTF-8 with or without a byte order mark, or UTF-16 with one, as PowerShell's `>` writes it. */
export function decodeBytes(given: Uint8Array): string {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength)
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  return bytes.toString('utf8').replace(/^\ufeff/, '')
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

/**
 * The elements of a JSON array of texts and nulls, of one JSON text, or the text itself when it is not JSON. A
 * JSON null is what `ConvertTo-Json` prints for an `Errors` that is NULL.
 * @throws InputError
 */
export function parseInput(text: string): readonly (string | null)[] | null {
  const start = text.trimStart()
  if (!/^(?:\[|"|null\s*$)/.test(start)) return [text]
  const expected = 'expected CIM-XML or a JSON array of texts'
  let value: unknown
  try {
    value = JSON.parse(start)
  } catch (error) {
    throw new InputError(`${expected}: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
  if (value === null) return null
  const elements: unknown[] = Array.isArray(value) ? value : [value]
  if (!elements.every(element => element === null || typeof element === 'string')) {
    throw new InputError(`${expected}, received JSON of something else`)
  }
  return elements
}
