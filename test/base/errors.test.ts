import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { runInNewContext } from 'node:vm'
import * as entry from '../../lib/entries'
import { HyperVError, isHyperVError, JobFailedError, WbemError } from '../../lib/entries'

const failure = {
  hresult: 0x80041003,
  operation: 'IWbemServices::ExecMethod',
  description: 'Access denied',
  extendedOperation: null,
  parameterInfo: null,
  providerName: null,
}

/** Every exported class that is an error of this package. */
const classes = Object.entries<unknown>(entry).flatMap(([name, value]) =>
  typeof value === 'function' && value.prototype instanceof HyperVError ? [{ name, made: value }] : [],
)

test('each class is named as it is exported', () => {
  assert.ok(classes.length >= 13, String(classes.length))
  for (const { name, made } of classes) assert.equal(made.prototype.name, name)
})

test('a name does not depend on what the class is called', () => {
  const Renamed = { t: class t extends WbemError {} }.t
  const error = new Renamed(failure)
  assert.equal(error.name, 'WbemError')
  assert.match(error.stack ?? '', /^WbemError: /)
})

test('inspection, JSON and plain data show code, category, HRESULT, operation and cause', () => {
  const cause = new Error('outer', { cause: new WbemError(failure) })
  const error = new WbemError(failure, { cause })
  const json = JSON.parse(JSON.stringify(error))
  assert.deepEqual(json, JSON.parse(JSON.stringify(structuredClone(error.toJSON()))))
  const { name, code, category, hresult, operation } = json
  assert.deepEqual(
    { name, code, category, hresult, operation },
    {
      name: 'WbemError',
      code: 'ERR_WBEM',
      category: 'access-denied',
      hresult: 0x80041003,
      operation: 'IWbemServices::ExecMethod',
    },
  )
  assert.equal(json.cause.cause.code, 'ERR_WBEM')
  const shown = inspect(error)
  for (const text of ['ERR_WBEM', 'access-denied', 'IWbemServices::ExecMethod', '[cause]']) {
    assert.ok(shown.includes(text), text)
  }
})

test('JSON holds 64-bit integers as decimal strings, and a circle of causes ends', () => {
  const job = { instanceId: 'x', extra: { Size: { type: 'uint64', array: false, value: 2n ** 63n } } }
  const error = new JobFailedError(job as never, null)
  error.cause = error
  const json = JSON.parse(JSON.stringify(error))
  assert.equal(json.job.extra.Size.value, '9223372036854775808')
})

test('isHyperVError knows errors of another copy, and refuses everything else without throwing', () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  const elsewhere = runInNewContext(
    "class WbemError extends Error { get [Symbol.for('hyperv-job-errors.HyperVError')]() { return true } }; new WbemError()",
  )
  assert.equal(isHyperVError(elsewhere), true)
  for (const value of [null, undefined, 'x', 1n, Symbol('x'), () => {}, {}, new Error('x'), proxy]) {
    assert.equal(isHyperVError(value), false)
  }
})
