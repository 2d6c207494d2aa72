/** The table of symbols against the Windows headers of MinGW-w64. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { prepare } from '../lib/build/build.mjs'
import { mtimeOf } from '../lib/files.mjs'
import { withLock } from '../lib/lock.mjs'
import { platform } from '../lib/platform.mjs'
import { root } from '../lib/project.mjs'

const FOLDERS = ['/usr/share/mingw-w64/include', '/usr/x86_64-w64-mingw32/include']
const WIN32 = 0x80070000

/** How each header writes its codes: a pattern with the name and the number, and what the number stands for. */
const HEADERS = {
  'winerror.h': [
    [/^#define\s+(\w+)\s+_(?:HRESULT|NDIS_ERROR)_TYPEDEF_\(\s*(0x[0-9A-Fa-f]+)L?\s*\)/gm, code => code],
    [
      /^#define\s+((?:ERROR|RPC|EPT|WAIT|DNS|OR|WSA|FRS)\w+)\s+(?:__MSABI_LONG\()?(\d+)(?:L?\)|L|$)/gm,
      fromWin32,
    ],
    [/^#define\s+(WSA\w+)\s+\(WSABASEERR \+ (\d+)\)/gm, code => fromWin32(10_000 + code)],
  ],
  'ntstatus.h': [[/^#define\s+(STATUS_\w+)\s+\(\(NTSTATUS\)\s*(0x[0-9A-Fa-f]+)L?\)/gm, code => code]],
  'wbemcli.h': [[/^\s+(WBEM(?:ESS|MOF)?_E_\w+) = (0x[0-9A-Fa-f]+)/gm, code => code]],
  'vsserror.h': [[/(VSS_\w+)\W.*?(0x[0-9A-Fa-f]{8})/gm, code => code]],
  'winhttp.h': [
    [/^#define\s+(ERROR_WINHTTP_\w+)\s+\(WINHTTP_ERROR_BASE \+ (\d+)\)/gm, code => fromWin32(12_000 + code)],
  ],
}

function fromWin32(code) {
  return code === 0 ? 0 : WIN32 + code
}

/** Header → name → code. */
const headers = {}
let rows

before(async () => {
  await prepare({ ts: true })
  // Only Debian's packages have the headers in these folders.
  if (process.platform === 'linux') await withLock(() => platform.setUpBuild())
  const folder = FOLDERS.find(path => mtimeOf(join(path, 'winerror.h')) >= 0)
  assert.ok(folder !== undefined || process.platform === 'win32', 'the headers of MinGW-w64 are missing')
  if (folder === undefined) return
  for (const [name, patterns] of Object.entries(HEADERS)) {
    const text = readFileSync(join(folder, name), 'latin1')
    headers[name] = new Map(
      patterns.flatMap(([pattern, meaning]) =>
        [...text.matchAll(pattern)].map(([, symbol, number]) => [symbol, meaning(Number(number))]),
      ),
    )
  }
  const { SYMBOL_ROWS } = await import(join(root, 'dist', 'lib', 'base', 'hresult-symbols.js'))
  rows = SYMBOL_ROWS.trim()
    .split('\n')
    .map(row => row.split(' '))
})

const onHeaders = { skip: process.platform === 'win32' && 'MinGW-w64 is installed on Debian and Ubuntu only' }

test('every symbol that the headers define has their number', onHeaders, () => {
  const wrong = []
  let compared = 0
  for (const [digits, ...symbols] of rows) {
    for (const symbol of symbols) {
      for (const defined of Object.values(headers)) {
        const code = defined.get(symbol)
        if (code === undefined) continue
        compared++
        if (code !== Number.parseInt(digits, 16)) wrong.push(`${symbol}: ${digits}, ${code.toString(16)}`)
      }
    }
  }
  assert.deepEqual(wrong, [])
  assert.ok(compared > 2000, String(compared))
})

test('every error of wbemcli.h and vsserror.h has its name', onHeaders, () => {
  for (const name of ['wbemcli.h', 'vsserror.h']) {
    const named = new Set(rows.flatMap(([, ...symbols]) => symbols))
    const missing = [...headers[name].keys()].filter(symbol => !named.has(symbol))
    assert.deepEqual(missing, [])
    assert.ok(headers[name].size > 50, name)
  }
})

test('what the headers lack is of the components that are newer than they are', onHeaders, () => {
  const defined = new Set(Object.values(headers).flatMap(names => [...names.keys()]))
  const others = rows.flatMap(([, ...symbols]) => symbols).filter(symbol => !defined.has(symbol))
  const strange = others.filter(
    symbol =>
      !/^(?:ERROR_(?:HV|VHD|VIRTDISK|VIRTUAL_DISK|VID|VSMB|CTLOG|QUERY_STORAGE|WSMAN|CLUSTER|RES|VIRUS|FILE_|DEVICE_)|HC[SN]_E|FVE_E|TPM_E|TBS_E|STATUS_S|WBEM_E_RE|S_OK$)/.test(
        symbol,
      ),
  )
  assert.deepEqual(strange, [])
})
