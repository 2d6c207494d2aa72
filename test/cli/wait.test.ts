import assert from 'node:assert/strict'
import { describe, mock, test } from 'node:test'
import { barText } from '../../lib/cli/text/progress'
import { decodeErrorList } from '../../lib/diagnosis/error-list'
import { JobFailedError, JobVanishedError } from '../../lib/session/job-errors'
import { CAUSE, FAILED_JOB, GONE, ID, RUNNING_JOB, WRAPPER } from './invented'
import { type Calls, type FakeHost, fakeConnect, jobFrom, runCli, untilAborted } from './screen'

const TIME = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g
const failed = jobFrom(FAILED_JOB)
const succeeded = jobFrom({ ...FAILED_JOB, JobState: 7, ErrorCode: 0, ErrorSummaryDescription: '' })

function failure(raw: readonly string[]): JobFailedError {
  const ref = { className: 'Msvm_MigrationJob', instanceId: ID, path: '' }
  return new JobFailedError(failed, { job: ref, returnValue: 0, ...decodeErrorList(raw) })
}

function progress(
  onProgress: FakeHost['onProgress'],
  ...steps: readonly (readonly [number, number])[]
): void {
  for (const [JobState, PercentComplete] of steps) {
    onProgress(jobFrom({ ...RUNNING_JOB, JobState, PercentComplete }))
  }
}

describe('wait', () => {
  test('prints the job at its end and ends with 0 when it succeeded', async () => {
    const calls: Calls = []
    const connect = fakeConnect({ wait: async () => succeeded }, calls)
    const { code, out, err } = await runCli(['wait', ID, '--host', 'HV-01'], { connect })
    assert.deepEqual([code, err], [0, ''])
    assert.equal(
      out,
      `Migration of web-01 to HV-02 (on HV-01): Completed
Moving Virtual Machine, 40%, 2024-06-01 12:03:04 +02:00, ${ID}
`,
    )
    assert.deepEqual(calls, [['connect', { host: 'HV-01' }], ['wait', ID], ['close']])
  })

  test('says where the warnings of a job are', async () => {
    const job = jobFrom({ ...FAILED_JOB, JobState: 32768, ErrorCode: 0 })
    const { code, out } = await runCli(['wait', ID], { connect: fakeConnect({ wait: async () => job }) })
    assert.equal(code, 0)
    assert.ok(out.endsWith(`\nwhat they are: hyperv-job-errors errors ${ID}\n`))
  })

  test('prints the errors of a failed job as the command errors does, and ends with 1', async () => {
    const raw = [WRAPPER, CAUSE]
    const wait = async () => {
      throw failure(raw)
    }
    const waited = await runCli(['wait', ID], { connect: fakeConnect({ wait }) })
    const errors = await runCli(['errors', ID], { connect: fakeConnect({ jobs: [FAILED_JOB], raw }) })
    assert.deepEqual(waited, errors)
    assert.equal(waited.code, 1)

    const json = await runCli(['wait', ID, '--json'], { connect: fakeConnect({ wait }) })
    const errorsJson = await runCli(['errors', ID, '--json'], { connect: fakeConnect({ raw }) })
    const { job, ...rest } = JSON.parse(json.out)
    const { job: ref, ...expected } = JSON.parse(errorsJson.out)
    assert.deepEqual(rest, expected)
    assert.deepEqual([job.instanceId, job.className], [ref.instanceId, ref.className])
    assert.equal(job.jobState, 10)
    assert.equal(json.code, 1)
  })

  test('ends with 1 as well when the errors of the failed job could not be read', async () => {
    const connect = fakeConnect({
      wait: async () => {
        throw new JobFailedError(failed, null, { cause: GONE })
      },
    })
    const { code, out } = await runCli(['wait', ID], { connect })
    assert.equal(code, 1)
    assert.match(out, /Exception[\s\S]*\n\nits errors could not be read: .*WBEM_E_NOT_FOUND/)
    const json = await runCli(['wait', ID, '--json'], { connect })
    assert.equal(json.code, 1)
    assert.deepEqual(Object.keys(JSON.parse(json.out)), ['job', 'error'])
    assert.equal(JSON.parse(json.out).error.category, 'job-not-found')
  })

  test('prints the record of a job that succeeded with --json, and nothing of its progress', async () => {
    const connect = fakeConnect({
      async wait({ onProgress }) {
        progress(onProgress, [4, 50])
        return succeeded
      },
    })
    const { code, out, err } = await runCli(['wait', ID, '--json'], { connect, terminalWidth: 80 })
    assert.deepEqual([code, err], [0, ''])
    assert.equal(JSON.parse(out).job.jobState, 7)
  })

  test('ends with 3 when the job is not found or vanishes', async () => {
    for (const error of [GONE, new JobVanishedError(failed)]) {
      const calls: Calls = []
      const { code, out, err } = await runCli(['wait', ID], {
        connect: fakeConnect({ fails: error }, calls),
      })
      assert.deepEqual([code, out, err], [3, '', `hyperv-job-errors: ${error.message}\n`])
      assert.deepEqual(calls.at(-1), ['close'])
    }
  })

  test('waits for a job of another class by its InstanceID', async () => {
    const calls: Calls = []
    const connect = fakeConnect({ wait: async () => succeeded }, calls)
    await runCli(['wait', ID, '--class', 'Msvm_StorageJob'], { connect })
    assert.deepEqual(calls[1], ['wait', { className: 'Msvm_StorageJob', instanceId: ID }])
  })

  describe('Ctrl-C', () => {
    async function interrupted(argv: readonly string[]) {
      const interruption = new AbortController()
      const calls: Calls = []
      const connect = fakeConnect(
        {
          wait({ signal, onProgress }) {
            progress(onProgress, [4, 50])
            setImmediate(() => interruption.abort())
            return untilAborted(signal)
          },
        },
        calls,
      )
      const printed = await runCli(argv, { connect, interruption, terminalWidth: 80 })
      assert.deepEqual(calls.at(-1), ['close'])
      return printed
    }

    test('ends the waiting with 130 and says that the job goes on', async () => {
      const { code, out, err } = await interrupted(['wait', ID, '--host', 'HV-01'])
      assert.deepEqual([code, out], [130, ''])
      const end = `the job itself goes on, unless you end it: hyperv-job-errors cancel --host HV-01 ${ID}\n`
      assert.ok(err.endsWith(`\r\x1b[Khyperv-job-errors: no longer waiting; ${end}`), JSON.stringify(err))
    })

    test('is told as JSON with --json', async () => {
      const { code, err } = await interrupted(['wait', ID, '--json'])
      assert.equal(code, 130)
      assert.equal(JSON.parse(err).error.code, 'ERR_INTERRUPTED')
    })
  })
})

describe('the progress of wait', () => {
  test('is a line for each state and each 10 % where there is no terminal', async () => {
    const connect = fakeConnect({
      async wait({ onProgress }) {
        progress(onProgress, [3, 0], [4, 0], [4, 9], [4, 10], [4, 19], [4, 35], [6, 36])
        return succeeded
      },
    })
    const { err } = await runCli(['wait', ID], { connect })
    assert.deepEqual(err.replace(TIME, 'NOW').split('\n'), [
      'NOW   0% Starting Migration of db-01 to HV-03',
      'NOW   0% Running Migration of db-01 to HV-03',
      'NOW  10% Running Migration of db-01 to HV-03',
      'NOW  35% Running Migration of db-01 to HV-03',
      'NOW  36% Shutting Down Migration of db-01 to HV-03',
      '',
    ])
  })

  test('is a bar in place on a terminal, which goes on with the clock and leaves nothing', async () => {
    mock.timers.enable({ apis: ['setInterval'] })
    try {
      const connect = fakeConnect({
        async wait({ onProgress }) {
          mock.timers.tick(1000)
          progress(onProgress, [4, 0], [4, 50])
          await new Promise(setImmediate)
          mock.timers.tick(1000)
          return succeeded
        },
      })
      const { err } = await runCli(['wait', ID], { connect, terminalWidth: 120 })
      const empty = `[${'.'.repeat(30)}]   0% Running, 0s, Migration of db-01 to HV-03`
      const half = `[${'#'.repeat(15)}${'.'.repeat(15)}]  50% Running, 0s, Migration of db-01 to HV-03`
      assert.deepEqual(err.split('\r\x1b[K'), ['', empty, half, half, ''])
      mock.timers.tick(5000)
    } finally {
      mock.timers.reset()
    }
  })

  test('keeps the bar on one line of any terminal', () => {
    const job = jobFrom(RUNNING_JOB)
    const machine = { id: 'a', name: 'name-'.repeat(20) }
    assert.equal(barText(job, machine, '1m 00s', 79).length, 79)
    assert.match(barText(job, machine, '1m 00s', 79), /…$/)
    assert.equal(barText(job, machine, '1m 00s', 19).length, 19)
    assert.match(barText(job, machine, '1m 00s', 40), /^\[#####\.{5}\] {2}55% Running/)
  })

  test('shows a percentage that is absent or out of range as such', () => {
    const bar = (PercentComplete: number | null) =>
      barText(jobFrom({ InstanceID: ID, JobState: 4, PercentComplete }), null, '0s', 200)
    assert.equal(bar(null), `[${'.'.repeat(30)}]      Running, 0s, Migration`)
    assert.equal(bar(250), `[${'#'.repeat(30)}] 250% Running, 0s, Migration`)
  })
})
