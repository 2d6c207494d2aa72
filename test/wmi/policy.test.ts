import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { isHyperVError } from '../../lib/base/errors'
import { codeOfSymbol } from '../../lib/base/symbols'
import { describeHresult, REACTIONS, type WbemCategory } from '../../lib/wmi/policy'
import { WbemError } from '../../lib/wmi/wbem-error'

const CATEGORIES: Readonly<Record<Exclude<WbemCategory, 'unknown'>, readonly number[]>> = {
  'access-denied': [0x80041003, 0x80070005, 0x8001011b, 0x80041062, 0x8007052e],
  'no-hyperv': [0x8004100e],
  'not-supported': [0x80041010, 0x80041011, 0x80041012, 0x8004102e, 0x80041055],
  'job-not-found': [0x80041002],
  'wmi-unavailable': [0x80040154, 0x80080005],
  'invalid-argument': [0x8004103a, 0x80041008, 0x8004102f, 0x80041021, 0x80041017],
  'provider-failed': [0x80041013, 0x80041014, 0x80041004, 0x80041081, 0x8004108a],
  busy: [0x80041009, 0x80041045, 0x80043001],
  disconnected: [
    0x800706ba, 0x800706be, 0x800706bf, 0x80010108, 0x80010007, 0x80010012, 0x800401fd, 0x80010006,
    0x80041015, 0x80041086, 0x80041033, 0x80080008,
  ],
  'timed-out': [0x80041069, 0x80041088, 0x8001011f],
  cancelled: [0x80010002, 0x8007071a, 0x80041032],
  quota: [0x8004106c, 0x80041006, 0x8007000e],
  internal: [0x80010106, 0x800401f0, 0x8001010e, 0x80010119],
  'needs-within': [0x80042002],
}

describe('describeHresult', () => {
  for (const [category, codes] of Object.entries(CATEGORIES)) {
    test(`knows the codes of ${category}`, () => {
      for (const code of codes) {
        const description = describeHresult(code)
        assert.equal(description.category, category, description.hex)
        assert.match(description.symbol ?? '', /^[A-Z]+(_[A-Z]+)+$|^E_[A-Z]+$/, description.hex)
      }
    })
  }

  test('gives each code its own symbol', () => {
    const codes = Object.values(CATEGORIES).flat()
    assert.equal(new Set(codes.map(code => describeHresult(code).symbol)).size, codes.length)
  })

  test('takes a signed code for the unsigned one', () => {
    assert.deepEqual(describeHresult(0x80041002 | 0), describeHresult(0x80041002))
    assert.equal(describeHresult(-2147217406).hresult, 0x80041002)
  })

  test('takes what asks for a later attempt as something that passes', () => {
    for (const code of [0x8001010a, 0x80010001, 0x80043001]) {
      assert.deepEqual(
        [describeHresult(code).category, describeHresult(code).retryable],
        ['busy', true],
        describeHresult(code).hex,
      )
    }
  })

  test('gives the most frequent failures a category and advice', () => {
    const codes = [
      0x80041001, 0x8004100a, 0x8004100c, 0x8004101d, 0x80041024, 0x80041064, 0x80338126, 0x8007007e,
      0x80070721, 0x80010105, 0x80004005, 0x80070532, 0x80070533, 0x80070775,
    ]
    for (const code of codes) {
      const { hex, symbol, category, advice } = describeHresult(code)
      assert.notEqual(symbol, null, hex)
      assert.notEqual(category, 'unknown', hex)
      assert.notEqual(advice, null, hex)
    }
  })

  test('says that credentials for the local computer are refused', () => {
    assert.match(describeHresult(0x80041064).advice ?? '', /credentials for the local computer/)
  })

  test('keeps an unknown code visible', () => {
    assert.deepEqual(describeHresult(0x8abc1234), {
      hresult: 0x8abc1234,
      hex: '0x8ABC1234',
      symbol: null,
      category: 'unknown',
      retryable: false,
      advice: null,
    })
    assert.equal(describeHresult(5).hex, '0x00000005')
  })

  test('calls retryable what may pass by itself', () => {
    const retryable = Object.entries(CATEGORIES)
      .filter(([, [code]]) => describeHresult(code!).retryable)
      .map(([category]) => category)
    assert.deepEqual(retryable, ['provider-failed', 'busy', 'disconnected', 'cancelled', 'quota'])
  })

  test('advises on what an administrator can change', () => {
    assert.match(describeHresult(0x80041003).advice ?? '', /Hyper-V Administrators.*elevated.*UAC/)
    assert.match(describeHresult(0x8004100e).advice ?? '', /Hyper-V role/)
    assert.match(describeHresult(0x80041002).advice ?? '', /five minutes/)
  })
})

describe('WbemError', () => {
  const failure = {
    hresult: 0x80041002 | 0,
    operation: 'IWbemServices::ExecMethod',
    description: 'Nothing like that here. ',
    extendedOperation: 'ExecMethod',
    parameterInfo: 'Msvm_MigrationJob.InstanceID="secret-vm"',
    providerName: 'VmmsWmiInstanceAndMethodProvider',
  }

  test('says operation, code, description and advice', () => {
    const error = new WbemError(failure)
    assert.equal(
      error.message,
      'IWbemServices::ExecMethod failed with WBEM_E_NOT_FOUND (0x80041002). Nothing like that here. ' +
        'WMI knows no such object: a job vanishes five minutes after it ends',
    )
    assert.equal(error.code, 'ERR_WBEM')
    assert.equal(error.name, 'WbemError')
    assert.ok(isHyperVError(error))
  })

  test('carries what WMI said', () => {
    const { hresult, symbol, category, retryable, operation, description, parameterInfo } = new WbemError(
      failure,
    )
    assert.deepEqual(
      { hresult, symbol, category, retryable, operation, description, parameterInfo },
      {
        hresult: 0x80041002,
        symbol: 'WBEM_E_NOT_FOUND',
        category: 'job-not-found',
        retryable: false,
        operation: failure.operation,
        description: failure.description,
        parameterInfo: failure.parameterInfo,
      },
    )
    assert.equal(new WbemError(failure).providerName, failure.providerName)
    assert.equal(new WbemError(failure).extendedOperation, 'ExecMethod')
  })

  test('says no more than it knows about an unknown code', () => {
    const error = new WbemError({ ...failure, hresult: 0x8abc1234, description: null })
    assert.equal(error.message, 'IWbemServices::ExecMethod failed with 0x8ABC1234')
  })

  test('keeps parameters out of the message', () => {
    assert.doesNotMatch(new WbemError(failure).message, /secret-vm/)
  })

  test('keeps its cause', () => {
    const cause = new Error('first')
    assert.equal(new WbemError(failure, { cause }).cause, cause)
  })
})

describe('the table of reactions', () => {
  test('repeats a read only where the same call may succeed later', () => {
    for (const [category, { read, retryable }] of Object.entries(REACTIONS)) {
      assert.ok(read === null || retryable, category)
    }
  })

  test('has one place for each code', () => {
    const source = readFileSync(join(__dirname, '../../../lib/wmi/policy.ts'), 'utf8')
    const symbols = [...source.matchAll(/'([A-Z][A-Z0-9]*_[A-Z0-9_]+)'/g)].map(([, symbol = '']) => symbol)
    assert.ok(symbols.length > 100)
    assert.equal(new Set(symbols).size, symbols.length)
    for (const symbol of symbols) assert.notEqual(codeOfSymbol(symbol), null, symbol)
  })
})
