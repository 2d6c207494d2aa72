import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connect, type WatchItem } from '../../lib/entries'
import { type FakeCall, HANGS, hresult, properties } from '../support/fake-addon'
import { after, CLASS, event, FAILED, fakeHost, job, NO_ERRORS, pathOf } from '../support/fake-host'

const PATIENCE_MS = 10_000
const NEEDS_WITHIN = hresult(0x80042002)
const DENIED = hresult(0x80041003)
const PROVIDER_FAILED = hresult(0x80041004)
const HUNG = pathOf('HUNG')

async function eventually(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!holds()) {
    assert.ok(performance.now() < deadline, `${what} in ${PATIENCE_MS} ms`)
    await after(2, undefined)
  }
}

async function next<Kind extends WatchItem['kind']>(
  watch: AsyncIterator<WatchItem, undefined>,
  kind: Kind,
): Promise<Extract<WatchItem, { kind: Kind }>> {
  for (;;) {
    const { value } = await watch.next()
    assert.ok(value, `the watch ended before an item of kind ${kind}`)
    if (value.kind === kind) return value as Extract<WatchItem, { kind: Kind }>
  }
}

function failedJobs(count: number) {
  return new Map(Array.from({ length: count }, (_, i) => [pathOf(`J${i}`), job(`J${i}`, FAILED)]))
}

describe('a subscription', () => {
  test('that asks for WITHIN at its first answer gets it, and nothing is reported lost', async () => {
    const subscriptions: string[] = []
    const addon = fakeHost(new Map(), ({ operation, object }) => {
      if (operation === 'subscribe') subscriptions.push(object)
      const isLate = operation === 'nextEvents' && !subscriptions.at(-1)?.includes('WITHIN')
      return isLate ? NEEDS_WITHIN : undefined
    })
    const session = await connect({ addon })
    const watch = session.watch({ include: ['state', 'gap', 'failed'] })
    await eventually('the second subscription', () => addon.count('nextEvents') === 2)
    addon.events.raise(event('Creation', job('A', FAILED)))
    const kinds: string[] = []
    for await (const item of watch) {
      kinds.push(item.kind === 'state' ? item.state : item.kind)
      if (item.kind === 'failed') break
    }
    assert.deepEqual(kinds, ['watching', 'failed'])
    assert.equal(subscriptions.length, 2)
    assert.equal(addon.count('connect'), 2, 'the session’s and the feed’s')
    await session.close()
  })

  test('that names a missing class at its first answer goes on without it', async () => {
    const subscriptions: string[] = []
    const addon = fakeHost(new Map(), ({ operation, object }) => {
      if (operation === 'subscribe') subscriptions.push(object)
      if (operation === 'getObject' && object === 'Msvm_StorageJob') return hresult(0x80041002)
      if (operation === 'getObject') return job('class')
      const isLate = operation === 'nextEvents' && subscriptions.at(-1)?.includes('Msvm_StorageJob')
      return isLate ? hresult(0x80041010) : undefined
    })
    const session = await connect({ addon })
    const watch = session.watch({ classes: ['Msvm_MigrationJob', 'Msvm_StorageJob'] })
    await eventually('the second subscription', () => addon.count('nextEvents') === 2)
    addon.events.raise(event('Creation', job('A', FAILED)))
    assert.equal((await next(watch, 'failed')).job.instanceId, 'A')
    assert.deepEqual(
      subscriptions.map(wql => wql.includes('Msvm_StorageJob')),
      [true, false],
    )
    await session.close()
  })

  test('that is refused at its first answer ends the watch with the reason', async () => {
    const addon = fakeHost(new Map(), ({ operation }) => (operation === 'nextEvents' ? DENIED : undefined))
    const session = await connect({ addon })
    await assert.rejects(next(session.watch(), 'failed'), { category: 'access-denied' })
    await session.close()
  })

  test('that is refused is reported, and jobs are listed every few seconds', async () => {
    const jobs = failedJobs(1)
    const addon = fakeHost(jobs, ({ operation }) =>
      operation === 'subscribe' ? hresult(0x8004106c) : undefined,
    )
    const session = await connect({ addon })
    const watch = session.watch()
    const { state, error } = await next(watch, 'state')
    assert.equal(state, 'reconnecting')
    assert.equal((error as { category?: string }).category, 'quota')
    assert.equal((await next(watch, 'failed')).job.instanceId, 'J0')
    jobs.set(pathOf('NEW'), job('NEW', FAILED))
    const started = performance.now()
    assert.equal((await next(watch, 'failed')).job.instanceId, 'NEW')
    assert.ok(performance.now() - started < 8_000)
    await session.close()
  })

  test('that hangs is not waited for: what is there is listed', async () => {
    const addon = fakeHost(failedJobs(1), ({ operation }) => (operation === 'subscribe' ? HANGS : undefined))
    const session = await connect({ addon })
    const started = performance.now()
    assert.equal((await next(session.watch(), 'failed')).job.instanceId, 'J0')
    assert.ok(performance.now() - started < 5_000)
    await session.close({ timeoutMs: 1 })
  })

  test('is one for a session, and its attempt to connect as well, however many come and go', async () => {
    const addon = fakeHost(new Map([[pathOf('J'), job('J')]]), ({ operation, session }) =>
      operation === 'connect' && 'parent' in session.settings ? HANGS : undefined,
    )
    const session = await connect({ addon })
    for (let i = 0; i < 50; i++) {
      await assert.rejects(session.wait('J', { timeoutMs: 2 }), { code: 'ERR_TIMEOUT' })
    }
    assert.equal(addon.sessions.length, 2)
    assert.equal(addon.count('connect'), 2)
    await session.close({ timeoutMs: 1 })
  })

  test('counts its threads among those of the session', async () => {
    const addon = fakeHost(new Map([[pathOf('J'), job('J')]]), ({ operation }) =>
      operation === 'subscribe' ? HANGS : undefined,
    )
    const session = await connect({ addon })
    const stop = new AbortController()
    const waiting = session.wait('J', { signal: stop.signal })
    await eventually('the subscription', () => addon.count('subscribe') === 1)
    assert.equal(session.stats().feed?.workers, 1)
    stop.abort(new Error('enough'))
    await assert.rejects(waiting, /enough/)
    assert.equal(session.stats().stuckWorkers, 1)
    await session.close({ timeoutMs: 1 })
  })
})

describe('a watch that catches up', () => {
  test('leaves threads to callers', async () => {
    const addon = fakeHost(failedJobs(300), ({ operation, object }) =>
      operation === 'execMethod' ? after(object.includes('CALLER') ? 1 : 20, NO_ERRORS) : undefined,
    )
    const session = await connect({ addon, maxWorkers: 4 })
    const watch = session.watch({ include: ['failed'] })
    await next(watch, 'failed')
    const started = performance.now()
    await session.getErrorEx('CALLER', { timeoutMs: 1_000 })
    assert.ok(performance.now() - started < 500)
    await watch.return()
    await session.close({ timeoutMs: 1 })
  })

  test('asks for the errors of those first that ended first', async () => {
    const time = (minute: number) => `2026112209${String(minute).padStart(2, '0')}00.000000+060`
    const ended = (id: string, minute: number) =>
      [pathOf(id), job(id, { ...FAILED, TimeOfLastStateChange: time(minute) })] as const
    const addon = fakeHost(new Map([ended('C', 3), ended('A', 1), ended('B', 2)]))
    const session = await connect({ addon, maxWorkers: 1 })
    const watch = session.watch({ include: ['failed'] })
    const ids = []
    for (let i = 0; i < 3; i++) ids.push((await next(watch, 'failed')).job.instanceId)
    assert.deepEqual(ids, ['A', 'B', 'C'])
    await session.close()
  })

  test('is delayed by no job whose errors hang or are refused', async () => {
    const jobs = failedJobs(5)
    jobs.set(HUNG, job('HUNG', FAILED))
    jobs.set(pathOf('DENIED'), job('DENIED', FAILED))
    const addon = fakeHost(jobs, ({ operation, object }) => {
      if (operation !== 'execMethod') return undefined
      return object === HUNG ? HANGS : object === pathOf('DENIED') ? DENIED : undefined
    })
    const session = await connect({ addon, maxWorkers: 4 })
    const watch = session.watch({ include: ['failed'] })
    const started = performance.now()
    const ids = []
    for (let i = 0; i < 6; i++) ids.push((await next(watch, 'failed')).job.instanceId)
    assert.ok(performance.now() - started < 1_500)
    assert.deepEqual(ids.toSorted(), ['DENIED', 'J0', 'J1', 'J2', 'J3', 'J4'])
    await watch.return()
    await session.close({ timeoutMs: 1 })
  })
})

describe('a failure whose errors hang', () => {
  test('is reported without them in a few seconds, holds one thread, and gets them later', async () => {
    let answer: (result: unknown) => void = () => {}
    const hanging = new Promise(resolve => {
      answer = resolve
    })
    const addon = fakeHost(new Map([[HUNG, job('HUNG', FAILED)]]), ({ operation, number }) => {
      if (operation !== 'execMethod') return undefined
      return number === 1
        ? hanging
        : properties({ ReturnValue: 0, Errors: ['<INSTANCE CLASSNAME="Msvm_Error"/>'] })
    })
    const session = await connect({ addon })
    const watch = session.watch({ include: ['failed'] })
    const started = performance.now()
    const first = await next(watch, 'failed')
    assert.ok(performance.now() - started < 6_000)
    assert.deepEqual([first.result, first.isLate], [null, false])
    assert.equal((first.error as { code?: string }).code, 'ERR_TIMEOUT')
    assert.equal(session.stats().stuckWorkers, 1)
    assert.equal(addon.count('execMethod'), 1)
    answer(undefined)
    const second = await next(watch, 'failed')
    assert.deepEqual([second.id, second.isLate, second.error], [first.id, true, null])
    assert.equal(second.result?.errors?.length, 1)
    assert.equal(addon.count('execMethod'), 2)
    await session.close()
  })

  test('is fetched again until the job has gone', async () => {
    const addon = fakeHost(failedJobs(1), ({ operation, number }) => {
      if (operation !== 'execMethod') return undefined
      // Each call of the watch is made three times.
      return number <= 15 ? PROVIDER_FAILED : hresult(0x80041002)
    })
    const session = await connect({ addon })
    const watch = session.watch({ include: ['failed'] })
    assert.equal((await next(watch, 'failed')).result, null)
    await eventually('the job has gone', () => addon.count('execMethod') === 16)
    addon.events.raise(event('Creation', job('B', { ...FAILED })))
    assert.equal((await next(watch, 'failed')).job.instanceId, 'B', 'nothing more of the first')
    await session.close()
  })
})

describe('closing a session', () => {
  test('does not wait for the calls of a watch', async () => {
    const addon = fakeHost(failedJobs(3), ({ operation }) => (operation === 'execMethod' ? HANGS : undefined))
    const session = await connect({ addon })
    const watch = session.watch({ include: ['failed'] })
    const ended = assert.rejects(watch.next(), { code: 'ERR_CLOSED' })
    await eventually('a call', () => addon.count('execMethod') > 0)
    const started = performance.now()
    await session.close()
    assert.ok(performance.now() - started < 1_000)
    await ended
  })

  test('reports no failure that happens meanwhile as one without errors', async () => {
    const answer = after(300, NO_ERRORS)
    const addon = fakeHost(new Map(), ({ operation, object }: FakeCall) =>
      operation === 'execMethod' && object === pathOf('CALLER') ? answer : undefined,
    )
    const session = await connect({ addon })
    const watch = session.watch({ include: ['failed'] })
    await eventually('the subscription', () => addon.count('nextEvents') === 1)
    const call = session.getErrorEx('CALLER')
    const closing = session.close()
    addon.events.raise(event('Creation', job('A', FAILED)))
    assert.equal((await call).errors, null)
    await closing
    await assert.rejects(watch.next(), { code: 'ERR_CLOSED' })
    assert.deepEqual(await watch.next(), { done: true, value: undefined })
  })
})

describe('the state of a watch', () => {
  test('is reported again whenever the reason changes', async () => {
    const reasons = [PROVIDER_FAILED, PROVIDER_FAILED, hresult(0x8004106c), DENIED]
    const addon = fakeHost(new Map(), ({ operation, number }) =>
      operation === 'nextEvents' && number === 1
        ? []
        : operation === 'nextEvents' && number <= reasons.length + 1
          ? reasons[number - 2]
          : undefined,
    )
    const session = await connect({ addon })
    const watch = session.watch({ include: ['state'] })
    const states: unknown[] = []
    for await (const item of watch) {
      assert.ok(item.kind === 'state')
      states.push([item.state, (item.error as { category?: string } | null)?.category ?? null])
      if (states.length === 7) break
    }
    assert.deepEqual(states, [
      ['watching', null],
      ['reconnecting', 'provider-failed'],
      ['watching', null],
      ['reconnecting', 'provider-failed'],
      ['watching', null],
      ['reconnecting', 'quota'],
      ['watching', null],
    ])
    await session.close()
  })

  test('says so when jobs cannot be listed although events come', async () => {
    let isFailing = false
    const addon = fakeHost(new Map(), ({ operation, session }) => {
      if (operation === 'nextEvents' && isFailing && addon.count('subscribe') === 1)
        return hresult(0x800706be)
      return operation === 'query' && isFailing && !('parent' in session.settings) ? DENIED : undefined
    })
    const session = await connect({ addon })
    const watch = session.watch({ include: ['state'] })
    assert.equal((await next(watch, 'state')).state, 'watching')
    await eventually('a listing', () => addon.count('query') === 1 && session.stats().pending === 0)
    isFailing = true
    addon.events.raise()
    assert.equal((await next(watch, 'state')).state, 'reconnecting')
    assert.equal((await next(watch, 'state')).state, 'degraded')
    isFailing = false
    assert.equal((await next(watch, 'state')).state, 'watching')
    await session.close()
  })
})

describe('listing', () => {
  test('asks for each class once, whatever the letters’ case', async () => {
    const addon = fakeHost(failedJobs(1))
    const session = await connect({ addon })
    const jobs = await session.jobs({ classes: [CLASS, CLASS.toLowerCase(), CLASS.toUpperCase()] })
    assert.deepEqual([jobs.length, addon.count('query')], [1, 1])
    await session.close()
  })

  test('leaves out a class that the host lacks, however it says so', async () => {
    const addon = fakeHost(failedJobs(1), ({ operation, object }) =>
      operation === 'query' && !object.includes(CLASS) ? hresult(0x80041002) : undefined,
    )
    const session = await connect({ addon })
    assert.equal((await session.jobs({ classes: 'all' })).length, 1)
    await assert.rejects(session.jobs({ classes: ['Msvm_StorageJob'] }), { category: 'job-not-found' })
    await session.close()
  })

  test('gives a job with an unreadable property as what can be read', async () => {
    const odd = job('ODD', FAILED)
    odd.properties.push('ElapsedTime', -1, 'expected a datetime, received VT_I4')
    const addon = fakeHost(new Map([[pathOf('ODD'), odd], ...failedJobs(1)]))
    const session = await connect({ addon })
    const [first, second] = await session.jobs()
    assert.deepEqual(first?.unreadable, [
      { name: 'ElapsedTime', reason: 'expected a datetime, received VT_I4' },
    ])
    assert.deepEqual([first?.jobState, second?.unreadable], [10, []])
    await session.close()
  })
})
