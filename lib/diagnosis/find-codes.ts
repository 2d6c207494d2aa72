/** Finds the error codes that Windows components print into localised messages. */
import { toHex } from '../base/hresult'
import type { MsvmError } from '../records/msvm-error'
import { symbolOf, toHresult } from './codes'

export interface FoundCode {
  /** The code as printed, unsigned: 0x000013AB stays 5035. */
  readonly code: number
  /** The HRESULT it stands for, unsigned: a Win32 error without a facility gets one. */
  readonly hresult: number
  /** `hresult` as `0x` and eight upper-case digits. */
  readonly hex: string
  /** Its name in the Windows headers, for the codes that are classified. */
  readonly symbol: string | null
  /** `message`, or the index of the MessageArguments item it stands in. */
  readonly where: 'message' | number
  /** UTF-16 units from the start of that text. */
  readonly offset: number
}

/** The texts of a record in which codes are looked for. */
export type CodeSource = Pick<MsvmError, 'message' | 'messageArguments'>

/**
 * The codes in a text, or in a record's Message and MessageArguments, in the order in which they stand there,
 * each HRESULT once. Three notations are known:
 *
 * - `0x8009030E`, in any case, also a Win32 error such as `0x000013AB`;
 * - `%%2147952449`, decimal;
 * - eight bare hex digits that start like an HRESULT or NTSTATUS error, `80070534`.
 *
 * Digits in a GUID, a path or URL, a file or host name, a hyphenated name or a longer number are no code. Bare
 * digits are none between quotation marks or after a word such as "machine" either, because that is how messages
 * print the names of virtual machines; nor is an argument that the message prints between quotation marks.
 * Only the first 64 Ki characters of each text are looked at.
 */
export function findCodes(source: string | CodeSource): FoundCode[] {
  const found = new Map<number, FoundCode>()
  const collect = (text: string, where: FoundCode['where']) => {
    const scanned = text.slice(0, MAX_SCANNED)
    if (!mayHoldCode(scanned)) return
    for (const { code, offset } of scan(scanned)) {
      const hresult = toHresult(code)
      if (found.has(hresult)) continue
      found.set(hresult, { code, hresult, hex: toHex(hresult), symbol: symbolOf(hresult), where, offset })
    }
  }

  if (typeof source === 'string') {
    collect(source, 'message')
  } else {
    const message = source.message ?? ''
    collect(message, 'message')
    for (const [index, argument] of (source.messageArguments ?? []).entries()) {
      if (argument !== null && mayHoldCode(argument) && !isQuoted(argument, message)) collect(argument, index)
    }
  }
  return [...found.values()]
}

/** Whether a message prints this text between quotation marks, as it does with names. */
function isQuoted(argument: string, message: string): boolean {
  if (!message.includes(argument)) return false
  return Array.from(message.matchAll(QUOTED)).some(([quoted]) => quoted.slice(1, -1) === argument)
}

/** Most messages hold no code and are spared the patterns below. */
function mayHoldCode(text: string): boolean {
  return NOTATIONS.some(({ hint }) => hint(text))
}

/** A notation of codes, its digits in group 1. */
interface Notation {
  /** Cheap, and true for every text that the pattern finds something in. */
  readonly hint: (text: string) => boolean
  readonly pattern: RegExp
  readonly radix: 10 | 16
  /** Stretches of text in which this notation means something else. */
  readonly hiddenIn: readonly RegExp[]
}

/** A message is a few sentences; this bounds the time that a text of megabytes takes. */
const MAX_SCANNED = 64 * 1024

// A quotation mark opens only before and closes only after a word, so that an apostrophe does neither. Names of
// virtual machines and paths are shorter than the bound, which keeps the search linear.
const QUOTED = new RegExp(
  ["''", '""', '‘’', '“”', '„“', '«»', '「」']
    .map(([open, close]) => String.raw`(?<!\w)${open}[^\r\n]{0,300}?${close}(?!\w)`)
    .join('|'),
  'g',
)
// A path between quotation marks may hold blanks.
const QUOTED_PATH = /(?<!\w)(['"])(?:[a-z]:[\\/]|\\\\)[^\r\n]{0,300}?\1(?!\w)/gi
// From a drive, a share or a scheme to the next blank or quotation mark.
const PATH = /(?:\b[a-z]:[\\/]|\\\\|\b[a-z]+:\/\/)[^\s"'<>|]*/gi
// Without quotation marks a path may hold blanks as far as its last backslash.
const PATH_WITH_BLANKS = /(?:\b[a-z]:|\\\\[^\s\\]+)(?:\\(?!\\)[^\\/:*?"<>|\r\n]+)*\\/gi

// What may not touch a code: an ASCII letter, a digit, `_`, `-` or `\`, nor a dot or a comma that joins it to a
// name or a number. Scripts that write without blanks put their letters next to a code, so those may touch it.
const BEFORE = String.raw`(?<![\w\\-]|\w\.|\d,)`
const AFTER = String.raw`(?![\w\\-]|\.\w|,\d)`
// More that may not touch bare digits: parts of paths and addresses, units, and words that announce a name.
const BEFORE_BARE = String.raw`${BEFORE}(?<!/|\b(?:vm|machine|named?|host|node|server|computer)\s)`
const AFTER_BARE = String.raw`${AFTER}(?![/@]|\s?(?:bytes|[kmgt]i?b)\b)`

const BARE_DIGITS = /[8c]0[0-9a-f]{6}/i

const NOTATIONS: readonly Notation[] = [
  {
    hint: text => text.includes('0x') || text.includes('0X'),
    pattern: new RegExp(`${BEFORE}0x([0-9a-f]{8})${AFTER}`, 'gi'),
    radix: 16,
    hiddenIn: [PATH, QUOTED_PATH],
  },
  { hint: text => text.includes('%%'), pattern: /%%(\d{1,10})(?!\d)/g, radix: 10, hiddenIn: [] },
  {
    // Severity "error" and a facility below 256: neither a date nor a word such as DEADBEEF looks like that.
    hint: text => BARE_DIGITS.test(text),
    pattern: new RegExp(`${BEFORE_BARE}([8c]0[0-9a-f]{6})${AFTER_BARE}`, 'gi'),
    radix: 16,
    hiddenIn: [PATH, PATH_WITH_BLANKS, QUOTED],
  },
]

interface Hit {
  readonly code: number
  readonly offset: number
}

function scan(text: string): Hit[] {
  const hits: Hit[] = []
  for (const { hint, pattern, radix, hiddenIn } of NOTATIONS) {
    if (!hint(text)) continue
    const matches = [...text.matchAll(pattern)]
    if (matches.length === 0) continue
    const hidden = hiddenIn.flatMap(stretch => [...text.matchAll(stretch)])
    for (const match of matches) {
      const code = Number.parseInt(match[1] ?? '', radix)
      const inside = hidden.some(
        ({ index, 0: { length } }) => index <= match.index && match.index < index + length,
      )
      if (!inside && isErrorCode(code)) hits.push({ code, offset: match.index })
    }
  }
  return hits.sort((one, other) => one.offset - other.offset)
}

/** A Win32 error or an HRESULT or NTSTATUS that means failure; other numbers are addresses, sizes, ids. */
function isErrorCode(code: number): boolean {
  return (code > 0 && code <= 0xffff) || (code >= 0x8000_0000 && code <= 0xffff_ffff)
}
