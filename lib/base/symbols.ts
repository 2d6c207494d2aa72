/** Names of error codes, from the one table of them. It is read when the first name is asked for. */
/** The severity bit and FACILITY_WIN32: what HRESULT_FROM_WIN32 adds to a Win32 error. */
const WIN32 = 0x8007_0000
const MAX_WIN32 = 0xffff

interface Tables {
  readonly byCode: ReadonlyMap<number, string>
  readonly bySymbol: ReadonlyMap<string, number>
}

let tables: Tables | undefined

function read(): Tables {
  // `require` and not `import`: the table is a file of its own, in the package too, and is not read before it is used.
  const { SYMBOL_ROWS } = require('./hresult-symbols') as typeof import('./hresult-symbols')
  const byCode = new Map<number, string>()
  const bySymbol = new Map<string, number>()
  for (const row of SYMBOL_ROWS.trim().split('\n')) {
    const [digits = '', ...symbols] = row.split(' ')
    const code = Number.parseInt(digits, 16)
    if (symbols[0] !== undefined) byCode.set(code, symbols[0])
    for (const symbol of symbols) bySymbol.set(symbol.toUpperCase(), code)
  }
  return { byCode, bySymbol }
}

/** The name of an HRESULT or NTSTATUS, signed or unsigned, in the Windows headers; null for one without a name. */
export function symbolOf(code: number): string | null {
  tables ??= read()
  return tables.byCode.get(code >>> 0) ?? null
}

/** The code with this name, unsigned, whatever the letters' case; null for a name that is not in the table. */
export function codeOfSymbol(symbol: string): number | null {
  tables ??= read()
  return tables.bySymbol.get(symbol.toUpperCase()) ?? null
}

/**
 * The HRESULT that a printed code stands for, unsigned: a Win32 error without a facility becomes 0x8007xxxx.
 * Source: "HRESULT_FROM_WIN32 macro (winerror.h)",
 * https://learn.microsoft.com/windows/win32/api/winerror/nf-winerror-hresult_from_win32
 */
export function toHresult(code: number): number {
  return code > 0 && code <= MAX_WIN32 ? WIN32 + code : code >>> 0
}

/** The number that `0x` and eight digits spell. */
export function codeOfHex(hex: string): number {
  return Number.parseInt(hex, 16)
}
