import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { MethodError } from '../../lib/base/errors'
import type { CancelResult } from '../../lib/session/cancel'
import { ID, RUNNING_JOB } from './invented'
import { type Calls, fakeConnect, jobFrom, runCli } from './screen'

const job = jobFrom(RUNNING_JOB)
const terminated = jobFrom({ ...RUNNING_JOB, JobState: 8 })

describe('cancel', () => {
  const OUTCOMES: readonly [result: CancelResult, code: number, last: string][] = [
    [{ outcome: 'done', returnValue: 0, job: terminated }, 0, 'The job has ended: Terminated.'],
    [{ outcome: 'done', returnValue: 0, job: null }, 0, 'The job has ended and is gone.'],
    [
      { outcome: 'accepted', returnValue: 4096, job },
      0,
      `The request was accepted; the job has not ended yet. Its end: hyperv-job-errors wait ${RUNNING_JOB.InstanceID}`,
    ],
    [
      { outcome: 'already-ended', returnValue: null, job: terminated },
      0,
      'Nothing was cancelled: the job had ended before.',
    ],
    [
      { outcome: 'not-cancellable', returnValue: null, job },
      3,
      'Nothing was cancelled: the job says that it cannot be.',
    ],
    [
      { outcome: 'not-cancellable', returnValue: 32770, job },
      3,
      'Nothing was cancelled: the answer was Not Supported (32770).',
    ],
  ]
  for (const [result, expected, last] of OUTCOMES) {
    test(`ends with ${expected} and says: ${last}`, async () => {
      const { code, out, err } = await runCli(['cancel', ID], { connect: fakeConnect({ cancel: result }) })
      assert.deepEqual([code, err, out.trimEnd().split('\n').at(-1)], [expected, '', last])
      assert.equal(out.startsWith('Migration of db-01 to HV-03: '), result.job !== null)
      const json = await runCli(['cancel', ID, '--json'], { connect: fakeConnect({ cancel: result }) })
      assert.equal(json.code, expected)
      assert.equal(JSON.parse(json.out).outcome, result.outcome)
      assert.equal(JSON.parse(json.out).returnValue, result.returnValue)
    })
  }

  test('kills only with --kill, and closes the session', async () => {
    for (const [argv, how] of [
      [[], 'terminate'],
      [['--kill'], 'kill'],
    ] as const) {
      const calls: Calls = []
      const cancel: CancelResult = { outcome: 'done', returnValue: 0, job: null }
      await runCli(['cancel', ID, ...argv], { connect: fakeConnect({ cancel }, calls) })
      assert.deepEqual(calls, [['connect', {}], ['cancel', ID, how], ['close']])
    }
  })

  test('ends with 3 when the request fails', async () => {
    const refused = new MethodError('RequestStateChange', 32771, 'Status is unknown')
    const { code, out, err } = await runCli(['cancel', ID], { connect: fakeConnect({ fails: refused }) })
    assert.deepEqual([code, out], [3, ''])
    assert.match(err, /RequestStateChange returned 32771/)
  })
})
