/** An application that replaces timers or other globals, as tests do, stops nothing in here. */
import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { connect } from '../../lib/entries'
import { event, FAILED, fakeHost, job, pathOf } from '../support/fake-host'

test('a long listing goes on while timers are fake', async () => {
  const jobs = new Map(Array.from({ length: 20_000 }, (_, i) => [pathOf(`J${i}`), job(`J${i}`)]))
  const session = await connect({ addon: fakeHost(jobs) })
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date'] })
  try {
    assert.equal((await session.jobs()).length, 20_000)
  } finally {
    mock.timers.reset()
  }
  await session.close()
})

test('a deadline passes and a watch goes on while timers are fake', async () => {
  const addon = fakeHost(new Map(), ({ operation }) =>
    operation === 'getObject' ? new Promise(() => {}) : undefined,
  )
  const session = await connect({ addon })
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date'] })
  try {
    await assert.rejects(session.job('J', { timeoutMs: 20 }), { code: 'ERR_TIMEOUT' })
    const watch = session.watch({ include: ['failed'] })
    addon.events.raise(event('Creation', job('A', FAILED)))
    const { value } = await watch.next()
    assert.ok(value?.kind === 'failed')
  } finally {
    mock.timers.reset()
  }
  await session.close({ timeoutMs: 1 })
})

test('a signal of another realm is a signal', async () => {
  const addon = fakeHost(new Map(), ({ operation }) =>
    operation === 'getObject' ? new Promise(() => {}) : undefined,
  )
  const session = await connect({ addon })
  const listeners = new Set<() => void>()
  const foreign = {
    aborted: false,
    reason: undefined as unknown,
    addEventListener: (_type: string, listener: () => void) => listeners.add(listener),
    removeEventListener: (_type: string, listener: () => void) => listeners.delete(listener),
  }
  const call = session.job('J', { signal: foreign as unknown as AbortSignal })
  await new Promise(setImmediate)
  foreign.aborted = true
  foreign.reason = new Error('from elsewhere')
  for (const listener of [...listeners]) listener()
  await assert.rejects(call, /from elsewhere/)
  assert.equal(listeners.size, 0)
  for (const signal of [{}, 'signal', 1, { aborted: false }]) {
    await assert.rejects(session.job('J', { signal: signal as AbortSignal }), { code: 'ERR_INVALID_ARG' })
  }
  await session.close({ timeoutMs: 1 })
})
