import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isHyperVError } from '../../lib/base/errors'
import { explain } from '../../lib/diagnosis/explain'

const NO_CREDENTIALS = explain(0x8009030e)

describe('explain', () => {
  test('says everything about a known code', () => {
    const { meaning, url, ...rest } = NO_CREDENTIALS
    assert.deepEqual(rest, {
      code: 0x8009030e,
      hex: '0x8009030E',
      symbol: 'SEC_E_NO_CREDENTIALS',
      facility: 'SECURITY',
      severity: 'error',
      category: 'kerberos',
      retryable: false,
    })
    assert.match(meaning ?? '', /credentials/)
    assert.match(url ?? '', /^https:\/\//)
  })

  for (const spelling of [
    '0x8009030E',
    '0X8009030e',
    '8009030e',
    '8009030E',
    ' 0x8009030E ',
    '(0x8009030E)',
    "('0x8009030E').",
    '0x8009030EL',
    '0x8009030Eul',
    '&H8009030E',
    '0xFFFFFFFF8009030E',
    '-2146893042',
    '2148074254',
    '2148074254UL',
    '%%2148074254',
    'SEC_E_NO_CREDENTIALS',
    'sec_e_no_credentials',
    '０ｘ８００９０３０Ｅ',
    'HRESULT: 0x8009030E',
    'Move-VM failed, error 0x8009030E',
  ]) {
    test(`reads ${JSON.stringify(spelling)}`, () => assert.deepEqual(explain(spelling), NO_CREDENTIALS))
  }

  test('takes a signed number', () => assert.deepEqual(explain(-2146893042), NO_CREDENTIALS))

  test('takes a Win32 error without its facility', () => {
    const denied = explain(0x80070005)
    assert.equal(denied.symbol, 'E_ACCESSDENIED')
    for (const code of [5, '5', '0x5', '%%5', '(0x5)', '0x00000005', 'ERROR_ACCESS_DENIED', 'error 5']) {
      assert.deepEqual(explain(code), denied, String(code))
    }
    assert.equal(explain('0x13AB').symbol, 'ERROR_NETWORK_NOT_AVAILABLE')
    assert.equal(explain('13ab').symbol, 'ERROR_NETWORK_NOT_AVAILABLE')
  })

  test('takes eight digits for hexadecimal where they can be an error', () => {
    assert.equal(explain('80070534').symbol, 'ERROR_NONE_MAPPED')
    assert.equal(explain('16777216').hex, '0x01000000')
  })

  test('decodes facility and severity of a code that no table knows', () => {
    assert.deepEqual(explain(0x8abc1234), {
      code: 0x8abc1234,
      hex: '0x8ABC1234',
      symbol: null,
      facility: '700',
      severity: 'error',
      meaning: null,
      category: null,
      retryable: null,
      url: null,
    })
    assert.equal(explain('0x8009FFF0').facility, 'SECURITY')
    assert.equal(explain('0xC037FFF0').facility, 'VIRTUALIZATION')
    assert.equal(explain('0xC000FFF0').facility, 'NTSTATUS')
    assert.equal(explain('0x80131500').facility, 'URT')
    assert.equal(explain(0x40370001).severity, 'informational')
    assert.equal(explain(0).severity, 'success')
  })

  test('reads an NTSTATUS that became an HRESULT', () => {
    assert.equal(explain('0xD0000022').symbol, 'STATUS_ACCESS_DENIED')
    assert.equal(explain('0xD0000022').hex, '0xD0000022')
  })

  test("does not call vmms's error by WMI's name for the number", () => {
    assert.equal(explain('0x80042001').symbol, null)
    assert.equal(explain('0x80042001').category, 'migration')
  })

  test('has an answer without anything for a text that is no code', () => {
    for (const text of ['', 'nonsense', 'NO_SUCH_SYMBOL', '99999999999', '0x', '%%', 'x'.repeat(100_000)]) {
      assert.deepEqual(
        Object.values(explain(text)).filter(value => value !== null),
        [],
        text,
      )
    }
  })

  test('refuses what is neither a text nor a 32-bit number', () => {
    for (const value of [
      null,
      undefined,
      1.5,
      Number.NaN,
      2 ** 32,
      -(2 ** 31) - 1,
      5n,
      {},
      [],
      Symbol('x'),
    ]) {
      assert.throws(
        () => explain(value as never),
        (error: Error) =>
          isHyperVError(error) &&
          error.code === 'ERR_INVALID_ARG' &&
          /^expected .* for `code`, received /.test(error.message),
      )
    }
  })
})
