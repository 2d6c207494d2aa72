import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connect, isHyperVError, type Session } from '../../lib/entries'
import { deferred, HANGS, hresult } from '../support/fake-addon'
import { after, fakeHost, NO_ERRORS } from '../support/fake-host'

const LOST = hresult(0x800706be)
const DOWN = hresult(0x800706ba)
const PATIENCE_MS = 10_000

/** Makes calls, one after another, until one succeeds. */
async function callUntilItWorks(session: Session, timeoutMs: number): Promise<number> {
  const until = performance.now() + PATIENCE_MS
  for (let calls = 1; performance.now() < until; calls++) {
    try {
      await session.getErrorEx('J', { timeoutMs })
      return calls
    } catch (error) {
      assert.ok(isHyperVError(error), String(error))
    }
  }
  throw new Error(`no call succeeded in ${PATIENCE_MS} ms`)
}

describe('an attempt to reconnect', () => {
  test('goes on when the caller that began it leaves, and its success is kept', async () => {
    const addon = fakeHost(new Map(), ({ operation, number }) => {
      if (operation === 'connect' && number > 1) return after(300, undefined)
      return operation === 'execMethod' && number === 1 ? LOST : undefined
    })
    const session = await connect({ addon })
    const calls = await callUntilItWorks(session, 100)
    assert.ok(calls > 1)
    assert.equal(addon.count('connect'), 2, 'one attempt, whoever came and went')
    assert.equal(session.stats().state, 'connected')
    await session.close()
  })

  test('is kept when nobody waits for it any more', async () => {
    const attempt = deferred()
    const addon = fakeHost(new Map(), ({ operation, number }) => {
      if (operation === 'connect' && number > 1) return attempt.promise
      return operation === 'execMethod' && number === 1 ? LOST : undefined
    })
    const session = await connect({ addon })
    await assert.rejects(session.getErrorEx('J', { timeoutMs: 50 }), { code: 'ERR_TIMEOUT' })
    const states: string[] = []
    const connected = new Promise<void>(resolve => {
      session.on('state', state => {
        states.push(state)
        if (state === 'connected') resolve()
      })
    })
    attempt.resolve(undefined)
    await connected
    assert.equal(addon.count('connect'), 2)
    await session.getErrorEx('J')
    assert.equal(addon.count('connect'), 2)
    await session.close()
  })

  test('is one at a time, however many impatient callers come', async () => {
    const addon = fakeHost(new Map(), ({ operation, number }) => {
      if (operation === 'connect' && number > 1) return HANGS
      return operation === 'execMethod' ? LOST : undefined
    })
    const session = await connect({ addon, maxWorkers: 4 })
    for (let i = 0; i < 3; i++) {
      const calls = Array.from({ length: 8 }, () => session.getErrorEx(`J${i}`, { timeoutMs: 30 }))
      for (const result of await Promise.allSettled(calls)) {
        assert.equal(result.status === 'rejected' && result.reason.code, 'ERR_TIMEOUT')
      }
    }
    assert.equal(addon.count('connect'), 2)
    assert.equal(session.stats().stuckWorkers, 0)
    await session.close({ timeoutMs: 1 })
  })

  test('does not wait behind calls on the dead connection', async () => {
    let isDead = true
    const addon = fakeHost(new Map(), ({ operation, number }) => {
      if (operation === 'connect' && number > 1) isDead = false
      return operation === 'execMethod' && isDead ? after(100, LOST) : undefined
    })
    const session = await connect({ addon, maxWorkers: 4 })
    const started = performance.now()
    const calls = Array.from({ length: 200 }, (_, i) => session.getErrorEx(`J${i}`, { timeoutMs: 2_000 }))
    const results = await Promise.all(calls)
    assert.ok(results.every(({ errors }) => errors === null))
    assert.ok(performance.now() - started < 1_500)
    await session.close()
  })

  test('is followed by another when it is refused for full threads or a full queue', async () => {
    const addon = fakeHost(new Map(), ({ operation, number }) =>
      operation === 'execMethod' && number === 1 ? LOST : undefined,
    )
    const session = await connect({ addon })
    const [native] = addon.sessions
    assert.ok(native)
    const honest = native.connect.bind(native)
    const refusals = [2, 3]
    native.connect = ticket => (refusals.shift() as 2 | undefined) ?? honest(ticket)
    await session.getErrorEx('J', { timeoutMs: 5_000 })
    assert.deepEqual(refusals, [])
    await session.close()
  })

  test('that fails for good is reported to everybody who waits, and the next call tries again', async () => {
    const addon = fakeHost(new Map(), ({ operation, number }) => {
      if (operation === 'connect' && number === 2) return after(20, hresult(0x80041003))
      return operation === 'execMethod' && number === 1 ? LOST : undefined
    })
    const session = await connect({ addon })
    const first = session.getErrorEx('A')
    await new Promise<void>(resolve => {
      session.once('state', () => resolve())
    })
    const results = await Promise.allSettled([first, session.getErrorEx('B'), session.getErrorEx('C')])
    for (const result of results) {
      assert.equal(result.status === 'rejected' && result.reason.category, 'access-denied')
    }
    await session.getErrorEx('A')
    assert.equal(session.stats().state, 'connected')
    await session.close()
  })

  test('ends when it fails and nobody waits', async () => {
    const attempt = deferred()
    const addon = fakeHost(new Map(), ({ operation, number }) => {
      if (operation === 'connect' && number > 1) return attempt.promise
      return operation === 'execMethod' && number === 1 ? LOST : undefined
    })
    const session = await connect({ addon })
    await assert.rejects(session.getErrorEx('J', { timeoutMs: 30 }), { code: 'ERR_TIMEOUT' })
    const disconnected = new Promise<void>(resolve => {
      session.on('state', state => state === 'disconnected' && resolve())
    })
    attempt.resolve(DOWN)
    await disconnected
    assert.equal(addon.count('connect'), 2)
    await session.close()
  })

  test('is the cause of the time-out that it leads to', async () => {
    const addon = fakeHost(new Map(), ({ operation, number }) => {
      if (operation === 'connect' && number > 1) return DOWN
      return operation === 'execMethod' && number === 1 ? LOST : undefined
    })
    const session = await connect({ addon })
    await assert.rejects(session.getErrorEx('J', { timeoutMs: 200 }), error => {
      assert.ok(isHyperVError(error) && error.code === 'ERR_TIMEOUT')
      assert.ok(isHyperVError(error.cause) && error.cause.code === 'ERR_WBEM')
      return true
    })
    await session.close()
  })

  test('is over when the session is closed', async () => {
    const addon = fakeHost(new Map(), ({ operation, number }) => {
      if (operation === 'connect' && number > 1) return HANGS
      return operation === 'execMethod' && number === 1 ? LOST : undefined
    })
    const session = await connect({ addon })
    const refused = assert.rejects(session.getErrorEx('J'), { code: 'ERR_CLOSED' })
    await session.close({ timeoutMs: 20 })
    await refused
  })
})

describe('a provider that hangs', () => {
  const hung = (id: string) => id.startsWith('Msvm_MigrationJob.InstanceID="HUNG')

  test('keeps no other call from its thread while stuck threads are replaced', async () => {
    const addon = fakeHost(
      new Map(),
      ({ operation, object }) => (operation === 'execMethod' && hung(object) ? HANGS : undefined),
      { maxStuck: 8 },
    )
    const session = await connect({ addon, maxWorkers: 4 })
    const aborted = new AbortController()
    const calls = Array.from({ length: 4 }, (_, i) =>
      session.getErrorEx(`HUNG-${i}`, { signal: aborted.signal }).catch(() => {}),
    )
    aborted.abort()
    await Promise.all(calls)
    assert.equal((await session.getErrorEx('J', { timeoutMs: 1_000 })).errors, null)
    await session.close({ timeoutMs: 1 })
  })

  test('is named at a call’s own deadline, with how many calls are stuck and since when', async () => {
    const addon = fakeHost(
      new Map(),
      ({ operation, object }) => (operation === 'execMethod' && hung(object) ? HANGS : undefined),
      { maxStuck: 0 },
    )
    const session = await connect({ addon, maxWorkers: 2 })
    const calls = ['HUNG-A', 'HUNG-B'].map(id => session.getErrorEx(id, { timeoutMs: 20 }))
    for (const { status } of await Promise.allSettled(calls)) assert.equal(status, 'rejected')
    const started = performance.now()
    await assert.rejects(session.getErrorEx('J', { timeoutMs: 150 }), {
      code: 'ERR_PROVIDER_HUNG',
      message: /2 calls that were given up have not returned, the oldest for 0 s/,
    })
    assert.ok(performance.now() - started >= 140, 'not before the deadline')
    await session.close({ timeoutMs: 1 })
  })

  test('lets a waiting call through as soon as a stuck one returns', async () => {
    const answer = deferred()
    const addon = fakeHost(
      new Map(),
      ({ operation, object }) => (operation === 'execMethod' && hung(object) ? answer.promise : undefined),
      { maxStuck: 0 },
    )
    const session = await connect({ addon, maxWorkers: 1 })
    await assert.rejects(session.getErrorEx('HUNG', { timeoutMs: 20 }), { code: 'ERR_TIMEOUT' })
    const waiting = session.getErrorEx('J', { timeoutMs: 5_000 })
    answer.resolve(NO_ERRORS)
    assert.equal((await waiting).errors, null)
    await session.close()
  })

  test('holds one thread for one object, however often it is asked', async () => {
    const answer = deferred()
    const addon = fakeHost(new Map(), ({ operation, object }) =>
      operation === 'execMethod' && hung(object) ? answer.promise : undefined,
    )
    const session = await connect({ addon, maxWorkers: 4 })
    for (let i = 0; i < 10; i++) {
      await assert.rejects(session.getErrorEx('HUNG', { timeoutMs: 10 }), { code: 'ERR_TIMEOUT' })
    }
    assert.equal(addon.count('execMethod'), 1)
    assert.equal(session.stats().stuckWorkers, 1)
    const again = session.getErrorEx('HUNG', { timeoutMs: 5_000 })
    answer.resolve(NO_ERRORS)
    assert.equal((await again).errors, null)
    assert.equal(addon.count('execMethod'), 2, 'asked again once the earlier call has returned')
    await session.close()
  })
})
