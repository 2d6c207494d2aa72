/** Finds the error codes that Windows components print into localised messages. */
import { toHex } from '../base/hresult'
import { symbolOf, toHresult } from '../base/symbols'
import type { MsvmError } from '../records/msvm-error'
import { isUnnamed } from './data/tables'
import { scanCodes } from './notations'
import { type RecordTexts, readSource } from './source'

export interface FoundCode {
  /** The code as printed, unsigned: 0x000013AB stays 5035. */
  readonly code: number
  /** The HRESULT it stands for, unsigned: a Win32 error without a facility gets one. */
  readonly hresult: number
  /** `hresult` as `0x` and eight upper-case digits. */
  readonly hex: string
  /** Its name in the Windows headers; null for a code without one. */
  readonly symbol: string | null
  /** `message`, or the index of the MessageArguments item it stands in. */
  readonly where: 'message' | number
  /** UTF-16 units from the start of that text. */
  readonly offset: number
}

/** The texts of a record in which codes are looked for. */
export type CodeSource = Pick<MsvmError, 'message' | 'messageArguments'>

/** A message is a few sentences; this bounds the time that a text of megabytes takes. */
const MAX_SCANNED = 64 * 1024

/**
 * The codes in a text, or in a record's Message and MessageArguments, in the order in which they stand there, each
 * HRESULT once. The notations, in any case and also in full-width digits:
 *
 * - `0x8009030E`, also with the suffixes `L` and `UL`, and `&H8009030E`;
 * - `%%2147952449` and `%%5`;
 * - a name, `SEC_E_NO_CREDENTIALS`;
 * - where the words or brackets around it announce an error: a Win32 error without facility (`0x000013AB`, `(0x5)`,
 *   `error code 5`), eight bare digits (`80070534`), and a decimal HRESULT (`-2146893042`, `2148074254`).
 *
 * Digits in a GUID, an address, a path or URL, a file or host name, a longer number, a quantity with its unit, between
 * quotation marks as names are, or in the report of a stop error are no code. An argument that the message prints
 * between quotation marks is a name. Only the first 64 Ki characters of each text are looked at.
 *
 * @throws InvalidArgumentError if `source` is neither a text nor a record
 */
export function findCodes(source: string | Partial<CodeSource>): FoundCode[] {
  return findCodesOf(readSource(source))
}

/** {@link findCodes} of texts that were read. */
export function findCodesOf({ message, messageArguments }: RecordTexts): FoundCode[] {
  const found = new Map<number, FoundCode>()
  const collect = (text: string, where: FoundCode['where']) => {
    for (const { code, offset } of scanCodes(text.slice(0, MAX_SCANNED), where !== 'message')) {
      const hresult = toHresult(code)
      if (found.has(hresult)) continue
      const symbol = isUnnamed(hresult) ? null : symbolOf(hresult)
      found.set(hresult, { code, hresult, hex: toHex(hresult), symbol, where, offset })
    }
  }
  if (message !== null) collect(message, 'message')
  for (const [index, argument] of messageArguments.entries()) {
    if (argument !== null && /\d|_/.test(argument) && !isQuoted(argument, message ?? ''))
      collect(argument, index)
  }
  return [...found.values()]
}

const MARKS = [
  ["'", "'"],
  ['"', '"'],
  ['‘', '’'],
  ['“', '”'],
  ['„', '“'],
  ['« ', ' »'],
  ['«', '»'],
  ['「', '」'],
] as const

/** Whether a message prints this text between quotation marks, as it does with names. */
function isQuoted(argument: string, message: string): boolean {
  if (!message.includes(argument)) return false
  return MARKS.some(([open, close]) => message.includes(`${open}${argument}${close}`))
}
