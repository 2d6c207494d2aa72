import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { type Call, threadId } from '../../simulator'
import { errorText } from '../support/cim-text'
import { failedJob, JOB_ID, JOB_PATH, simulated } from './harness'

const WRAPPER = errorText({
  Message: "Virtual machine migration operation for 'db' failed.",
  MessageID: null,
})
const CAUSE = errorText({
  Message: 'No credentials are available in the security package (0x8009030E).',
  ErrorType: 4,
  PerceivedSeverity: 5,
  MessageArguments: ['db', null, ''],
})

const HOSTILE_IDS = ['quote"quote', 'back\\slash', '\\', '"', "apostrophe'", 'ünïcode 🔥', 'a=b,c="d"', ' ']

function hostileIds() {
  const jobs = HOSTILE_IDS.map(id => ({
    class: 'Msvm_MigrationJob',
    properties: { InstanceID: id },
    getErrorEx: [{ errors: [errorText({ Message: id })] }],
  }))
  return { jobs }
}

const MANY_JOBS = 64

function manyJobs() {
  const jobs = Array.from({ length: MANY_JOBS }, (_, i) => ({
    class: 'Msvm_MigrationJob',
    properties: { InstanceID: `JOB-${i}` },
    getErrorEx: [{ errors: [errorText({ Message: `JOB-${i}` })], latencyMs: i % 5 }],
  }))
  return { jobs }
}

describe('getErrorEx', () => {
  simulated(
    'gives every error of the job as a record',
    failedJob({ errors: [WRAPPER, CAUSE] }),
    async ctx => {
      const session = await ctx.connect()
      const result = await session.getErrorEx(JOB_ID)
      assert.equal(result.returnValue, 0)
      assert.equal(result.job.path, JOB_PATH)
      assert.equal(result.errors?.length, 2)
      assert.equal(result.errors[0]?.message, "Virtual machine migration operation for 'db' failed.")
      assert.equal(result.errors[0]?.messageId, null)
      assert.equal(result.errors[0]?.errorType, undefined)
      assert.equal(result.errors[1]?.perceivedSeverity, 5)
      assert.deepEqual(result.errors[1]?.messageArguments, ['db', null, ''])
      assert.deepEqual(result.raw, [WRAPPER, CAUSE])
      assert.deepEqual(result.undecodable, [])
      assert.equal(result.primary, 1)
    },
  )

  simulated('makes one ExecMethod and nothing else', failedJob({ errors: [CAUSE] }), async ctx => {
    const session = await ctx.connect()
    await session.getErrorEx(JOB_ID)
    const calls = await ctx.simulator.calls()
    assert.deepEqual(
      calls.map(call => call.operation),
      ['connect', 'execMethod'],
    )
    assert.equal(calls[1]?.method, 'GetErrorEx')
  })

  simulated(
    'never calls COM on the JavaScript thread',
    failedJob({ errors: [CAUSE] }),
    async ctx => {
      const session = await ctx.connect()
      await session.getErrorEx(JOB_ID)
      const threads = ((await ctx.simulator.calls()) as readonly Call[]).map(call => call.threadId)
      assert.equal(threads.length, 2)
      assert.ok(!threads.includes(threadId()))
    },
    { needsAddon: true },
  )

  simulated(
    'connects with the maximum wait',
    failedJob(),
    async ctx => {
      await ctx.connect()
      const [connect] = (await ctx.simulator.calls()) as readonly Call[]
      assert.equal(connect?.connection?.securityFlags, 0x80)
    },
    { needsAddon: true },
  )

  simulated('connects with the locale and without an account', failedJob(), async ctx => {
    await ctx.connect({ locale: 'MS_409' })
    const { user, locale, authority } = (await ctx.simulator.calls())[0]?.connection ?? {}
    assert.deepEqual({ user, locale, authority }, { user: null, locale: 'MS_409', authority: null })
  })

  simulated('takes an object path and a job record as well', failedJob({ errors: [CAUSE] }), async ctx => {
    const session = await ctx.connect()
    for (const ref of [
      JOB_PATH,
      `\\\\HV-01\\root\\virtualization\\v2:${JOB_PATH}`,
      await session.job(JOB_ID),
    ]) {
      assert.equal((await session.getErrorEx(ref)).errors?.length, 1)
    }
  })

  simulated(
    'keeps texts it cannot decode, in their place',
    failedJob({ errors: ['<oops', CAUSE, null, ''] }),
    async ctx => {
      const session = await ctx.connect()
      const result = await session.getErrorEx(JOB_ID)
      assert.equal(result.errors?.length, 1)
      assert.deepEqual(
        result.undecodable.map(({ index, raw, error }) => [index, raw, error.code]),
        [
          [0, '<oops', 'ERR_CIMXML'],
          [2, null, 'ERR_CIMXML'],
          [3, '', 'ERR_CIMXML'],
        ],
      )
      assert.deepEqual(result.raw, ['<oops', CAUSE, null, ''])
      assert.equal(result.primary, 0)
    },
  )

  simulated(
    'carries embedded NULs, unpaired surrogates and emoji unharmed in the raw texts',
    failedJob({ errors: ['a\0b', '\ud800', '🔥 café', 'x'.repeat(100_000)] }),
    async ctx => {
      const session = await ctx.connect()
      const { raw } = await session.getErrorEx(JOB_ID)
      assert.deepEqual(raw, ['a\0b', '\ud800', '🔥 café', 'x'.repeat(100_000)])
    },
  )

  simulated('finds jobs whose InstanceID needs escaping', hostileIds(), async ctx => {
    const session = await ctx.connect()
    for (const id of HOSTILE_IDS) {
      const { errors } = await session.getErrorEx({ className: 'Msvm_MigrationJob', instanceId: id })
      assert.equal(errors?.[0]?.message, id)
    }
  })

  simulated(
    'rejects with ERR_METHOD when the method itself reports a failure',
    failedJob({ returnValue: 32775 }, { returnValue: 40000 }),
    async ctx => {
      const session = await ctx.connect()
      await assert.rejects(session.getErrorEx(JOB_ID), {
        code: 'ERR_METHOD',
        returnValue: 32775,
        returnName: 'Invalid state for this operation',
      })
      await assert.rejects(session.getErrorEx(JOB_ID), { returnValue: 40000, returnName: null })
    },
  )

  simulated('says that a job has gone', failedJob(), async ctx => {
    const session = await ctx.connect()
    await assert.rejects(session.getErrorEx('00000000-0000-0000-0000-000000000000'), {
      code: 'ERR_WBEM',
      category: 'job-not-found',
      hresult: 0x80041002,
      symbol: 'WBEM_E_NOT_FOUND',
      retryable: false,
      message: /five minutes/,
    })
  })

  simulated(
    'takes the answers in the order of the calls',
    failedJob({ errors: null }, { errors: [CAUSE] }),
    async ctx => {
      const session = await ctx.connect()
      assert.equal((await session.getErrorEx(JOB_ID)).errors, null)
      assert.equal((await session.getErrorEx(JOB_ID)).errors?.length, 1)
      assert.equal((await session.getErrorEx(JOB_ID)).errors?.length, 1)
    },
  )

  simulated('never mixes up the answers of concurrent calls', manyJobs(), async ctx => {
    const session = await ctx.connect()
    const ids = Array.from({ length: MANY_JOBS }, (_, i) => `JOB-${i}`)
    const results = await Promise.all([...ids, ...ids, ...ids].map(id => session.getErrorEx(id)))
    results.forEach((result, i) => {
      assert.equal(result.errors?.[0]?.message, ids[i % MANY_JOBS])
    })
  })
})

describe('a job without errors', () => {
  for (const shape of ['null', 'empty', 'missing', 'null-parray'] as const) {
    simulated(`is null for the shape ${shape}`, failedJob({ shape, errors: null }), async ctx => {
      const session = await ctx.connect()
      const result = await session.getErrorEx(JOB_ID)
      assert.deepEqual(
        { errors: result.errors, raw: result.raw, undecodable: result.undecodable, primary: result.primary },
        { errors: null, raw: null, undecodable: [], primary: null },
      )
    })
  }

  simulated('is not the same as an empty array', failedJob({ errors: [] }), async ctx => {
    const session = await ctx.connect()
    assert.deepEqual((await session.getErrorEx(JOB_ID)).errors, [])
  })
})

describe('an answer that breaks the contract of GetErrorEx', () => {
  const shapes = {
    scalar: /Errors/,
    'array-of-variant': /Errors/,
    'array-of-i4': /Errors/,
    'two-dimensional': /one dimension/,
    'no-out-params': /without out-parameters/,
  } as const
  for (const [shape, message] of Object.entries(shapes)) {
    simulated(
      `is refused for the shape ${shape}`,
      failedJob({ shape: shape as keyof typeof shapes, errors: [CAUSE] }),
      async ctx => {
        const session = await ctx.connect()
        await assert.rejects(session.getErrorEx(JOB_ID), { code: 'ERR_PROTOCOL', message })
      },
    )
  }

  simulated(
    'is no longer one when only the lower bound is unusual',
    failedJob({ shape: 'lower-bound-5', errors: [CAUSE, WRAPPER] }),
    async ctx => {
      const session = await ctx.connect()
      assert.equal((await session.getErrorEx(JOB_ID)).errors?.length, 2)
    },
  )
})
