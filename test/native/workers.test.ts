import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { describe } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { inspect } from 'node:util'
import { failedJob, JOB_ID, JOB_PATH, simulated } from './harness'

/** Polls until `condition` holds; a test waits for events, not for times. */
async function eventually(what: string, withinMs: number, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!condition()) {
    assert.ok(performance.now() < deadline, `${what} within ${withinMs} ms`)
    await delay(5)
  }
}

describe('a signal', () => {
  simulated('keeps no listener of a call that has ended', failedJob({ errors: [] }), async ctx => {
    const session = await ctx.connect()
    const { signal } = new AbortController()
    await session.getErrorEx(JOB_ID, { signal })
    await session.getErrorEx('no such job', { signal }).catch(() => {})
    await session.jobs({ signal })
    assert.equal(getEventListeners(signal, 'abort').length, 0)
  })
})

describe('worker threads', () => {
  simulated(
    'are replaced while they are stuck, up to four, and serve again once their call returns',
    {
      ...failedJob({ errors: [] }),
      faults: [{ operation: 'execMethod', calls: Array.from({ length: 6 }, (_, i) => i + 1), hangMs: 5_000 }],
    },
    async ctx => {
      const session = await ctx.connect({ maxWorkers: 2 })
      for (const count of [2, 4, 6]) {
        // By execMethod, since a read of one object that hangs is not made twice.
        const calls = [1, 2].map(() => session.execMethod(JOB_PATH, 'GetErrorEx', {}, { timeoutMs: 300 }))
        for (const call of calls) await assert.rejects(call, { code: 'ERR_TIMEOUT' })
        assert.equal(session.stats().stuckWorkers, count)
      }
      assert.ok(session.stats().oldestAbandonedMs > 0)
      await assert.rejects(session.getErrorEx(JOB_ID, { timeoutMs: 100 }), {
        code: 'ERR_PROVIDER_HUNG',
        message: /6 calls that were given up have not returned/,
      })
      assert.deepEqual((await session.getErrorEx(JOB_ID)).errors, [], 'as soon as a thread is free')
      await eventually('the stuck workers return', 10_000, () => session.stats().stuckWorkers === 0)
      assert.equal(session.stats().workers, 0)
      assert.equal(session.stats().failures.ERR_PROVIDER_HUNG, 1)
      assert.equal(session.stats().failures.ERR_TIMEOUT, 6)
    },
  )

  simulated(
    'grow on demand and go when there is nothing to do',
    failedJob({ errors: [], latencyMs: 20 }),
    async ctx => {
      const session = await ctx.connect({ maxWorkers: 3 })
      assert.equal(session.stats().workers, 0)
      const calls = Array.from({ length: 12 }, () => session.getErrorEx(JOB_ID))
      await eventually('all that the session may have', 1_000, () => session.stats().workers === 3)
      await Promise.all(calls)
      assert.equal(session.stats().workers, 0)
      assert.ok(session.stats().idleWorkers >= 3)
      await eventually('idle workers end', 25_000, () => session.stats().idleWorkers === 1)
      assert.deepEqual((await session.getErrorEx(JOB_ID)).errors, [])
    },
  )

  simulated(
    'take a short call over from one that a long call holds, though all of them slept before',
    { ...failedJob({ errors: [] }), faults: [{ operation: 'getObject', hangMs: 500 }] },
    async ctx => {
      const session = await ctx.connect()
      const waits: number[] = []
      for (let round = 0; round < 5; round++) {
        // Enough short calls for these to be what is typical, after a burst that makes several threads.
        await Promise.all(Array.from({ length: 100 }, () => session.getErrorEx(JOB_ID)))
        for (let i = 0; i < 150; i++) await session.getErrorEx(JOB_ID)
        await delay(300 + 37 * round)
        const held = session.job(JOB_ID)
        await delay(5)
        const started = performance.now()
        await session.getErrorEx(JOB_ID)
        waits.push(performance.now() - started)
        await held
      }
      assert.ok(session.stats().idleWorkers > 1)
      assert.ok(Math.max(...waits) < 90, `${waits} ms`)
    },
  )

  simulated(
    'have a queue with an end',
    { ...failedJob({ errors: [] }), faults: [{ operation: 'execMethod', calls: [1], hangMs: 4_000 }] },
    async ctx => {
      const session = await ctx.connect({ maxWorkers: 1 })
      const calls = Array.from({ length: 10_100 }, () => session.getErrorEx(JOB_ID))
      const results = await Promise.allSettled(calls)
      const refused = results.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[]
      assert.ok(refused.length >= 99 && refused.length <= 100, `${refused.length} calls were refused`)
      for (const { reason } of refused) assert.equal(reason.code, 'ERR_QUEUE_FULL')
    },
  )
})

describe('another host', () => {
  const credentials = { user: 'CONTOSO\\operator', password: 'correct horse battery' }

  simulated('is asked with the account, which is shown nowhere', failedJob({ errors: [] }), async ctx => {
    const session = await ctx.connect({ host: 'HV-01', credentials })
    assert.deepEqual((await session.getErrorEx(JOB_ID)).errors, [])
    const [connection] = await ctx.simulator.calls()
    assert.equal(connection?.connection?.user, 'CONTOSO\\operator')
    assert.match(connection?.path ?? '', /^\\\\HV-01\\root\\virtualization\\v2$/i)
    assert.doesNotMatch(inspect(session, { depth: 9, showHidden: true }), /correct horse/)
  })

  simulated('takes the domain from the authority as well', failedJob({ errors: [] }), async ctx => {
    const authority = 'ntlmdomain:CONTOSO'
    await ctx.connect({ host: 'HV-01', credentials: { user: 'operator', password: 'x', authority } })
    const [connection] = await ctx.simulator.calls()
    assert.equal(connection?.connection?.authority, authority)
  })

  simulated('that is not there is reported as such', failedJob(), async ctx => {
    await assert.rejects(ctx.connect({ host: 'HV-77' }), { code: 'ERR_WBEM', category: 'disconnected' })
  })
})
