import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connect } from '../../lib/entries'
import { HANGS, hresult, instance, properties } from '../support/fake-addon'
import { after, fakeHost, job, pathOf } from '../support/fake-host'

const RAW = ['<INSTANCE CLASSNAME="Msvm_Error"/>']
const RUNNING = job('J', { Cancellable: true })
const ACCEPTED = properties({ ReturnValue: 4096 })
const LATE = 4

/** How long a promise takes to settle. */
async function timeOf(promise: Promise<unknown>): Promise<number> {
  const started = performance.now()
  await promise.then(
    () => {},
    () => {},
  )
  return performance.now() - started
}

describe('a call that makes several calls', () => {
  test('has one deadline: cancel', async () => {
    const addon = fakeHost(new Map(), ({ operation }) =>
      after(200, operation === 'getObject' ? RUNNING : operation === 'execMethod' ? ACCEPTED : undefined),
    )
    const session = await connect({ addon })
    const cancelled = session.cancel('J', 'kill', { timeoutMs: 300 })
    const [time] = await Promise.all([timeOf(cancelled), assert.rejects(cancelled, { code: 'ERR_TIMEOUT' })])
    assert.ok(time < 390, `${time} ms`)
    await session.close({ timeoutMs: 1 })
  })

  test('has one deadline: formatError', async () => {
    const addon = fakeHost(new Map(), ({ operation, object }) => {
      if (operation === 'connect') return undefined
      const path = 'Msvm_VirtualSystemManagementService=@'
      return after(200, operation === 'query' ? [instance(object, {}, path)] : properties({ ReturnValue: 0 }))
    })
    const session = await connect({ addon })
    const formatted = session.formatError(RAW, { timeoutMs: 300 })
    const [time] = await Promise.all([timeOf(formatted), assert.rejects(formatted, { code: 'ERR_TIMEOUT' })])
    assert.ok(time < 390, `${time} ms`)
    await session.close({ timeoutMs: 1 })
  })

  test('has one deadline: jobs of several classes', async () => {
    const addon = fakeHost(new Map(), ({ operation }) => (operation === 'query' ? after(80, []) : undefined))
    const session = await connect({ addon, maxWorkers: 1 })
    const jobs = session.jobs({ classes: 'all', timeoutMs: 200 })
    const [time] = await Promise.all([timeOf(jobs), assert.rejects(jobs, { code: 'ERR_TIMEOUT' })])
    assert.ok(time < 290, `${time} ms`)
    await session.close({ timeoutMs: 1 })
  })
})

describe('cancel, when its last look at the job', () => {
  for (const [what, answer] of [
    ['hangs', HANGS],
    ['fails', hresult(0x80041013)],
    ['loses the connection', hresult(0x800706ba)],
  ] as const) {
    test(`${what}, says that the request was accepted`, async () => {
      const addon = fakeHost(new Map([[pathOf('J'), RUNNING]]), ({ operation, number }) => {
        if (operation === 'execMethod') return ACCEPTED
        if (operation === 'connect' && number > 1) return HANGS
        return operation === 'getObject' && number > 1 ? answer : undefined
      })
      const session = await connect({ addon })
      const { outcome, returnValue, job } = await session.cancel('J', 'terminate', { timeoutMs: 200 })
      assert.deepEqual([outcome, returnValue, job], ['accepted', 4096, null])
      await session.close({ timeoutMs: 1 })
    })
  }

  test('finds it gone, says that it is done', async () => {
    const addon = fakeHost(new Map([[pathOf('J'), RUNNING]]), ({ operation, number }) => {
      if (operation === 'execMethod') return ACCEPTED
      return operation === 'getObject' && number > 1 ? hresult(0x80041002) : undefined
    })
    const session = await connect({ addon })
    assert.equal((await session.cancel('J', 'terminate')).outcome, 'done')
    await session.close()
  })
})

test('connect ends at its deadline', async () => {
  const addon = fakeHost(new Map(), ({ operation }) => (operation === 'connect' ? HANGS : undefined))
  const connecting = connect({ addon, timeoutMs: 50 })
  const [time] = await Promise.all([timeOf(connecting), assert.rejects(connecting, { code: 'ERR_TIMEOUT' })])
  assert.ok(time < 50 * LATE, `${time} ms`)
})
