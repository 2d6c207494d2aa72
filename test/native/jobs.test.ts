import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { NEWER_CLASSES, simulated } from './harness'

const SCENARIO = {
  jobs: [
    {
      class: 'Msvm_MigrationJob',
      properties: {
        InstanceID: 'A',
        JobState: 10,
        ErrorCode: 32768,
        PercentComplete: 40,
        OperationalStatus: [2],
        StatusDescriptions: ['OK'],
        VirtualSystemName: 'ledger-db',
        DestinationHost: 'HV-02',
        MigrationType: 32771,
        Cancellable: false,
        StartTime: '20261122093000.000000+060',
      },
    },
    { class: 'Msvm_MigrationJob', properties: { InstanceID: 'B', JobState: 4, ErrorCode: 0 } },
    { class: 'Msvm_MigrationJob', properties: { InstanceID: 'C', JobState: 32768, ErrorCode: 0 } },
    { class: 'Msvm_StorageJob', properties: { InstanceID: 'D', JobState: 10, ErrorCode: 32775 } },
    { class: 'Msvm_ConcreteJob', properties: { InstanceID: 'E', JobState: 7, ErrorCode: 32768 } },
  ],
}

describe('jobs', () => {
  simulated('lists migration jobs by default', SCENARIO, async ctx => {
    const session = await ctx.connect()
    const jobs = await session.jobs()
    assert.deepEqual(
      jobs.map(job => job.instanceId),
      ['A', 'B', 'C'],
    )
  })

  simulated('lists the failed jobs of all classes', SCENARIO, async ctx => {
    const session = await ctx.connect()
    const jobs = await session.jobs({ classes: 'all', failedOnly: true })
    assert.deepEqual(jobs.map(job => [job.instanceId, job.kind]).sort(), [
      ['A', 'migration'],
      ['D', 'storage'],
      ['E', 'concrete'],
    ])
  })

  simulated(
    'lists more instances than one batch holds',
    {
      jobs: Array.from({ length: 100 }, (_, i) => ({
        class: 'Msvm_MigrationJob',
        properties: { InstanceID: `${i}` },
      })),
    },
    async ctx => {
      const session = await ctx.connect()
      assert.equal((await session.jobs()).length, 100)
    },
  )

  simulated('gives an empty list when there are none', {}, async ctx => {
    const session = await ctx.connect()
    assert.deepEqual(await session.jobs(), [])
  })

  simulated(
    'leaves out what an older host lacks of all classes, but not what was asked for',
    {
      ...SCENARIO,
      faults: NEWER_CLASSES.map(object => ({ operation: 'query', object, hresult: '0x80041010' }) as const),
    },
    async ctx => {
      const session = await ctx.connect()
      assert.equal((await session.jobs({ classes: 'all' })).length, 5)
      await assert.rejects(session.jobs({ classes: NEWER_CLASSES }), { category: 'not-supported' })
    },
  )

  simulated('refuses classes that are no job classes', {}, async ctx => {
    const session = await ctx.connect()
    for (const classes of [[], ['Win32_Process'], 'some', [1]]) {
      await assert.rejects(session.jobs({ classes: classes as string[] }), { code: 'ERR_INVALID_ARG' })
    }
  })
})

describe('job', () => {
  simulated('gives one job as a typed record', SCENARIO, async ctx => {
    const session = await ctx.connect()
    const job = await session.job('A')
    assert.equal(job.kind, 'migration')
    assert.equal(job.path, 'Msvm_MigrationJob.InstanceID="A"')
    assert.equal(job.jobState, 10)
    assert.equal(job.errorCode, 32768)
    assert.equal(job.percentComplete, 40)
    assert.deepEqual(job.operationalStatus, [2])
    assert.equal(job.kind === 'migration' && job.virtualSystemName, 'ledger-db')
    assert.equal(job.kind === 'migration' && job.migrationType, 32771)
    assert.equal(job.startTime, '20261122093000.000000+060')
    assert.equal(job.caption, null)
    assert.deepEqual(structuredClone(job), { ...job, extra: { ...job.extra } })
  })

  simulated('says that a job has gone', SCENARIO, async ctx => {
    const session = await ctx.connect()
    await assert.rejects(session.job('Z'), { code: 'ERR_WBEM', category: 'job-not-found' })
  })
})
