import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect, JobFailedError } from '../../lib/entries'
import { deferred, HANGS, properties } from '../support/fake-addon'
import { event, FAILED, fakeHost, job, pathOf } from '../support/fake-host'

test('the progress that wait reports never goes back, when a poll is older than an event', async () => {
  const poll = deferred()
  const addon = fakeHost(new Map(), ({ operation, number }) =>
    operation === 'getObject' && number === 1 ? poll.promise : undefined,
  )
  const session = await connect({ addon })
  const percents: unknown[] = []
  const waiting = session.wait('J', { onProgress: ({ percentComplete }) => percents.push(percentComplete) })
  while (addon.count('nextEvents') === 0) await new Promise(setImmediate)
  addon.events.raise(event('Modification', job('J', { PercentComplete: 50 })))
  while (percents.length === 0) await new Promise(setImmediate)
  poll.resolve(job('J', { PercentComplete: 10 }))
  while (addon.count('nextEvents') < 2) await new Promise(setImmediate)
  addon.events.raise(event('Modification', job('J', { PercentComplete: 60 })))
  while (percents.length < 2) await new Promise(setImmediate)
  addon.events.raise(event('Modification', job('J', { PercentComplete: 100, JobState: 7 })))
  assert.equal((await waiting).jobState, 7)
  assert.deepEqual(percents, [50, 60, 100])
  await session.close()
})

test('wait reads the job again when events begin to come during a read', async () => {
  const poll = deferred()
  const addon = fakeHost(new Map([[pathOf('J'), job('J', { JobState: 7 })]]), ({ operation, number }) =>
    operation === 'getObject' && number === 1 ? poll.promise : undefined,
  )
  const session = await connect({ addon })
  const progress: unknown[] = []
  const waiting = session.wait('J', { onProgress: ({ jobState }) => progress.push(jobState) })
  while (addon.count('nextEvents') === 0) await new Promise(setImmediate)
  // The job has ended between what this read found and the first event.
  poll.resolve(job('J', { JobState: 4 }))
  for (let turn = 0; turn < 100 && addon.count('getObject') < 2; turn++) await new Promise(setImmediate)
  assert.equal(addon.count('getObject'), 2, 'at once, not with the next poll')
  assert.equal((await waiting).jobState, 7)
  assert.deepEqual(progress, [4, 7])
  await session.close()
})

test('wait holds one thread for an object that hangs, however long it waits', async () => {
  const addon = fakeHost(new Map(), ({ operation }) => (operation === 'getObject' ? HANGS : undefined))
  const session = await connect({ addon, timeoutMs: 30 })
  await assert.rejects(session.wait('J', { timeoutMs: 2_500 }), { code: 'ERR_TIMEOUT' })
  assert.equal(addon.count('getObject'), 1)
  // The feed's call ends by itself.
  while (session.stats().feed !== null) await new Promise(setImmediate)
  assert.equal(session.stats().stuckWorkers, 1)
  await session.close({ timeoutMs: 1 })
})

test('wait rejects with the errors of a job that fails while it waits', async () => {
  const raw = '<INSTANCE CLASSNAME="Msvm_Error"/>'
  const addon = fakeHost(new Map([[pathOf('J'), job('J')]]), ({ operation }) =>
    operation === 'execMethod' ? properties({ ReturnValue: 0, Errors: [raw] }) : undefined,
  )
  const session = await connect({ addon })
  const waiting = session.wait('J')
  while (addon.count('nextEvents') === 0) await new Promise(setImmediate)
  addon.events.raise(event('Modification', job('J', FAILED)))
  await assert.rejects(waiting, error => {
    assert.ok(error instanceof JobFailedError)
    assert.deepEqual(error.result?.raw, [raw])
    return true
  })
  await session.close()
})
