import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe } from 'node:test'
import { inspect } from 'node:util'
import { connect } from '../../lib/entries'
import type { Scenario } from '../../simulator'
import { errorText } from '../support/cim-text'
import { failedJob, JOB_ID, simulated } from './harness'

describe('connect', () => {
  simulated('reports a missing Hyper-V namespace', { namespaceMissing: true }, async ctx => {
    await assert.rejects(ctx.connect(), {
      code: 'ERR_WBEM',
      hresult: 0x8004100e,
      category: 'no-hyperv',
      operation: 'IWbemLocator::ConnectServer',
      message: /role/,
    })
  })

  simulated(
    'carries the extended status of a failure',
    {
      faults: [
        { operation: 'connect', hresult: '0x80041003', description: 'Access was denied by the test.' },
      ],
    },
    async ctx => {
      await assert.rejects(ctx.connect(), {
        code: 'ERR_WBEM',
        category: 'access-denied',
        description: 'Access was denied by the test.',
        message: /Access was denied by the test\..*Hyper-V Administrators/,
      })
    },
  )

  simulated('refuses options that cannot be, before any COM call', {}, async ctx => {
    const refused: unknown[] = [
      null,
      'HV-01',
      { host: '' },
      { host: 'a\\b' },
      { host: 7 },
      { namespace: 'root\\\0' },
      { locale: 'en-US' },
      { timeoutMs: 0 },
      { timeoutMs: Number.NaN },
      { timeoutMs: 2 ** 31 },
      { maxWorkers: 0 },
      { maxWorkers: 1.5 },
      { signal: 'no' },
      { credentials: { user: 'u', password: 'p' } },
      { host: 'h', credentials: { user: '', password: 'p' } },
      { host: 'h', credentials: { user: 'u', password: 7 } },
      { host: 'h', credentials: { user: 'd\\u', password: 'p', authority: 'ntlmdomain:d' } },
    ]
    for (const options of refused) {
      await assert.rejects(ctx.connect(options as object), { code: 'ERR_INVALID_ARG' }, inspect(options))
    }
    assert.deepEqual(await ctx.simulator.calls(), [])
  })

  simulated('never shows a password', {}, async ctx => {
    const number = { host: 'h', credentials: { user: 'u', password: 20240817 } }
    await assert.rejects(ctx.connect(number as never), error => !String(error).includes('20240817'))
    const password = 'correct horse battery'
    const credentials = { user: 'CONTOSO\\admin', password }
    const failure = await ctx.connect({ host: 'HV-99', credentials }).then(
      () => assert.fail('HV-99 does not exist'),
      (error: unknown) => error,
    )
    assert.doesNotMatch(inspect(failure, { depth: 9, showHidden: true }), /correct horse/)
    assert.equal((await ctx.simulator.calls())[0]?.connection?.user, 'CONTOSO\\admin')
  })
})

describe('a call', () => {
  simulated(
    'is given up at its deadline, and the session goes on',
    {
      ...failedJob({ errors: null }),
      faults: [{ operation: 'execMethod', calls: [1], hangMs: 400 }],
    },
    async ctx => {
      const session = await ctx.connect()
      await assert.rejects(session.getErrorEx(JOB_ID, { timeoutMs: 50 }), {
        code: 'ERR_TIMEOUT',
        operation: 'GetErrorEx',
        object: `Msvm_MigrationJob.InstanceID="${JOB_ID}"`,
        timeoutMs: 50,
      })
      assert.equal(session.stats().stuckWorkers, 1)
      assert.equal((await session.getErrorEx(JOB_ID)).errors, null)
    },
  )

  simulated(
    'is given up on abort, with the reason of the signal',
    {
      ...failedJob({ errors: null }),
      faults: [{ operation: 'execMethod', calls: [1], hangMs: 300 }],
    },
    async ctx => {
      const session = await ctx.connect()
      const controller = new AbortController()
      const call = session.getErrorEx(JOB_ID, { signal: controller.signal })
      const reason = new Error('enough')
      controller.abort(reason)
      await assert.rejects(call, error => error === reason)
    },
  )

  simulated('is not made at all with an aborted signal', failedJob(), async ctx => {
    const session = await ctx.connect()
    await assert.rejects(session.getErrorEx(JOB_ID, { signal: AbortSignal.abort() }), { name: 'AbortError' })
    assert.equal((await ctx.simulator.calls()).length, 1)
  })
})

describe('close', () => {
  simulated('refuses later calls and can be called twice', failedJob(), async ctx => {
    const session = await ctx.connect()
    await Promise.all([session.close(), session.close()])
    await session.close()
    await assert.rejects(session.getErrorEx(JOB_ID), { code: 'ERR_CLOSED' })
    await assert.rejects(session.jobs(), { code: 'ERR_CLOSED' })
    assert.equal(session.stats().state, 'closed')
  })

  simulated('waits for what is in flight', failedJob({ errors: [], latencyMs: 60 }), async ctx => {
    const session = await ctx.connect()
    const call = session.getErrorEx(JOB_ID)
    await session.close()
    assert.deepEqual((await call).errors, [])
  })

  simulated(
    'gives up what does not end in time',
    {
      ...failedJob(),
      faults: [{ operation: 'execMethod', hangMs: 400 }],
    },
    async ctx => {
      const session = await ctx.connect()
      const call = session.getErrorEx(JOB_ID)
      const refused = assert.rejects(call, { code: 'ERR_CLOSED' })
      await session.close({ timeoutMs: 20 })
      await refused
    },
  )
})

describe('two copies of the package in one environment', () => {
  simulated('share the addon without mixing up their calls', twoJobs(), async ctx => {
    const one = await ctx.connect()
    const path = require.resolve('../../lib/entries')
    const before = Object.keys(require.cache).filter(name => name.includes(join('dist', 'lib')))
    const kept = before.map(name => [name, require.cache[name]] as const)
    for (const name of before) delete require.cache[name]
    const copy: typeof import('../../lib/entries') = require(path)
    for (const [name, module] of kept) require.cache[name] = module
    assert.notEqual(copy.connect, connect)
    const other = await copy.connect(ctx.connectOptions)
    try {
      const [a, b] = await Promise.all([one.getErrorEx('A'), other.getErrorEx('B')])
      assert.deepEqual([a.errors?.[0]?.message, b.errors?.[0]?.message], ['from A', 'from B'])
    } finally {
      await other.close()
    }
  })
})

function twoJobs(): Scenario {
  const jobs = ['A', 'B'].map(id => ({
    class: 'Msvm_MigrationJob',
    properties: { InstanceID: id },
    getErrorEx: [{ errors: [errorText({ Message: `from ${id}` })] }],
  }))
  return { jobs }
}
