import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connect } from '../../lib/entries'
import { type Scenario, type Simulator, startSimulator } from '../../simulator'
import { type CliOptions, type Printed, runCli } from '../cli/screen'
import { errorText } from '../support/cim-text'
import { eventually, FAILED, MIGRATION, migration, PATIENCE_MS } from './watching'

interface Command {
  readonly simulator: Simulator
  readonly interruption: AbortController
  /** What it has printed so far, on stdout and then on stderr. */
  printed(): string
}

/** Runs a command on a simulated host, where `meanwhile` happens; no subscription is left. */
async function runOn(
  scenario: Scenario,
  argv: readonly string[],
  meanwhile: (command: Command) => Promise<void> = async () => {},
  options: CliOptions = {},
): Promise<Printed> {
  const simulator = startSimulator(scenario)
  try {
    const interruption = new AbortController()
    let all = ''
    const onOutput = (text: string) => {
      all = text
    }
    const run = runCli(argv, { connect, interruption, onOutput, width: 160, ...options })
    // The command may end before what was to happen has happened; then it has printed what is wrong.
    await Promise.race([meanwhile({ simulator, interruption, printed: () => all }), run])
    const printed = await run
    await eventually('the subscription is released', () => simulator.subscriptions().length === 0)
    return printed
  } finally {
    simulator.stop()
  }
}

const options = { timeout: 3 * PATIENCE_MS }

describe('the command watch', options, () => {
  test('reports jobs of all classes as they fail, a lost connection, and ends in order', async () => {
    const storage = {
      class: 'Msvm_StorageJob',
      properties: { InstanceID: 'S', JobState: 4, ErrorCode: 0, JobType: 3 },
      getErrorEx: [{ errors: [errorText({ Message: 'the disk is full (0x80070070)' })] }],
    }
    const { code, out, err } = await runOn(
      { jobs: [migration('A', { VirtualSystemName: 'web-01' }), storage] },
      ['watch', '--class', 'all'],
      async ({ simulator, interruption, printed }) => {
        const shown = (text: string) => eventually(text, () => printed().includes(text))
        await shown('Running      Storage: Compaction S')
        simulator.setJob(MIGRATION, 'A', { PercentComplete: 50 })
        simulator.setJob(MIGRATION, 'A', FAILED)
        await shown('    1 error: hyperv-job-errors errors A\n')
        simulator.disconnectAll('0x800706BE')
        await eventually('it watches again', () => printed().split(' Watching ').length === 3)
        simulator.setJob('Msvm_StorageJob', 'S', FAILED)
        await shown('errors --class Msvm_StorageJob S\n')
        interruption.abort()
      },
    )
    assert.equal(code, 1)
    assert.equal(err, 'watch ended: failed 2, succeeded 0, gaps 1\n')
    assert.match(out, /^! .* FAILED +Migration of web-01, 50%\n {4}why A failed\n/m)
    assert.match(out, /^\? .* Gap +the connection was lost/m)
    assert.match(out, /^\? .* Reconnecting to this computer: .*RPC_S_CALL_FAILED/m)
    assert.match(
      out,
      /^! .* FAILED +Storage: Compaction\n {4}the disk is full .*\n {4}0x80070070 ERROR_DISK_FULL\n/m,
    )
    assert.doesNotMatch(out, /Running +Migration of web-01, 50%/)
  })

  test('prints lines of JSON, progress among them if it is wanted', async () => {
    const { code, out } = await runOn(
      { jobs: [migration('A')] },
      ['watch', '--json', '--changes'],
      async ({ simulator, interruption, printed }) => {
        await eventually('the job', () => printed().includes('"changed"'))
        simulator.setJob(MIGRATION, 'A', { PercentComplete: 50 })
        await eventually('its progress', () => printed().includes('"percentComplete":50'))
        simulator.setJob(MIGRATION, 'A', { PercentComplete: 100, JobState: 7 })
        await eventually('its end', () => printed().includes('"ended"'))
        interruption.abort()
      },
    )
    assert.equal(code, 0)
    const kinds = out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line).kind)
    assert.deepEqual(kinds, ['state', 'changed', 'changed', 'ended'])
  })

  test('ends with 3 where jobs cannot be watched', async () => {
    const faults = [{ operation: 'subscribe', hresult: '0x80041003' }] as const
    const { code, out, err } = await runOn({ faults }, ['watch'])
    assert.deepEqual([code, out], [3, ''])
    assert.match(err, /^hyperv-job-errors: .*WBEM_E_ACCESS_DENIED/)
  })

  test('refuses a class that is none of a job with 2', async () => {
    const { code, err } = await runOn({}, ['watch', '--class', 'Msvm_Nonsense'])
    assert.equal(code, 2)
    assert.match(err, /expected 'all' or an array of Msvm_MigrationJob/)
  })
})

describe('the command wait', options, () => {
  test('follows a job to its failure and prints its errors', async () => {
    const { code, out, err } = await runOn(
      { jobs: [migration('A', { VirtualSystemName: 'web-01' })] },
      ['wait', 'A'],
      async ({ simulator, printed }) => {
        await eventually('it has seen the job', () => printed().includes('0% Running'))
        simulator.setJob(MIGRATION, 'A', { PercentComplete: 50 })
        simulator.setJob(MIGRATION, 'A', FAILED)
      },
    )
    assert.equal(code, 1)
    assert.match(out, /^Migration of web-01: Exception, error code Failed \(32768\)\n/)
    assert.match(out, /\n> error 1 of 1, the primary one: .*\n {4}why A failed\n/)
    assert.match(err, /^\S+ \S+ {3}0% Running Migration of web-01\n/)
    assert.match(err, / {2}50% Exception Migration of web-01\n$/)
  })

  test('ends with 0 for a job of another class that succeeds', async () => {
    const jobs = [{ class: 'Msvm_StorageJob', properties: { InstanceID: 'S', JobState: 7, ErrorCode: 0 } }]
    const { code, out } = await runOn({ jobs }, ['wait', 'S', '--class', 'Msvm_StorageJob'])
    assert.equal(code, 0)
    assert.match(out, /^Storage: Completed\n/)
  })

  test('ends with 3 for a job that is not there, or is removed before its end', async () => {
    const missing = await runOn({}, ['wait', 'A'])
    assert.equal(missing.code, 3)
    assert.match(missing.err, /WBEM_E_NOT_FOUND/)
    const removed = await runOn({ jobs: [migration('A')] }, ['wait', 'A'], async ({ simulator, printed }) => {
      await eventually('it has seen the job', () => printed().includes('0% Running'))
      simulator.removeJob(MIGRATION, 'A')
    })
    assert.equal(removed.code, 3)
    assert.match(removed.err, /\nhyperv-job-errors: the job A was removed before its end was seen\n$/)
  })

  test('ends with 130 when it is interrupted', async () => {
    const { code, err } = await runOn(
      { jobs: [migration('A')] },
      ['wait', 'A'],
      async ({ simulator, interruption }) => {
        await eventually('it waits', () => simulator.subscriptions().length === 1)
        interruption.abort()
      },
    )
    assert.equal(code, 130)
    assert.match(err, /the job itself goes on, unless you end it: hyperv-job-errors cancel A\n$/)
  })
})

describe('the command cancel', options, () => {
  const running = { jobs: [migration('A', { Cancellable: true })] }

  test('ends a job, and says so of one that had ended before', async () => {
    for (const argv of [
      ['cancel', 'A'],
      ['cancel', 'A', '--kill'],
    ]) {
      const { code, out } = await runOn(running, argv)
      assert.equal(code, 0)
      assert.match(out, argv.includes('--kill') ? /has ended: Killed\.\n$/ : /has ended: Terminated\.\n$/)
    }
    const late = await runOn({ jobs: [migration('A', FAILED)] }, ['cancel', 'A', '--json'])
    assert.equal(late.code, 0)
    assert.equal(JSON.parse(late.out).outcome, 'already-ended')
  })

  test('ends with 3 for a job that cannot be cancelled, and for one that is not there', async () => {
    const fixed = await runOn({ jobs: [migration('A', { Cancellable: false })] }, ['cancel', 'A'])
    assert.equal(fixed.code, 3)
    assert.match(fixed.out, /\nNothing was cancelled: the job says that it cannot be\.\n$/)
    assert.equal((await runOn({}, ['cancel', 'A'])).code, 3)
  })
})
