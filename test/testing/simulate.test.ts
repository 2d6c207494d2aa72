/** What a test can do with a simulated host. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, mock, test } from 'node:test'
import {
  connect,
  JobFailedError,
  JobVanishedError,
  type Session,
  type WatchItem,
  WbemError,
} from '../../lib/entries'
import { type Scenario, type ScenarioJob, type SimulatedHost, simulate } from '../../lib/entries/testing'
import { RawSession } from '../native/contract'
import { errorText } from '../support/cim-text'

const CAUSE = errorText({ Message: 'No credentials are available (0x8009030E).' })
const JOB_PATH = 'Msvm_MigrationJob.InstanceID="A"'

function running(id = 'A', more: Partial<ScenarioJob> = {}): ScenarioJob {
  return {
    class: 'Msvm_MigrationJob',
    properties: { InstanceID: id, JobState: 4, PercentComplete: 10, ErrorCode: 0 },
    ...more,
  }
}

async function onHost(
  scenario: Scenario,
  body: (host: SimulatedHost, session: Session) => Promise<void>,
): Promise<void> {
  const host = simulate(scenario)
  const session = await connect({ addon: host })
  try {
    await body(host, session)
  } finally {
    await session.close({ timeoutMs: 1 })
    host.stop()
  }
}

async function next<Kind extends WatchItem['kind']>(watch: AsyncIterator<WatchItem>, kind: Kind) {
  for (;;) {
    const { value } = await watch.next()
    assert.ok(value, `the watch ended before an item of kind ${kind}`)
    if (value.kind === kind) return value as Extract<WatchItem, { kind: Kind }>
  }
}

describe('a test can', () => {
  test('end a job with errors, which a watch reports', () =>
    onHost({ jobs: [running()] }, async (host, session) => {
      await using watch = session.watch()
      await next(watch, 'state')
      host.endJob('A', { errors: [CAUSE] })
      const { job, result } = await next(watch, 'failed')
      assert.deepEqual([job.jobState, job.errorCode], [10, 32768])
      assert.equal(
        result?.errors?.[result.primary ?? 0]?.message,
        'No credentials are available (0x8009030E).',
      )
    }))

  test('end a job with success, and in any other state', () =>
    onHost({ jobs: [running('A'), running('B'), running('C')] }, async (host, session) => {
      host.endJob('A')
      const done = await session.wait('A')
      assert.deepEqual([done.jobState, done.percentComplete], [7, 100])
      host.endJob(await session.job('B'), { jobState: 8 })
      await assert.rejects(session.wait('B'), JobFailedError)
      host.endJob(JOB_PATH.replace('"A"', '"C"'), { jobState: 32768, errorCode: 0, errors: null })
      assert.equal((await session.wait('C')).jobState, 32768)
    }))

  test('change a job, add one and remove one', () =>
    onHost({ jobs: [running()] }, async (host, session) => {
      await using watch = session.watch({ include: ['changed', 'gap', 'state'] })
      assert.equal((await next(watch, 'changed')).job.percentComplete, 10)
      host.setJob({ className: 'msvm_migrationjob', instanceId: 'a' }, { PercentComplete: 60 })
      assert.equal((await next(watch, 'changed')).job.percentComplete, 60)
      host.addJob({ ...running('B'), class: 'Msvm_MigrationJob' })
      assert.equal((await next(watch, 'changed')).job.instanceId, 'B')
      const waiting = session.wait('B').catch((error: unknown) => error)
      host.removeJob('A')
      assert.equal((await next(watch, 'gap')).job?.instanceId, 'A')
      host.removeJob('B')
      assert.ok((await waiting) instanceof JobVanishedError)
      assert.deepEqual(await session.jobs(), [])
    }))

  test('drop the connection, from which the session comes back', () =>
    onHost({ jobs: [running()] }, async (host, session) => {
      const states: string[] = []
      session.on('state', state => states.push(state))
      host.disconnect()
      assert.equal((await session.job('A')).instanceId, 'A')
      assert.deepEqual(states, ['disconnected', 'reconnecting', 'connected'])
      host.disconnect('0x80041033')
      const failure = await session.execMethod(JOB_PATH, 'GetErrorEx').catch((error: unknown) => error)
      assert.ok(failure instanceof WbemError && failure.hresult === 0x80041033)
    }))

  test('let the next calls fail: by operation, method and object, and as often as it likes', () =>
    onHost({ jobs: [running('A'), running('B')] }, async (host, session) => {
      host.failNext('execMethod', {
        method: 'GetErrorEx',
        object: '"B"',
        hresult: '0x80041003',
        description: 'No.',
      })
      assert.equal((await session.getErrorEx('A')).errors, null)
      await assert.rejects(session.getErrorEx('B'), { category: 'access-denied', description: 'No.' })
      assert.equal((await session.getErrorEx('B')).errors, null)
      host.failNext('query', { hresult: 0x80041010, times: 2 })
      for (const _ of [1, 2]) await assert.rejects(session.jobs(), { category: 'not-supported' })
      assert.equal((await session.jobs()).length, 2)
    }))

  test('let calls hang until it lets them go', () =>
    onHost({ jobs: [running()] }, async (host, session) => {
      const release = host.hang('getObject', { object: '"A"' })
      await assert.rejects(session.job('A', { timeoutMs: 20 }), { code: 'ERR_TIMEOUT' })
      assert.equal(session.stats().stuckWorkers, 1)
      const waiting = session.job('A')
      release()
      assert.equal((await waiting).instanceId, 'A')
      assert.equal((await session.job('A')).instanceId, 'A')
    }))

  test('make the provider hang until no thread is left, and come back', () =>
    onHost({ jobs: Array.from({ length: 9 }, (_, index) => running(`${index}`)) }, async (host, session) => {
      const release = host.hang('getObject')
      for (const ids of [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
      ]) {
        const calls = ids.map(id => session.job(`${id}`, { timeoutMs: 20 }))
        for (const call of calls) await assert.rejects(call, { code: 'ERR_TIMEOUT' })
      }
      await assert.rejects(session.getErrorEx('8', { timeoutMs: 20 }), { code: 'ERR_PROVIDER_HUNG' })
      assert.equal(session.stats().stuckWorkers, 8)
      const waiting = session.getErrorEx('8')
      release()
      assert.equal((await waiting).errors, null)
    }))

  test('see which calls were made', () =>
    onHost({ jobs: [running()] }, async (host, session) => {
      await session.getErrorEx('A')
      await session.jobs()
      assert.deepEqual(
        host.calls().map(({ operation, method, path }) => [operation, method, path]),
        [
          ['connect', null, 'root\\virtualization\\v2'],
          ['execMethod', 'GetErrorEx', JOB_PATH],
          ['query', null, 'SELECT * FROM Msvm_MigrationJob'],
          ['next', null, null],
        ],
      )
    }))

  test('not do what makes no sense', () =>
    onHost(
      { jobs: [running(), running('LATER', { timeline: [{ afterMs: 60_000, create: true }] })] },
      async host => {
        const refused: [() => unknown, RegExp][] = [
          [() => host.setJob('Z', {}), /a job of the host for `job`, received "Z"/],
          [() => host.setJob('LATER', { JobState: 7 }), /a job that exists now for `job`/],
          [
            () => host.setJob('A', { JobState: 'ten' }),
            /an integer for `properties.JobState`, received "ten"/,
          ],
          [() => host.setJob('A', { InstanceID: 'B' }), /the key for `properties.InstanceID`/],
          [() => host.setJob('A', { News: 1 }), /since the start for `properties.News`/],
          [() => host.setJob(null as never, {}), /for `job`, received null/],
          [() => host.addJob(running('a')), /an id that no job has yet/],
          [
            () => host.addJob({} as never),
            /one of Msvm_MigrationJob, .* for `job.class`, received undefined/,
          ],
          [() => host.endJob('A', { errors: 'x' as never }), /an array for `end.errors`/],
          [() => host.failNext('reboot' as never, {}), /one of connect, .* for `fault.operation`/],
          [() => host.failNext('query', { hresult: 'S_OK' }), /a failing HRESULT/],
          [
            () => host.failNext('query', { hresult: '0x80041003', times: 0 }),
            /from 1 to .* for `fault.times`/,
          ],
          [() => host.disconnect(7), /a failing HRESULT .* for `disconnect.hresult`/],
          [() => host.hang('query', 7 as never), /an object for `which`/],
          [() => simulate(undefined as never), /an object for `scenario`, received undefined/],
        ]
        for (const [act, message] of refused) assert.throws(act, { code: 'ERR_INVALID_ARG', message })
      },
    ))
})

describe('a scenario', () => {
  test('may be changed afterwards without effect', async () => {
    const jobs = [running()]
    await onHost({ jobs }, async (_, session) => {
      jobs.length = 0
      assert.equal((await session.jobs()).length, 1)
    })
  })

  const VM = 'Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="G"'
  const starting: Scenario = {
    computer: 'HV-07',
    jobs: [running('A', { timeline: [{ afterMs: 0, set: { JobState: 7 } }] }), running('B')],
    instances: [{ class: 'Msvm_ComputerSystem', properties: { Name: 'G', ElementName: 'ledger-db' } }],
    methods: [
      {
        class: 'CIM_EnabledLogicalElement',
        name: 'requeststatechange',
        answers: [{ returnValue: 32775 }, { starts: 'a', latencyMs: 1 }],
      },
      {
        class: 'Msvm_ComputerSystem',
        name: 'Measure',
        answers: [{ out: { Size: { type: 'uint64', value: '7' }, Names: ['x'], Job: null } }],
      },
    ],
  }

  test('has methods that answer call by call, and start jobs', () =>
    onHost(starting, async (_, session) => {
      assert.deepEqual(
        (await session.jobs()).map(job => job.instanceId),
        ['B'],
      )
      const start = () => session.execMethod(VM, 'RequestStateChange', { RequestedState: 2 })
      const refused = await start()
      assert.deepEqual([refused.returnValue, { ...refused.out }], [32775, { Job: null }])
      for (const _ of ['the answer', 'the last answer once more']) {
        const { returnValue, out } = await start()
        assert.equal(returnValue, 4096)
        assert.equal(out.Job, `\\\\HV-07\\root\\virtualization\\v2:${JOB_PATH}`)
        assert.equal((await session.wait(String(out.Job))).jobState, 7)
      }
    }))

  test('checks the in-parameters of a method that its class declares', () =>
    onHost(starting, async (_, session) => {
      await assert.rejects(session.execMethod(VM, 'RequestStateChange', { RequestedState: 'on' }), {
        code: 'ERR_INVALID_ARG',
        message: /uint16 for in-parameter RequestedState/,
      })
    }))

  test('has methods that no class declares, which take what they are given', () =>
    onHost(starting, async (_, session) => {
      for (const path of [VM, 'Msvm_ComputerSystem']) {
        const { returnValue, out } = await session.execMethod(path, 'Measure', { Deep: true, Names: ['a'] })
        assert.equal(returnValue, 0)
        assert.deepEqual({ ...out }, { Size: 7n, Names: ['x'], Job: null })
      }
      await assert.rejects(session.execMethod(VM, 'Weigh'), { hresult: 0x8004102e })
    }))

  test('has instances of any class, with the types that it names', async () => {
    const value = { class: 'Sim_Embedded', properties: { Text: 'x' } }
    const host = simulate({
      instances: [
        {
          class: 'Some_Setting',
          properties: { InstanceID: 'S', Big: { type: 'sint64', value: '-5' }, Inner: value },
        },
      ],
    })
    const session = RawSession.make(host)
    await session.run((native, ticket) => native.connect(ticket))
    const answer = await session.run((native, ticket) =>
      native.query(ticket, "SELECT Big, Inner FROM Some_Setting WHERE Big < 0 AND InstanceID = 's'"),
    )
    const inner = { path: null, className: 'Sim_Embedded', properties: ['Text', 8, 'x', 'Number', 19, null] }
    assert.deepEqual(answer, {
      result: [{ path: null, className: 'Some_Setting', properties: ['Big', 20, '-5n', 'Inner', 13, inner] }],
    })
    session.close()
  })
})

describe('time', () => {
  const slow: Scenario = {
    jobs: [
      running('A', {
        getErrorEx: [{ errors: [CAUSE] }],
        timeline: [
          { afterMs: 60_000, set: { PercentComplete: 50 } },
          { afterMs: 240_000, set: { JobState: 10, ErrorCode: 32768 } },
          { afterMs: 540_000, remove: true },
        ],
      }),
    ],
  }

  /** Four minutes of a host in no time at all. */
  test('is that of fake timers, where there are some', async () => {
    mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] })
    try {
      await onHost(slow, async (_, session) => {
        await using watch = session.watch({ include: ['changed', 'failed', 'state'] })
        assert.equal((await next(watch, 'changed')).job.percentComplete, 10)
        mock.timers.tick(60_000)
        assert.equal((await next(watch, 'changed')).job.percentComplete, 50)
        mock.timers.tick(180_000)
        assert.equal((await next(watch, 'failed')).result?.errors?.length, 1)
        mock.timers.tick(300_000)
        assert.deepEqual(await session.jobs(), [])
      })
    } finally {
      mock.timers.reset()
    }
  })

  test('moves polled events and hangs as well', async () => {
    mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
    try {
      const faults: Scenario['faults'] = [{ operation: 'getObject', calls: [1], hangMs: 90_000 }]
      const host = simulate({ ...slow, faults, events: { needsWithin: true } })
      const session = RawSession.make(host)
      const run = (start: Parameters<RawSession['run']>[0]) => session.run(start)
      await run((native, ticket) => native.connect(ticket))
      const wql = "SELECT * FROM __InstanceOperationEvent WITHIN 2 WHERE TargetInstance ISA 'CIM_Job'"
      assert.deepEqual(await run((native, ticket) => native.subscribe(ticket, wql)), { result: 'undefined' })
      const events = run((native, ticket) => native.nextEvents(ticket))
      const hung = run((native, ticket) => native.getObject(ticket, JOB_PATH))
      host.setJob('A', { PercentComplete: 11 })
      host.setJob('A', { PercentComplete: 12 })
      assert.equal(host.subscriptions()[0]?.waiting, 0)
      await new Promise(resolve => setImmediate(resolve))
      mock.timers.tick(2_000)
      assert.equal(((await events) as { result: unknown[] }).result.length, 1, 'one event for two changes')
      mock.timers.tick(90_000)
      assert.ok('result' in ((await hung) as object))
      session.close()
      host.stop()
    } finally {
      mock.timers.reset()
    }
  })
})

describe('a process', () => {
  const entries = JSON.stringify(join(__dirname, '../../lib/entries'))
  const program = (body: string) => `
    const { connect } = require(${entries})
    const { simulate } = require(${entries} + '/testing')
    const jobs = [{ class: 'Msvm_MigrationJob', properties: { InstanceID: 'A', JobState: 4 },
      timeline: [{ afterMs: 60000, set: { JobState: 7 } }] }]
    const faults = [{ operation: 'getObject', hangMs: 300 }]
    connect({ addon: simulate({ jobs, faults }) }).then(session => { ${body} })
  `
  const run = (body: string) =>
    spawnSync(process.execPath, ['-e', program(body)], { encoding: 'utf8', timeout: 20_000 })

  test('is not kept alive by a host and an idle session', () => {
    const { status, signal } = run('')
    assert.deepEqual([status, signal], [0, null])
  })

  test('is kept alive by a call that waits for its answer', () => {
    const { stdout, status } = run("session.job('A').then(job => console.log(job.instanceId))")
    assert.deepEqual([stdout, status], ['A\n', 0])
  })
})
