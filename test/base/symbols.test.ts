import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SYMBOL_ROWS } from '../../lib/base/hresult-symbols'
import { codeOfSymbol, symbolOf, toHresult } from '../../lib/base/symbols'

const rows = SYMBOL_ROWS.trim().split('\n')

describe('the table of symbols', () => {
  test('has one row a code, in order, each with a name', () => {
    const codes = rows.map(row => row.slice(0, 8))
    assert.deepEqual(codes, [...new Set(codes)].toSorted())
    assert.deepEqual(
      rows.filter(row => !/^[0-9A-F]{8}( [A-Z][A-Z0-9_]+k?)+$/.test(row)),
      [],
    )
  })

  test('gives a name to one code only', () => {
    const names = rows.flatMap(row => row.split(' ').slice(1))
    assert.equal(new Set(names).size, names.length)
  })

  test('has the failures that WMI, COM, RPC, WinRM and logons report most', () => {
    const expected: Readonly<Record<string, number>> = {
      WBEM_E_FAILED: 0x80041001,
      WBEM_E_CRITICAL_ERROR: 0x8004100a,
      WBEM_E_NOT_SUPPORTED: 0x8004100c,
      WBEM_E_UNEXPECTED: 0x8004101d,
      WBEM_E_PROVIDER_NOT_CAPABLE: 0x80041024,
      WBEM_E_LOCAL_CREDENTIALS: 0x80041064,
      ERROR_WSMAN_NETWORK_TIMEDOUT: 0x80338126,
      ERROR_MOD_NOT_FOUND: 0x8007007e,
      RPC_S_SEC_PKG_ERROR: 0x80070721,
      RPC_E_SERVERFAULT: 0x80010105,
      RPC_E_SERVERCALL_RETRYLATER: 0x8001010a,
      E_FAIL: 0x80004005,
      ERROR_PASSWORD_EXPIRED: 0x80070532,
      ERROR_ACCOUNT_DISABLED: 0x80070533,
      ERROR_ACCOUNT_LOCKED_OUT: 0x80070775,
    }
    for (const [symbol, code] of Object.entries(expected)) {
      assert.equal(symbolOf(code), symbol)
      assert.equal(codeOfSymbol(symbol), code, symbol)
    }
  })
})

test('a signed code has the name of the unsigned one', () => {
  assert.equal(symbolOf(-2147217406), 'WBEM_E_NOT_FOUND')
  assert.equal(symbolOf(0x80041002), 'WBEM_E_NOT_FOUND')
})

test('a code has its COM name, and is found by its Win32 name too', () => {
  assert.equal(symbolOf(0x80070005), 'E_ACCESSDENIED')
  assert.equal(codeOfSymbol('ERROR_ACCESS_DENIED'), 0x80070005)
  assert.equal(codeOfSymbol('e_accessdenied'), 0x80070005)
})

test('what is in no table has no name and no code', () => {
  assert.equal(symbolOf(0x8abc1234), null)
  assert.equal(codeOfSymbol('ERROR_NEVER_HEARD_OF'), null)
  assert.equal(codeOfSymbol('constructor'), null)
})

test('a Win32 error becomes an HRESULT, success and HRESULTs stay', () => {
  assert.equal(toHresult(5), 0x80070005)
  assert.equal(toHresult(0xffff), 0x8007ffff)
  assert.equal(toHresult(0), 0)
  assert.equal(toHresult(0x8009030e), 0x8009030e)
  assert.equal(toHresult(-2146893042), 0x8009030e)
})
