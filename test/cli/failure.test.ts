import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { InvalidArgumentError, MethodError, TimeoutError } from '../../lib/base/errors'
import { GONE, ID } from './invented'
import { type Calls, fakeConnect, runCli } from './screen'

describe('a failure', () => {
  test('of the call ends with 3 and a sentence on stderr', async () => {
    const calls: Calls = []
    const { code, out, err } = await runCli(['errors', ID], {
      connect: fakeConnect({ fails: GONE }, calls),
    })
    assert.deepEqual([code, out], [3, ''])
    assert.match(err, /^hyperv-job-errors: .*WBEM_E_NOT_FOUND \(0x80041002\).*five minutes after it ends\n$/)
    assert.deepEqual(calls.at(-1), ['close'])
  })

  test('with --json is one document on stderr and nothing on stdout', async () => {
    const { code, out, err } = await runCli(['errors', ID, '--json'], {
      connect: fakeConnect({ fails: GONE }),
    })
    assert.deepEqual([code, out], [3, ''])
    assert.deepEqual(JSON.parse(err), {
      error: {
        code: 'ERR_WBEM',
        message: GONE.message,
        hresult: '0x80041002',
        symbol: 'WBEM_E_NOT_FOUND',
        category: 'job-not-found',
        retryable: false,
        operation: 'IWbemServices::ExecMethod',
        description: null,
        extendedOperation: null,
        parameterInfo: null,
        providerName: null,
      },
    })
  })

  test('of the connection or of the method ends with 3 as well', async () => {
    const late = await runCli(['list'], {
      connect: fakeConnect({ connectFails: new TimeoutError('connect', 'HV-01', 5) }),
    })
    assert.equal(late.code, 3)
    const refused = new MethodError('GetErrorEx', 32775, 'Invalid state for this operation')
    const { code, err } = await runCli(['errors', ID, '--json'], {
      connect: fakeConnect({ fails: refused }),
    })
    assert.equal(code, 3)
    assert.equal(JSON.parse(err).error.returnName, 'Invalid state for this operation')
  })

  test('that the arguments cause ends with 2', async () => {
    const error = new InvalidArgumentError('expected a host name for `host`, received string')
    const { code, err } = await runCli(['list', '--host', ':'], {
      connect: fakeConnect({ connectFails: error }),
    })
    assert.equal(code, 2)
    assert.equal(err, `hyperv-job-errors: ${error.message}\n`)
    const path = await runCli(['errors', 'Win32_Process.Handle="1"'], { connect: fakeConnect({}) })
    assert.equal(path.code, 2)
  })

  test('that is a bug is not taken for a result', async () => {
    const bug = new TypeError('x is undefined')
    await assert.rejects(runCli(['list'], { connect: fakeConnect({ fails: bug }) }), bug)
  })
})
