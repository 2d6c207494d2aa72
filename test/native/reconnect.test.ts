import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { failedJob, JOB_ID, JOB_PATH, simulated } from './harness'

const LOST = '0x800706BE'

describe('a lost connection', () => {
  simulated(
    'comes back once for all callers, and no call is lost',
    {
      ...failedJob({ errors: [], latencyMs: 1 }),
      faults: [
        { operation: 'execMethod', calls: Array.from({ length: 30 }, (_, i) => i + 10), hresult: LOST },
        { operation: 'connect', calls: [2, 3, 4], hresult: '0x800706BA' },
      ],
    },
    async ctx => {
      const session = await ctx.connect({ maxWorkers: 8 })
      const states: string[] = []
      session.on('state', state => states.push(state))
      const calls = Array.from({ length: 100 }, () => session.getErrorEx(JOB_ID))
      const results = await Promise.allSettled(calls)
      // The fault lasts for 30 calls: a call that meets it a second time reports it.
      const failed = results.filter(({ status }) => status === 'rejected')
      for (const { reason } of failed as PromiseRejectedResult[])
        assert.equal(reason.category, 'disconnected')
      assert.equal(session.stats().calls, 100)
      assert.equal(session.stats().failures.disconnected ?? 0, failed.length)
      assert.equal(session.stats().pending, 0)
      assert.deepEqual(states.slice(0, 3), ['disconnected', 'reconnecting', 'connected'])
      assert.deepEqual((await session.getErrorEx(JOB_ID)).errors, [])
    },
  )

  simulated(
    'is brought back in the middle of 100 calls without losing one',
    {
      ...failedJob({ errors: [], latencyMs: 1 }),
      faults: [
        { operation: 'execMethod', calls: [20, 21, 22, 23], hresult: LOST },
        { operation: 'connect', calls: [2, 3], hresult: '0x800706BA' },
      ],
    },
    async ctx => {
      const session = await ctx.connect()
      const results = await Promise.all(Array.from({ length: 100 }, () => session.getErrorEx(JOB_ID)))
      assert.ok(results.every(({ errors }) => errors?.length === 0))
      assert.equal(session.stats().reconnects, 1, 'one reconnect is shared')
      assert.equal(session.stats().state, 'connected')
    },
  )

  simulated(
    'does not hold a caller beyond the deadline',
    {
      ...failedJob({ errors: [] }),
      faults: [
        { operation: 'execMethod', calls: [1], hresult: LOST },
        { operation: 'connect', calls: [2, 3], hangMs: 2_000 },
      ],
    },
    async ctx => {
      const session = await ctx.connect()
      const started = performance.now()
      await assert.rejects(session.getErrorEx(JOB_ID, { timeoutMs: 100 }), {
        code: 'ERR_TIMEOUT',
        operation: 'GetErrorEx',
        timeoutMs: 100,
      })
      assert.ok(performance.now() - started < 1_500)
      await assert.rejects(session.getErrorEx(JOB_ID, { signal: AbortSignal.timeout(50) }), {
        name: 'TimeoutError',
      })
      await session.close({ timeoutMs: 1 })
    },
  )

  simulated(
    'is tried again when an attempt takes too long',
    {
      ...failedJob({ errors: [] }),
      faults: [
        { operation: 'execMethod', calls: [1], hresult: LOST },
        { operation: 'connect', calls: [2], hangMs: 1_000 },
      ],
    },
    async ctx => {
      const session = await ctx.connect({ timeoutMs: 200 })
      assert.deepEqual((await session.getErrorEx(JOB_ID, { timeoutMs: 20_000 })).errors, [])
    },
  )

  simulated(
    'comes back also when the caller that missed it has left',
    {
      ...failedJob({ errors: [] }),
      faults: [
        { operation: 'execMethod', calls: [1], hresult: LOST },
        { operation: 'connect', calls: [2], hangMs: 1_000 },
      ],
    },
    async ctx => {
      const session = await ctx.connect()
      const connected = new Promise<void>(resolve => {
        session.on('state', state => state === 'connected' && resolve())
      })
      await assert.rejects(session.getErrorEx(JOB_ID, { timeoutMs: 50 }), { code: 'ERR_TIMEOUT' })
      assert.equal(session.stats().state, 'reconnecting')
      // The session itself keeps no process alive meanwhile.
      const patience = setTimeout(() => {}, 10_000)
      await connected
      clearTimeout(patience)
      assert.deepEqual((await session.getErrorEx(JOB_ID)).errors, [])
      assert.equal(session.stats().reconnects, 1)
    },
  )

  simulated(
    'lets waiting calls go when the session is closed',
    {
      ...failedJob({ errors: [] }),
      faults: [
        { operation: 'execMethod', calls: [1], hresult: LOST },
        { operation: 'connect', calls: Array.from({ length: 50 }, (_, i) => i + 2), hresult: '0x800706BA' },
      ],
    },
    async ctx => {
      const session = await ctx.connect()
      const refused = assert.rejects(session.getErrorEx(JOB_ID), { code: 'ERR_CLOSED' })
      await session.close({ timeoutMs: 50 })
      await refused
      assert.equal(session.stats().state, 'closed')
    },
  )

  simulated(
    'never repeats a call that may do something',
    { ...failedJob({ errors: [] }), faults: [{ operation: 'execMethod', calls: [1], hresult: LOST }] },
    async ctx => {
      const session = await ctx.connect()
      await assert.rejects(session.execMethod(JOB_PATH, 'GetErrorEx'), { category: 'disconnected' })
      assert.equal(session.stats().state, 'disconnected')
      assert.equal((await session.execMethod(JOB_PATH, 'GetErrorEx')).returnValue, 0)
      assert.equal(session.stats().reconnects, 1)
    },
  )

  simulated(
    'cannot be used to break the session from a listener',
    { ...failedJob({ errors: [] }), faults: [{ operation: 'execMethod', calls: [1], hresult: LOST }] },
    async ctx => {
      const session = await ctx.connect()
      const thrown = new Error('from the listener')
      session.once('state', () => {
        throw thrown
      })
      const caught = new Promise(resolve => process.setUncaughtExceptionCaptureCallback(resolve))
      try {
        assert.deepEqual((await session.getErrorEx(JOB_ID)).errors, [])
        assert.equal(await caught, thrown)
      } finally {
        process.setUncaughtExceptionCaptureCallback(null)
      }
    },
  )
})

describe('concurrency', () => {
  simulated('spreads 64 calls over the workers', failedJob({ errors: [], latencyMs: 20 }), async ctx => {
    const session = await ctx.connect({ maxWorkers: 4 })
    let most = 0
    const looking = setInterval(() => {
      most = Math.max(most, session.stats().inFlight)
    }, 2)
    await Promise.all(Array.from({ length: 64 }, () => session.getErrorEx(JOB_ID)))
    clearInterval(looking)
    assert.equal(most, 4, 'calls that ran at once')
    assert.ok(session.stats().idleWorkers >= 4, 'who wait for more')
  })

  simulated(
    'keeps a session free of what another one waits for',
    {
      ...failedJob({ errors: [] }),
      faults: [{ operation: 'query', hangMs: 500 }],
    },
    async ctx => {
      const [hung, free] = await Promise.all([ctx.connect({ maxWorkers: 1 }), ctx.connect({ maxWorkers: 1 })])
      const listing = hung.jobs()
      assert.deepEqual((await free.getErrorEx(JOB_ID)).errors, [])
      assert.equal(hung.stats().pending, 1)
      await listing
    },
  )
})
