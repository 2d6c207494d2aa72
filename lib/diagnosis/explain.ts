/** What one error code means. */
import { refuse } from '../base/arguments'
import { toHex } from '../base/hresult'
import { codeOfSymbol, symbolOf, toHresult } from '../base/symbols'
import { codeRowOf, isUnnamed, sourceOf } from './data/tables'
import { facilityOf, type Severity, severityOf } from './facility'
import { findCodes } from './find-codes'

/** Plain data. What is not known is null. */
export interface Explanation {
  /** The HRESULT or NTSTATUS, unsigned; null for a text that holds no code. */
  readonly code: number | null
  /** `0x` and eight upper-case digits. */
  readonly hex: string | null
  /** Its name in the Windows headers. */
  readonly symbol: string | null
  /** The component it comes from, e.g. `WIN32`, `SECURITY`, `VHD`; the number of a facility without a name. */
  readonly facility: string | null
  readonly severity: Severity | null
  readonly meaning: string | null
  /** The area, e.g. `network`. */
  readonly category: string | null
  /** Whether the same request may succeed later without anybody changing anything. */
  readonly retryable: boolean | null
  /** The page that documents it. */
  readonly url: string | null
}

/** HRESULT_FROM_NT sets this bit of an NTSTATUS. */
const NT_BIT = 0x1000_0000

/**
 * Explains a code: a number, signed or unsigned; hexadecimal text in any spelling (`0x8009030E`, `8009030e`,
 * `(0x8009030EL)`); decimal text as PowerShell prints it (`-2146893042`), as the event log does (`%%2148074254`), or of
 * a Win32 error (`5`); a name (`SEC_E_NO_CREDENTIALS`); or a text with a code in it. Facility and severity are decoded
 * for codes that no table knows too.
 *
 * @throws InvalidArgumentError if `code` is neither a text nor a 32-bit integer
 */
export function explain(code: number | string): Explanation {
  if (typeof code === 'string') return explanationOf(parse(code))
  if (typeof code !== 'number' || !Number.isInteger(code) || code < -0x8000_0000 || code > 0xffff_ffff) {
    return refuse('code', 'a 32-bit integer or a text', code)
  }
  return explanationOf(toHresult(code))
}

/** The unsigned HRESULT that a text spells; null if it spells none. */
function parse(text: string): number | null {
  const bare = text
    .slice(0, 4096)
    .replace(/[\uff01-\uff5e]/g, unit => String.fromCharCode(unit.charCodeAt(0) - 0xfee0))
    .trim()
    .replace(/^[\s([{<'"“‘`]+|[\s)\]}>'"”’`.,;:!]+$/g, '')
  const hex = /^(-)?(?:0x|&h)0*([0-9a-f]{1,8}|ffffffff[0-9a-f]{8})(?:u?l{1,2}|lu|u|h)?$/i.exec(bare)
  if (hex !== null) {
    const value = Number.parseInt((hex[2] ?? '').slice(-8), 16)
    return toHresult(hex[1] === undefined ? value : -value >>> 0)
  }
  // Eight digits are hexadecimal if they can be an error; `16777216` is a number.
  if (/^(?:[89a-f][0-9a-f]{7}|0000[0-9a-f]{4}|(?=\d*[a-f])[0-9a-f]{1,8})(?:u?l{1,2}|h)?$/i.test(bare)) {
    return toHresult(Number.parseInt(bare, 16))
  }
  const decimal = /^(?:%%)?(-?\d{1,10})(?:u?l{1,2}|u)?$/i.exec(bare)
  if (decimal !== null) {
    const value = Number(decimal[1])
    return value >= -0x8000_0000 && value <= 0xffff_ffff ? toHresult(value) : null
  }
  return codeOfSymbol(bare) ?? findCodes(text)[0]?.hresult ?? null
}

function explanationOf(code: number | null): Explanation {
  if (code === null) {
    return {
      code,
      hex: null,
      symbol: null,
      facility: null,
      severity: null,
      meaning: null,
      category: null,
      retryable: null,
      url: null,
    }
  }
  const isWrappedStatus = code >>> 28 === 0xd
  const known = isWrappedStatus ? (code & ~NT_BIT) >>> 0 : code
  const row = codeRowOf(known)
  return {
    code,
    hex: toHex(code),
    symbol: isUnnamed(known) ? null : symbolOf(known),
    facility: facilityOf(known),
    severity: severityOf(known),
    meaning: row?.meaning ?? null,
    category: row?.category ?? null,
    retryable: row?.retryable ?? null,
    url: row === null ? null : (sourceOf(row.source)?.url ?? null),
  }
}
