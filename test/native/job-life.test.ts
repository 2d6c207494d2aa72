import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type Job, JobFailedError, JobVanishedError } from '../../lib/entries'
import type { Scenario, ScenarioEvent } from '../../simulator'
import { errorText } from '../support/cim-text'
import { type Context, failedJob, JOB_ID, type SimulatedOptions, simulated as simulate } from './harness'

const CAUSE = errorText({ Message: 'No credentials are available (0x8009030E).' })

/** A running migration with a timeline. */
function running(timeline: readonly ScenarioEvent[], properties: Record<string, unknown> = {}): Scenario {
  return {
    jobs: [
      {
        class: 'Msvm_MigrationJob',
        properties: { InstanceID: JOB_ID, JobState: 4, PercentComplete: 10, ErrorCode: 0, ...properties },
        getErrorEx: [{ errors: [CAUSE] }],
        timeline,
      },
    ],
  }
}

/** Timelines and requests change what the server itself keeps. */
function simulated(name: string, scenario: Scenario, body: (ctx: Context) => Promise<void>): void {
  const options: SimulatedOptions = { changesServer: true }
  simulate(name, scenario, body, options)
}

describe('getError', () => {
  simulated('gives the first error as a record', failedJob({ errors: [CAUSE, CAUSE] }), async ctx => {
    const session = await ctx.connect()
    const { error, raw, undecodable } = await session.getError(JOB_ID)
    assert.equal(error?.message, 'No credentials are available (0x8009030E).')
    assert.deepEqual([raw, undecodable], [CAUSE, null])
  })

  simulated('is null without errors', failedJob({ errors: null }), async ctx => {
    const session = await ctx.connect()
    const { error, raw, undecodable } = await session.getError(JOB_ID)
    assert.deepEqual([error, raw, undecodable], [null, null, null])
  })

  simulated('keeps a text that it cannot decode', failedJob({ errors: ['<oops'] }), async ctx => {
    const session = await ctx.connect()
    const { error, undecodable } = await session.getError(JOB_ID)
    assert.equal(error, null)
    assert.equal(undecodable?.raw, '<oops')
  })
})

describe('formatError', () => {
  simulated("gives WMI's own text for the raw errors", failedJob({ errors: [CAUSE] }), async ctx => {
    const session = await ctx.connect()
    const { raw } = await session.getErrorEx(JOB_ID)
    const text = await session.formatError(raw ?? [])
    assert.match(text ?? '', /No credentials are available/)
  })
})

describe('cancel', () => {
  const terminate = async (ctx: Context) => {
    const session = await ctx.connect()
    const result = await session.cancel(JOB_ID, 'terminate')
    assert.deepEqual([result.outcome, result.returnValue, result.job?.jobState], ['done', 0, 8])
    assert.equal((await session.cancel(JOB_ID, 'kill')).outcome, 'already-ended')
  }
  simulated('ends a running job', running([]), terminate)

  const kill = async (ctx: Context) => {
    const session = await ctx.connect()
    assert.equal((await session.cancel(JOB_ID, 'kill')).job?.jobState, 9)
  }
  simulated('kills a running job', running([]), kill)

  simulated('says that a job cannot be cancelled', running([], { Cancellable: false }), async ctx => {
    const session = await ctx.connect()
    const result = await session.cancel(JOB_ID, 'kill')
    assert.deepEqual([result.outcome, result.job?.jobState], ['not-cancellable', 4])
  })

  simulated('refuses another way of ending', running([]), async ctx => {
    const session = await ctx.connect()
    await assert.rejects(session.cancel(JOB_ID, 'stop' as 'kill'), { code: 'ERR_INVALID_ARG' })
  })
})

describe('wait', () => {
  simulated(
    'resolves with the job once it has succeeded, and reports the progress',
    running([
      { afterMs: 200, set: { PercentComplete: 60 } },
      { afterMs: 400, set: { PercentComplete: 100, JobState: 7 } },
    ]),
    async ctx => {
      const session = await ctx.connect()
      const progress: (Job['percentComplete'] | undefined)[] = []
      const job = await session.wait(JOB_ID, {
        onProgress: ({ percentComplete }) => progress.push(percentComplete),
      })
      assert.equal(job.jobState, 7)
      assert.equal(progress[0], 10)
      assert.equal(progress.at(-1), 100)
    },
  )

  simulated(
    'rejects with the errors of a job that fails',
    running([{ afterMs: 200, set: { JobState: 10, ErrorCode: 32768 } }]),
    async ctx => {
      const session = await ctx.connect()
      const failure = await session.wait(JOB_ID).then(
        () => assert.fail('the job failed'),
        (error: unknown) => error,
      )
      assert.ok(failure instanceof JobFailedError)
      assert.equal(failure.code, 'ERR_JOB_FAILED')
      assert.equal(failure.job.jobState, 10)
      assert.equal(failure.result?.errors?.length, 1)
      assert.match(failure.message, /0x8009030E/)
    },
  )

  simulated('ends at once for a job that has ended', running([], { JobState: 7 }), async ctx => {
    const session = await ctx.connect()
    assert.equal((await session.wait(JOB_ID)).jobState, 7)
  })

  simulated(
    'says what it last knew of a job that vanishes',
    running([{ afterMs: 300, remove: true }]),
    async ctx => {
      const session = await ctx.connect()
      const failure = await session.wait(JOB_ID).catch((error: unknown) => error)
      assert.ok(failure instanceof JobVanishedError)
      assert.equal(failure.job.percentComplete, 10)
    },
  )

  simulated('rejects for a job that never was', running([]), async ctx => {
    const session = await ctx.connect()
    await assert.rejects(session.wait('no such job'), { category: 'job-not-found' })
  })

  simulated(
    'goes on while every worker thread is held',
    { ...failedJob({ errors: [] }), faults: [{ operation: 'execMethod', calls: [1], hangMs: 3_000 }] },
    async ctx => {
      const session = await ctx.connect({ maxWorkers: 1 })
      await assert.rejects(session.getErrorEx(JOB_ID, { timeoutMs: 20 }), { code: 'ERR_TIMEOUT' })
      await assert.rejects(session.wait(JOB_ID), { code: 'ERR_JOB_FAILED' })
    },
  )

  simulated(
    'ends at its limit while the errors are fetched, without them',
    failedJob({ errors: [], latencyMs: 5_000 }),
    async ctx => {
      const session = await ctx.connect()
      const started = performance.now()
      const failure = await session.wait(JOB_ID, { timeoutMs: 500 }).catch((error: unknown) => error)
      assert.ok(performance.now() - started < 4_000)
      assert.ok(failure instanceof JobFailedError && failure.result === null)
      assert.equal((failure.cause as { code?: string }).code, 'ERR_TIMEOUT')
    },
  )

  simulated(
    'reports no progress after it has ended',
    {
      ...running([
        { afterMs: 500, set: { PercentComplete: 60 } },
        { afterMs: 800, set: { PercentComplete: 80 } },
      ]),
      faults: [{ operation: 'getObject', hangMs: 1_500 }],
    },
    async ctx => {
      const session = await ctx.connect()
      let reported = 0
      const onProgress = () => {
        reported += 1
        throw new Error('enough')
      }
      await assert.rejects(session.wait(JOB_ID, { onProgress }), /enough/)
      await delay(2_000)
      assert.equal(reported, 1)
    },
  )

  simulated('ends at its limit, on abort and with the session', running([]), async ctx => {
    const session = await ctx.connect()
    await assert.rejects(session.wait(JOB_ID, { timeoutMs: 100 }), { code: 'ERR_TIMEOUT', operation: 'wait' })
    await assert.rejects(session.wait(JOB_ID, { signal: AbortSignal.timeout(50) }), { name: 'TimeoutError' })
    const closed = assert.rejects(session.wait(JOB_ID), { code: 'ERR_CLOSED' })
    await session.close()
    await closed
  })
})
