import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { type Session, WbemError } from '../../lib/entries'
import { NEWER_CLASSES } from './harness'
import { eventually, FAILED, MIGRATION, migration, next, onHost } from './watching'

const failedBefore = { jobs: [migration('A', FAILED)] }
/** Its errors come after those of others. */
const secondFailed = { ...migration('B', FAILED), getErrorEx: [{ errors: [], latencyMs: 200 }] }
const isQuiet = (session: Session) => session.stats().pending === 0

/** Longer than an item waits for the name of its virtual machine, which no count of calls shows. */
const STILL_MS = 300

/** Whether nothing has been under way for a while: what was fetched is in the queue, or was dropped. */
function stillness(session: Session): () => boolean {
  let since = performance.now()
  return () => {
    const { pending, inFlight, queued } = session.stats()
    if (pending > 0 || queued > 0 || inFlight > 0) since = performance.now()
    return performance.now() - since >= STILL_MS
  }
}
const listed = (session: Session) =>
  eventually('the first listing', () => session.stats().calls > 0 && isQuiet(session))
const running = { jobs: [migration('A')] }

describe('watch: what happens to a job', () => {
  onHost('reports a job that fails, with its errors', running, async ({ simulator, session }) => {
    await using watch = session.watch()
    assert.equal((await next(watch, 'state')).state, 'watching')
    simulator.setJob(MIGRATION, 'A', FAILED)
    const { job, result, error } = await next(watch, 'failed')
    assert.equal(job.instanceId, 'A')
    assert.equal(result?.errors?.[0]?.message, 'why A failed')
    assert.equal(error, null)
  })

  onHost('reports jobs that had failed before', failedBefore, async ({ session }) => {
    await using watch = session.watch()
    assert.equal((await next(watch, 'failed')).job.instanceId, 'A')
  })

  onHost('reports a job that is born failed', {}, async ({ simulator, session }) => {
    await using watch = session.watch()
    await next(watch, 'state')
    simulator.addJob(migration('B', FAILED))
    assert.equal((await next(watch, 'failed')).job.instanceId, 'B')
  })

  onHost(
    'reports a job that came, failed and went between two listings',
    {},
    async ({ simulator, session }) => {
      await using watch = session.watch({ include: ['failed', 'state'] })
      await next(watch, 'state')
      await listed(session)
      simulator.addJob(migration('B', FAILED))
      simulator.removeJob(MIGRATION, 'B')
      const { job, result, error } = await next(watch, 'failed')
      assert.equal(job.instanceId, 'B')
      assert.equal(result, null)
      assert.ok(error instanceof WbemError && error.category === 'job-not-found')
    },
  )

  onHost('reports success and, if wanted, progress', running, async ({ simulator, session }) => {
    await using watch = session.watch({ include: ['ended', 'changed'] })
    assert.equal((await next(watch, 'changed')).job.percentComplete, 0)
    simulator.setJob(MIGRATION, 'A', { PercentComplete: 50 })
    assert.equal((await next(watch, 'changed')).job.percentComplete, 50)
    simulator.setJob(MIGRATION, 'A', { PercentComplete: 100, JobState: 7 })
    assert.equal((await next(watch, 'ended')).job.jobState, 7)
  })

  onHost('reports each end once, however often it is seen', failedBefore, async ({ simulator, session }) => {
    await using watch = session.watch()
    await next(watch, 'failed')
    simulator.setJob(MIGRATION, 'A', { ElapsedTime: '00000000000005.000000:000' })
    simulator.disconnectAll('0x800706BE')
    assert.equal((await next(watch, 'gap')).reason, 'connection')
    simulator.addJob(migration('B', FAILED))
    assert.equal((await next(watch, 'failed')).job.instanceId, 'B')
  })

  onHost('reports a job that vanished before its end was seen', running, async ({ simulator, session }) => {
    await using watch = session.watch({ include: ['changed', 'gap'] })
    await next(watch, 'changed')
    simulator.removeJob(MIGRATION, 'A')
    const gap = await next(watch, 'gap')
    assert.deepEqual([gap.reason, gap.job?.instanceId], ['vanished', 'A'])
  })

  onHost('reports a success that turns out to be a failure', running, async ({ simulator, session }) => {
    await using watch = session.watch()
    await next(watch, 'state')
    simulator.setJob(MIGRATION, 'A', { ...FAILED, JobState: 7, ErrorCode: 0 })
    await next(watch, 'ended')
    simulator.setJob(MIGRATION, 'A', { ErrorCode: FAILED.ErrorCode })
    assert.equal((await next(watch, 'failed')).result?.errors?.length, 1)
  })

  onHost('asks for no errors that nobody wants', failedBefore, async ({ simulator, session }) => {
    await using watch = session.watch({ include: ['ended'] })
    await listed(session)
    simulator.addJob(migration('B', { JobState: 7 }))
    assert.equal((await next(watch, 'ended')).job.instanceId, 'B')
    assert.deepEqual(
      simulator.calls().filter(call => call.operation === 'execMethod'),
      [],
    )
  })
})

describe('watch: the time of an end', () => {
  onHost('may come later than the end', running, async ({ simulator, session }) => {
    await using watch = session.watch()
    await next(watch, 'state')
    simulator.setJob(MIGRATION, 'A', { JobState: 10, ErrorCode: 32768 })
    assert.equal((await next(watch, 'failed')).job.timeOfLastStateChange, null)
    simulator.setJob(MIGRATION, 'A', FAILED)
    simulator.addJob(migration('B', FAILED))
    assert.equal((await next(watch, 'failed')).job.instanceId, 'B', 'A is not reported again')
  })

  onHost('makes no second end of the first when it changes', failedBefore, async ({ simulator, session }) => {
    await using watch = session.watch()
    await next(watch, 'failed')
    simulator.setJob(MIGRATION, 'A', { TimeOfLastStateChange: '20261122095959.000000+060' })
    simulator.addJob(migration('B', FAILED))
    assert.equal((await next(watch, 'failed')).job.instanceId, 'B', 'A is not reported again')
  })
})

describe('watch: what goes wrong meanwhile', () => {
  const broken = { ...failedBefore, faults: [{ operation: 'subscribe' as const, hresult: '0x8004106C' }] }
  onHost('reports the jobs also while there are no events', broken, async ({ session }) => {
    await using one = session.watch()
    assert.equal((await next(one, 'state')).state, 'reconnecting')
    assert.equal((await next(one, 'failed')).job.instanceId, 'A')
    await using another = session.watch()
    assert.equal((await next(another, 'state')).state, 'reconnecting')
    assert.equal((await next(another, 'failed')).job.instanceId, 'A')
  })

  onHost('catches up after a lost connection', running, async ({ simulator, session }) => {
    await using watch = session.watch()
    await next(watch, 'state')
    simulator.disconnectAll('0x800706BE')
    simulator.setJob(MIGRATION, 'A', FAILED)
    assert.equal((await next(watch, 'failed')).result?.errors?.length, 1)
  })

  onHost(
    'reports a lost connection once, however long it takes',
    {
      ...failedBefore,
      faults: [{ operation: 'subscribe', calls: [2, 3, 4], hresult: '0x800706BA' }],
    },
    async ({ simulator, session }) => {
      await using watch = session.watch({ include: ['state', 'gap'] })
      await next(watch, 'state')
      simulator.disconnectAll('0x800706BE')
      const kinds = []
      for (let i = 0; i < 3; i++) kinds.push((await watch.next()).value)
      assert.deepEqual(
        kinds.map(item => (item?.kind === 'state' ? item.state : item?.kind)),
        ['gap', 'reconnecting', 'watching'],
      )
    },
  )

  onHost(
    'is in no hurry to subscribe where every subscription fails with its first answer',
    { faults: [{ operation: 'next', hresult: '0x80041004' }] },
    async ({ simulator, session }) => {
      const started = performance.now()
      await using _watch = session.watch()
      const subscribed = () => simulator.calls().filter(call => call.operation === 'subscribe').length
      await eventually('six subscriptions', () => subscribed() >= 6)
      // Half of 100, 200, 400, 800 and 1,600 ms at least.
      assert.ok(performance.now() - started > 1_500)
    },
  )

  onHost(
    'fetches the errors again when that fails for a passing reason',
    {
      ...failedBefore,
      faults: [{ operation: 'execMethod', calls: [1, 2, 3, 4], hresult: '0x80041013' }],
    },
    async ({ session }) => {
      await using watch = session.watch()
      const { result, error } = await next(watch, 'failed')
      assert.deepEqual([result?.errors?.length, error], [1, null])
    },
  )

  onHost(
    'reports a failure whose errors cannot be had, with the reason',
    {
      ...failedBefore,
      faults: [{ operation: 'execMethod', hresult: '0x80041003' }],
    },
    async ({ session }) => {
      await using watch = session.watch()
      const { result, error } = await next(watch, 'failed')
      assert.equal(result, null)
      assert.ok(error instanceof WbemError && error.category === 'access-denied')
    },
  )

  onHost(
    'lists again when listing fails for a passing reason',
    {
      ...failedBefore,
      faults: [{ operation: 'query', calls: [1, 2, 3, 4, 5], hresult: '0x80041009' }],
    },
    async ({ session }) => {
      await using watch = session.watch()
      assert.equal((await next(watch, 'failed')).job.instanceId, 'A')
    },
  )

  onHost(
    'polls where WMI asks for it',
    { events: { needsWithin: true }, ...running },
    async ({ simulator, session }) => {
      await using watch = session.watch()
      await next(watch, 'state')
      assert.match(simulator.subscriptions()[0]?.query ?? '', /WITHIN 2/)
      simulator.setJob(MIGRATION, 'A', FAILED)
      assert.equal((await next(watch, 'failed')).job.instanceId, 'A')
    },
  )

  onHost(
    'does without the classes that an older host lacks',
    {
      ...failedBefore,
      faults: [
        { operation: 'subscribe', calls: [1], hresult: '0x80041010' },
        ...NEWER_CLASSES.flatMap(object => [
          { operation: 'getObject', object, hresult: '0x80041002' } as const,
          { operation: 'query', object, hresult: '0x80041010' } as const,
        ]),
      ],
    },
    async ({ simulator, session }) => {
      await using watch = session.watch({ classes: 'all' })
      assert.equal((await next(watch, 'failed')).job.instanceId, 'A')
      const [subscription] = simulator.subscriptions()
      assert.match(subscription?.query ?? '', /Msvm_MigrationJob/)
      assert.equal(subscription?.query.match(/ISA/g)?.length, 4)
    },
  )

  onHost(
    'reports nothing again when the event of a removal comes after a listing without the job',
    {
      events: { needsWithin: true },
      jobs: [migration('A', FAILED), secondFailed, migration('R')],
    },
    async ({ simulator, session }) => {
      await using watch = session.watch({ include: ['failed', 'gap'], maxQueued: 1 })
      await eventually('both have been fetched', () => session.stats().calls === 3)
      await eventually('A is queued, B dropped', stillness(session))
      simulator.removeJob(MIGRATION, 'A')
      simulator.removeJob(MIGRATION, 'R')
      const reported: string[] = []
      const consumer = (async () => {
        for await (const item of watch)
          if ('job' in item) reported.push(`${item.kind} ${item.job?.instanceId}`)
      })()
      await eventually('another listing', () => reported.includes('failed B'))
      // It comes with the same poll as the removals.
      simulator.addJob(migration('C', FAILED))
      await eventually('the poll', () => reported.includes('failed C'))
      await watch.return()
      await consumer
      const jobs = reported.filter(text => !text.endsWith('undefined'))
      assert.deepEqual(jobs.toSorted(), ['failed A', 'failed B', 'failed C', 'gap R'])
    },
  )

  onHost(
    'reports nothing again when a class was missing for a moment',
    {
      jobs: [migration('A', FAILED), secondFailed].map(job => ({ ...job, class: 'Msvm_StorageJob' })),
      faults: [{ operation: 'query', object: 'Msvm_StorageJob', calls: [2], hresult: '0x80041010' }],
    },
    async ({ simulator, session }) => {
      await using watch = session.watch({ classes: 'all', include: ['failed'], maxQueued: 1 })
      await eventually('both have been fetched', () => session.stats().calls === 8)
      await eventually('A is queued, B dropped', stillness(session))
      const reported: (string | null | undefined)[] = []
      const consumer = (async () => {
        for await (const item of watch) if (item.kind === 'failed') reported.push(item.job.instanceId)
      })()
      await eventually('a listing without the class', () => session.stats().calls >= 14 && isQuiet(session))
      assert.deepEqual(reported, ['A'])
      simulator.disconnectAll('0x800706BE')
      await eventually('another listing', () => reported.length > 1)
      await eventually('all calls have ended', () => isQuiet(session))
      await watch.return()
      await consumer
      assert.deepEqual(reported, ['A', 'B'])
    },
  )

  onHost(
    'ends with the reason when jobs cannot be watched at all',
    {
      faults: [{ operation: 'subscribe', hresult: '0x80041003' }],
    },
    async ({ session }) => {
      await using watch = session.watch()
      await assert.rejects(next(watch, 'failed'), { code: 'ERR_WBEM', category: 'access-denied' })
      assert.deepEqual(await watch.next(), { done: true, value: undefined })
    },
  )

  onHost(
    'keeps trying once it has worked',
    {
      ...running,
      faults: [
        { operation: 'subscribe', calls: [2], hresult: '0x80041003' },
        { operation: 'query', calls: [2], hresult: '0x80041010' },
      ],
    },
    async ({ simulator, session }) => {
      await using watch = session.watch()
      await next(watch, 'state')
      await listed(session)
      simulator.disconnectAll('0x800706BE')
      simulator.setJob(MIGRATION, 'A', FAILED)
      assert.equal((await next(watch, 'failed')).result?.errors?.length, 1)
    },
  )
})

describe('watch: consumers', () => {
  onHost('say what a slow one missed, and catches up', {}, async ({ simulator, session }) => {
    await using watch = session.watch({ maxQueued: 3, include: ['failed', 'gap'] })
    await eventually('the subscription', () => simulator.subscriptions().length > 0)
    const ids = Array.from({ length: 20 }, (_, i) => `JOB-${i}`)
    for (const id of ids) simulator.addJob(migration(id, FAILED))
    const fetched = () => simulator.calls().filter(call => call.operation === 'execMethod').length
    await eventually('all errors are fetched', () => fetched() === ids.length)
    await eventually('they are queued or dropped', stillness(session))

    const items = await Promise.all([watch.next(), watch.next(), watch.next(), watch.next()])
    assert.deepEqual(
      items.map(({ value }) => value?.kind),
      ['failed', 'failed', 'failed', 'gap'],
    )
    const gap = items[3]?.value
    assert.ok(gap?.kind === 'gap')
    assert.deepEqual([gap.reason, gap.dropped], ['slow-consumer', 17])
    const seen = items
      .slice(0, 3)
      .map(({ value }) => (value?.kind === 'failed' ? value.job.instanceId : null))
    while (seen.length < ids.length) seen.push((await next(watch, 'failed')).job.instanceId ?? null)
    assert.deepEqual(seen.toSorted(), ids.toSorted(), 'each once')
  })

  onHost('say what a slow one missed even when the watch has ended', {}, async ({ simulator, session }) => {
    const controller = new AbortController()
    const watch = session.watch({ maxQueued: 1, include: ['failed', 'gap'], signal: controller.signal })
    await eventually('the subscription', () => simulator.subscriptions().length > 0)
    for (const id of ['A', 'B', 'C']) simulator.addJob(migration(id, FAILED))
    const fetched = () => simulator.calls().filter(call => call.operation === 'execMethod').length
    await eventually('all errors are fetched', () => fetched() === 3)
    await eventually('they are queued or dropped', stillness(session))
    controller.abort(new Error('enough'))
    assert.equal((await watch.next()).value?.kind, 'failed')
    const { value: gap } = await watch.next()
    assert.ok(gap?.kind === 'gap')
    assert.deepEqual([gap.reason, gap.dropped], ['slow-consumer', 2])
    await assert.rejects(watch.next(), /enough/)
  })

  onHost('share one subscription in a session', {}, async ({ simulator, session }) => {
    await using one = session.watch()
    await next(one, 'state')
    {
      await using other = session.watch()
      await next(other, 'state')
      assert.equal(simulator.subscriptions().length, 1)
      simulator.addJob(migration('A', FAILED))
      assert.equal((await next(one, 'failed')).job.instanceId, 'A')
      assert.equal((await next(other, 'failed')).job.instanceId, 'A')
    }
    simulator.addJob(migration('B', FAILED))
    assert.equal((await next(one, 'failed')).job.instanceId, 'B')
    assert.equal(simulator.subscriptions().length, 1)
  })

  onHost('get a wider subscription when one asks for more classes', {}, async ({ simulator, session }) => {
    await using migrations = session.watch()
    await next(migrations, 'state')
    await using storage = session.watch({ classes: ['Msvm_StorageJob'] })
    await next(storage, 'state')
    await eventually('the first subscription is released', () => simulator.subscriptions().length === 1)
    simulator.addJob({ ...migration('S', FAILED), class: 'Msvm_StorageJob' })
    simulator.addJob(migration('M', FAILED))
    assert.equal((await next(storage, 'failed')).job.instanceId, 'S')
    assert.equal((await next(migrations, 'failed')).job.instanceId, 'M')
  })

  onHost('free the subscription by leaving the loop', failedBefore, async ({ simulator, session }) => {
    for await (const item of session.watch()) if (item.kind === 'failed') break
    await eventually('the subscription is released', () => simulator.subscriptions().length === 0)
  })

  const slow = Array.from({ length: 12 }, (_, i) => {
    const job = migration(`JOB-${i}`, FAILED)
    return { ...job, getErrorEx: [{ ...job.getErrorEx?.[0], latencyMs: 60 }] }
  })
  onHost('can be left while errors are being fetched', { jobs: slow }, async ({ session }) => {
    for await (const item of session.watch()) if (item.kind === 'failed') break
    assert.equal((await session.getErrorEx('JOB-11')).errors?.length, 1)
  })

  onHost('end with the reason of their signal', {}, async ({ session }) => {
    const controller = new AbortController()
    const watch = session.watch({ signal: controller.signal })
    await next(watch, 'state')
    const pending = watch.next()
    controller.abort(new Error('enough'))
    await assert.rejects(pending, /enough/)
    assert.deepEqual(await watch.next(), { done: true, value: undefined })
    assert.throws(() => session.watch({ signal: controller.signal }), /enough/)
  })

  onHost('end with the session', {}, async ({ session }) => {
    const watch = session.watch()
    await next(watch, 'state')
    const pending = assert.rejects(watch.next(), { code: 'ERR_CLOSED' })
    await session.close()
    await pending
    assert.throws(() => session.watch(), { code: 'ERR_CLOSED' })
  })

  onHost('say what the options take', {}, async ({ session }) => {
    const wrong: [object, RegExp][] = [
      [{ classes: ['Win32_Process'] }, /`classes`/],
      [{ include: ['failure'] }, /failed, ended, changed, gap, state for `include`/],
      [{ include: 'failed' }, /`include`/],
      [{ maxQueued: 0 }, /`maxQueued`/],
      [{ signal: {} }, /`signal`/],
    ]
    for (const [options, message] of wrong) {
      assert.throws(() => session.watch(options), { code: 'ERR_INVALID_ARG', message })
    }
  })
})
