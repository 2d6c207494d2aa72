import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { TimeoutError } from '../../lib/base/errors'
import { localTimeText } from '../../lib/cli/text/time'
import { decodeErrorList } from '../../lib/diagnosis/error-list'
import type { Job } from '../../lib/records/job'
import type { WatchItem } from '../../lib/session/watch/items'
import { errorXml, type Values } from './instance'
import { CAUSE, FAILED_JOB, GONE, ID, RUNNING_JOB, WRAPPER } from './invented'
import { type Calls, type CliOptions, fakeConnect, jobFrom, runCli } from './screen'

const failed = jobFrom(FAILED_JOB)
const running = jobFrom(RUNNING_JOB)
const about = { id: 'id', host: 'HV-01', virtualMachine: null }
const state: WatchItem = { kind: 'state', state: 'watching', error: null, host: 'HV-01' }
const END = localTimeText(new Date('2024-06-01T12:03:04+02:00'))

function failedItem(job: Job, raw: readonly (string | null)[] | null, error?: Error): WatchItem {
  const ref = { className: job.className, instanceId: ID, path: '' }
  const result = { job: ref, returnValue: 0, ...decodeErrorList(raw) } as const
  const answer = error === undefined ? { result, error: null } : { result: null, error }
  return { ...about, kind: 'failed', isLate: false, job, ...answer }
}

function changed(values: Values): WatchItem {
  return { ...about, kind: 'changed', job: jobFrom({ ...RUNNING_JOB, ...values }) }
}

function gap(reason: 'connection' | 'slow-consumer', dropped = 0): WatchItem {
  return { kind: 'gap', reason, dropped, job: null, host: 'HV-01' }
}

/** What the command prints of these items until somebody presses Ctrl-C. */
async function watched(items: readonly WatchItem[], argv: readonly string[] = [], options: CliOptions = {}) {
  const interruption = new AbortController()
  const calls: Calls = []
  const connect = fakeConnect(
    {
      async *watch() {
        yield* items
        interruption.abort()
      },
    },
    calls,
  )
  const printed = await runCli(['watch', ...argv], { connect, interruption, width: 120, ...options })
  const lines = printed.out.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, time =>
    time === END ? 'END' : 'NOW',
  )
  return { ...printed, lines: lines.split('\n').slice(0, -1), calls }
}

describe('watch', () => {
  test('tells of a failure with the cause, its code and how to see everything', async () => {
    const { lines, code } = await watched([failedItem(failed, [WRAPPER, CAUSE])])
    assert.equal(code, 1)
    assert.deepEqual(lines, [
      '! END FAILED       Migration of web-01 to HV-02, 40%',
      '    The logon type is not granted (0x80070569).',
      '    0x80070569 ERROR_LOGON_TYPE_NOT_GRANTED',
      '    logon-right-missing: Give NT VIRTUAL MACHINE\\Virtual Machines the right "Log on as a service" in the policy that',
      '    applies to the host, run gpupdate /force and try again.',
      '    https://learn.microsoft.com/troubleshoot/windows-server/virtualization/troubleshoot-live-migration-issues',
      "    also: Virtual machine migration operation for 'web-01' failed at migration destination 'HV-02'.",
      `    2 errors: hyperv-job-errors errors ${ID}`,
    ])
  })

  test('names the connection and the class in the command that shows everything', async () => {
    const job = jobFrom({ ...FAILED_JOB, Class: 'Msvm_StorageJob', JobType: 3 })
    const { lines } = await watched([failedItem(job, [CAUSE])], ['--host', 'HV-01', '--namespace', 'root/x'])
    assert.equal(lines[0], '! END FAILED       Storage: Compaction, 40%')
    assert.equal(
      lines.at(-1),
      `    1 error: hyperv-job-errors errors --host HV-01 --namespace root/x --class Msvm_StorageJob ${ID}`,
    )
  })

  test("tells the job's own words where it has no records, and its id", async () => {
    const { lines } = await watched([failedItem(failed, null)])
    assert.deepEqual(lines.slice(1), ['    The migration did not succeed.', `    no error records: ${ID}`])
  })

  test('tells why errors could not be read, and how to try again unless the job has gone', async () => {
    const late = await watched([failedItem(failed, null, new TimeoutError('GetErrorEx', 'A', 5))])
    assert.match(late.out, /its errors could not be read: GetErrorEx on A did not end within 5 ms/)
    assert.equal(late.lines.at(-1), `    once more: hyperv-job-errors errors ${ID}`)
    const gone = await watched([failedItem(failed, null, GONE)])
    assert.match(gone.out, /WBEM_E_NOT_FOUND/)
    assert.equal(gone.lines.at(-1), `    ${ID}`)
  })

  test('counts a text that could not be decoded', async () => {
    const { lines } = await watched([failedItem(failed, ['<'])])
    assert.equal(lines.at(-1), `    1 error: hyperv-job-errors errors ${ID}`)
  })

  test('names how a job ended that somebody stopped', async () => {
    const { lines, code } = await watched([failedItem(jobFrom({ ...FAILED_JOB, JobState: 8 }), null)])
    assert.match(lines[0] ?? '', /^! END TERMINATED +Migration of web-01/)
    assert.equal(code, 1)
  })

  test('ends with 0 after successes alone, of which warnings say where they are', async () => {
    const ref = { className: failed.className, instanceId: ID, path: '' }
    const text = errorXml({ Message: 'The replica lags behind.' })
    const warned = { job: ref, returnValue: 0, ...decodeErrorList([text]) } as const
    const ended = (JobState: number) => jobFrom({ ...FAILED_JOB, JobState, ErrorCode: 0 })
    const { lines, code, err } = await watched([
      { ...about, kind: 'ended', result: null, error: null, job: ended(7) },
      { ...about, kind: 'ended', result: null, error: null, job: ended(32768) },
      { ...about, kind: 'ended', result: warned, error: null, job: ended(32768) },
    ])
    assert.equal(code, 0)
    assert.deepEqual(lines, [
      '  END Succeeded    Migration of web-01 to HV-02',
      '  END Warnings     Migration of web-01 to HV-02',
      `    what they are: hyperv-job-errors errors ${ID}`,
      '  END Warnings     Migration of web-01 to HV-02',
      '    The replica lags behind.',
      `    what they are: hyperv-job-errors errors ${ID}`,
    ])
    assert.equal(err, 'watch ended: failed 0, succeeded 3, gaps 0\n')
  })

  test('tells of a change of state, of mere progress only with --changes', async () => {
    const items = [
      changed({ JobState: 3, PercentComplete: 0 }),
      changed({ JobState: 4, PercentComplete: 0 }),
      changed({ JobState: 4, PercentComplete: 55 }),
    ]
    const title = `Migration of db-01 to HV-03`
    const started = [
      `  NOW Starting     ${title}, 0% ${RUNNING_JOB.InstanceID}`,
      `  NOW Running      ${title}, 0% ${RUNNING_JOB.InstanceID}`,
    ]
    assert.deepEqual((await watched(items)).lines, started)
    assert.deepEqual((await watched(items, ['--changes'])).lines, [
      ...started,
      `  NOW Running      ${title}, 55% ${RUNNING_JOB.InstanceID}`,
    ])
  })

  test('tells of a job anew that comes again after it had ended', async () => {
    const { lines } = await watched([
      changed({}),
      { ...about, kind: 'gap', reason: 'vanished', dropped: 0, job: running },
      changed({}),
    ])
    assert.deepEqual(
      lines.map(line => line.split(/ +/)[2]),
      ['Running', 'Vanished', 'Running'],
    )
  })

  test('is plain about gaps and about the connection', async () => {
    const lost = new TimeoutError('watch', 'job events', 5)
    const items = [
      state,
      gap('connection'),
      { kind: 'state', state: 'reconnecting', error: lost, host: 'HV-01' } as const,
    ]
    const { lines, err } = await watched([...items, gap('slow-consumer', 7)], ['--class', 'all'], {
      width: 200,
    })
    assert.deepEqual(lines, [
      '  NOW Watching     all jobs on this computer',
      '? NOW Gap          the connection was lost; a job that ends meanwhile is reported later, if it is still there then',
      '? NOW Reconnecting to this computer: watch on job events did not end within 5 ms and was given up',
      '? NOW Gap          this output is too slow: 7 jobs were left out; those that are still there come again',
    ])
    assert.equal(err, 'watch ended: failed 0, succeeded 0, gaps 2\n')
  })

  test('keeps its lines within the width, and a command whole', async () => {
    const host = 'a-host-with-a-rather-long-name.example'
    const items = [failedItem(failed, [CAUSE]), changed({}), gap('connection')]
    const { out } = await watched(items, ['--host', host], { width: 60 })
    const tooLong = out.split('\n').filter(line => line.length > 60 && !/^ +https:\S+$/.test(line))
    assert.deepEqual(tooLong, [`    1 error: hyperv-job-errors errors --host ${host} ${ID}`])
    assert.match(out, /\n {4}HV-03, 55% 0C1D2E3F-0000-4000-8000-000000000001\n/)
  })

  test('colours the words only where colours are wanted', async () => {
    const items = [failedItem(failed, [CAUSE])]
    const { out } = await watched(items, [], { colour: true })
    assert.match(out, /^\x1b\[31m! .* FAILED +\x1b\[0m Migration/)
    assert.equal(out.replace(/\x1b\[\d+m/g, ''), (await watched(items)).out)
  })

  test('lets no name and no message steer the terminal', async () => {
    const job = jobFrom({ ...FAILED_JOB, VirtualSystemName: 'a\x1b[2J\r', InstanceID: '$(x) "\x07' })
    const text = CAUSE.replace('The logon', '\u202e&#27;[2J')
    const { out } = await watched([failedItem(job, [text]), { ...about, kind: 'changed', job }])
    assert.doesNotMatch(out, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/)
    assert.match(out, /hyperv-job-errors errors "\$\(x\) \\"\\u0007"/)
  })

  test('prints one document a line with --json, with the time it was told', async () => {
    const job = jobFrom({ ...FAILED_JOB, Big: 2n ** 63n })
    const items = [state, changed({}), failedItem(job, [CAUSE]), failedItem(job, null, GONE)]
    const { code, out, err } = await watched(items, ['--json'])
    const lines = out.trimEnd().split('\n')
    const documents = lines.map(line => JSON.parse(line))
    assert.deepEqual([code, err], [1, ''])
    assert.deepEqual(
      documents.map(document => document.kind),
      ['state', 'changed', 'failed', 'failed'],
    )
    for (const { time } of documents) assert.ok(Math.abs(Date.now() - Date.parse(time)) < 60_000)
    assert.equal(documents[2].job.extra.Big, '9223372036854775808')
    assert.equal(documents[2].result.errors[0].messageId, '12345')
    assert.equal(documents[3].error.hresult, '0x80041002')
    assert.equal(documents[3].result, null)
  })

  test('passes its options on and closes the session', async () => {
    const argv = ['--class', 'Msvm_StorageJob', '--timeout', '2']
    const { calls } = await watched([], argv)
    const include = ['failed', 'ended', 'changed', 'gap', 'state']
    assert.deepEqual(calls, [
      ['connect', { timeoutMs: 2000 }],
      ['watch', { classes: ['Msvm_StorageJob'], include }],
      ['close'],
    ])
  })

  test('waits for a reader that is slow', async () => {
    let ready = () => {}
    let printed = ''
    const run = watched([state, gap('connection')], [], {
      onOutput: out => {
        printed = out
      },
      drained: () => new Promise(resolve => (ready = resolve)),
    })
    while (printed === '') await new Promise(setImmediate)
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
    assert.match(printed, /^ .*Watching.*\n$/)
    ready()
    while (!printed.includes('Gap')) await new Promise(setImmediate)
    ready()
    await run
  })

  test('ends well when Ctrl-C comes before there is a connection', async () => {
    const interruption = new AbortController()
    const run = runCli(['watch'], {
      interruption,
      connect: ({ signal }) =>
        new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
    })
    interruption.abort()
    assert.equal((await run).code, 0)
  })

  test('ends with 3 when the connection or the watch fails, whatever it has seen', async () => {
    const late = new TimeoutError('connect', 'HV-01', 5)
    assert.equal((await runCli(['watch'], { connect: fakeConnect({ connectFails: late }) })).code, 3)
    const calls: Calls = []
    const connect = fakeConnect(
      {
        async *watch() {
          yield failedItem(failed, [CAUSE])
          throw GONE
        },
      },
      calls,
    )
    const { code, out, err } = await runCli(['watch'], { connect })
    assert.equal(code, 3)
    assert.match(out, /FAILED/)
    assert.match(err, /^hyperv-job-errors: .*WBEM_E_NOT_FOUND/)
    assert.deepEqual(calls.at(-1), ['close'])
  })
})
