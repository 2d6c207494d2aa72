import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FAILED_JOB, ID, RUNNING_JOB } from './invented'
import { type Calls, fakeConnect, runCli } from './screen'

describe('list', () => {
  test('prints a table in the order of the provider and marks failures', async () => {
    const { code, out, err } = await runCli(['list'], {
      connect: fakeConnect({ jobs: [RUNNING_JOB, FAILED_JOB] }),
    })
    assert.equal(code, 0)
    assert.equal(err, '')
    assert.deepEqual(out.split('\n'), [
      '   STATE            %   JOB                     VM      DESTINATION  WHEN                        ID',
      '   Running          55  Migration               db-01   HV-03        for 2m 05s                  0C1D2E3F-0000-4000-8000-000000000001',
      `!  Exception 32768  40  Moving Virtual Machine  web-01  HV-02        2024-06-01 12:03:04 +02:00  ${ID}`,
      '',
    ])
  })

  test('says that there are no jobs', async () => {
    assert.deepEqual(await runCli(['list']), { code: 0, out: 'no jobs\n', err: '' })
  })

  test('shows what a job lacks as nothing and an unknown state as its number', async () => {
    const jobs = [
      {},
      { JobState: 1 },
      { JobState: 7 },
      { JobState: 4 },
      { Class: 'Msvm_StorageJob', JobState: 8 },
    ]
    const { out } = await runCli(['list'], { connect: fakeConnect({ jobs }) })
    assert.deepEqual(
      out.split('\n').map(line => line.trimEnd()),
      [
        '   STATE       %  JOB        VM  DESTINATION  WHEN  ID',
        '   ?              Migration',
        '   1              Migration',
        '   Completed      Migration',
        '   Running        Migration',
        '!  Terminated     Storage',
        '',
      ],
    )
  })

  test('shows when a job started if it does not tell when it ended', async () => {
    const { TimeOfLastStateChange: StartTime, ...job } = FAILED_JOB
    const { out } = await runCli(['list'], { connect: fakeConnect({ jobs: [{ ...job, StartTime }] }) })
    assert.match(out, / {2}from 2024-06-01 12:03:04 \+02:00 {2}/)
  })

  test('passes its options on and closes the session', async () => {
    const calls: Calls = []
    const argv = ['--host', 'HV-01', 'list', '--namespace=root/x', '--timeout', '2.5', '--failed']
    await runCli([...argv, '--class', 'Msvm_StorageJob', '--class', 'Msvm_ConcreteJob'], {
      connect: fakeConnect({}, calls),
    })
    assert.deepEqual(calls, [
      ['connect', { host: 'HV-01', namespace: 'root/x', timeoutMs: 2500 }],
      ['jobs', { classes: ['Msvm_StorageJob', 'Msvm_ConcreteJob'], failedOnly: true }],
      ['close'],
    ])
  })

  test('asks for all classes with --class all', async () => {
    const calls: Calls = []
    await runCli(['list', '--class', 'all'], { connect: fakeConnect({}, calls) })
    assert.deepEqual(calls[1], ['jobs', { classes: 'all', failedOnly: false }])
  })

  test('prints an array of records with --json', async () => {
    const jobs = [{ ...FAILED_JOB, Big: 2n ** 63n }]
    const { code, out } = await runCli(['list', '--json'], { connect: fakeConnect({ jobs }) })
    const [record] = JSON.parse(out)
    assert.equal(code, 0)
    assert.equal(record.className, 'Msvm_MigrationJob')
    assert.equal(record.jobState, 10)
    assert.deepEqual(record.extra, { Big: '9223372036854775808' })
    assert.ok(!('description' in record), 'an absent property is left out')
  })
})
