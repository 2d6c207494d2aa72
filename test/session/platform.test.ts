import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connect, HyperVError, isHyperVError, PlatformError } from '../../lib/entries'
import { decodeInstance } from '../../lib/entries/cimxml'

describe('outside Windows', { skip: process.platform === 'win32' ? 'this is Windows' : false }, () => {
  test('importing and decoding work', () => {
    assert.equal(decodeInstance('<INSTANCE CLASSNAME="X"/>').className, 'X')
  })

  test('connect rejects with ERR_PLATFORM and names the platform', async () => {
    await assert.rejects(connect(), error => {
      assert.ok(error instanceof PlatformError && error instanceof HyperVError && isHyperVError(error))
      assert.equal(error.code, 'ERR_PLATFORM')
      assert.match(error.message, new RegExp(process.platform))
      return true
    })
  })

  test('connect checks its arguments all the same', async () => {
    await assert.rejects(connect({ timeoutMs: -1 }), { code: 'ERR_INVALID_ARG' })
  })

  test('connect makes no attempt with an aborted signal', async () => {
    const reason = new Error('not any more')
    await assert.rejects(connect({ signal: AbortSignal.abort(reason) }), error => error === reason)
  })
})
