import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { connect } from '../../lib/entries'
import { errorXml } from './instance'
import { runCli } from './screen'

const folder = mkdtempSync(join(tmpdir(), 'hyperv-job-errors-'))
after(() => rmSync(folder, { recursive: true }))

function scenarioFile(name: string, scenario: unknown): string {
  const file = join(folder, name)
  writeFileSync(file, typeof scenario === 'string' ? scenario : JSON.stringify(scenario))
  return file
}

const MACHINE = '3F0C7A52-9B1E-4D67-8A35-C2E1F0947B6D'
const HOST = scenarioFile('host.json', {
  jobs: [
    {
      class: 'Msvm_MigrationJob',
      properties: {
        InstanceID: 'A-1',
        JobState: 10,
        ErrorCode: 32768,
        VirtualSystemName: MACHINE,
        TimeOfLastStateChange: '20260314091204.000000+060',
      },
      getErrorEx: [{ errors: [errorXml({ Message: 'It failed (0x8009030E).' })] }],
    },
    {
      class: 'Msvm_MigrationJob',
      properties: { InstanceID: 'B-1', JobState: 4, ErrorCode: 0, Cancellable: true },
      timeline: [{ afterMs: 50, set: { JobState: 7, PercentComplete: 100 } }],
    },
    {
      class: 'Msvm_ConcreteJob',
      properties: { InstanceID: 'C-1', JobState: 7, ErrorCode: 0, ElementName: 'Start Virtual Machine' },
    },
  ],
  instances: [
    { class: 'Msvm_ComputerSystem', properties: { Name: MACHINE, ElementName: 'ledger-db' } },
    {
      class: 'Msvm_AffectedJobElement',
      properties: {
        AffectedElement: `Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${MACHINE}"`,
        AffectingElement: 'Msvm_ConcreteJob.InstanceID="C-1"',
      },
    },
  ],
})

/** As the program itself connects, with the session that it loads. */
function simulated(argv: readonly string[], interruption = new AbortController()) {
  return runCli(['--simulate', HOST, ...argv], { connect, interruption })
}

describe('--simulate', () => {
  test('lists the jobs of a scenario with the names of their virtual machines', async () => {
    const { code, out, err } = await simulated(['list', '--class', 'all'])
    assert.deepEqual([code, err], [0, ''])
    const rows = out.split('\n').map(row => row.replace(/ {2,}/g, ' | '))
    assert.match(rows[1] ?? '', /Exception 32768 \| Migration \| ledger-db \| .* \| A-1$/)
    assert.match(rows[3] ?? '', /Completed \| Start Virtual Machine \| ledger-db \| C-1$/)
  })

  test('serves errors by the id, its start, the name of the machine, its id, and --last', async () => {
    for (const job of ['A-1', 'a', 'ledger-db', 'LEDGER-DB', MACHINE.toLowerCase(), '--last']) {
      const { code, out, err } = await simulated(['errors', job])
      assert.deepEqual([code, err], [1, ''], job)
      assert.match(out, /^Migration of ledger-db: Exception/, job)
      assert.match(out, /\n {4}cause {9}delegation-missing /, job)
    }
  })

  test('answers an unknown job with what there is', async () => {
    const { code, out, err } = await simulated(['errors', 'nobody'])
    assert.deepEqual([code, out], [3, ''])
    assert.match(err, /"nobody" is no InstanceID, no start of one, and no virtual machine with a job\./)
    assert.match(err, /ledger-db .* A-1\n/)
    const json = JSON.parse((await simulated(['errors', 'nobody', '--json'])).err)
    assert.deepEqual(
      json.error.jobs.map((job: { instanceId: string }) => job.instanceId),
      ['A-1', 'B-1', 'C-1'],
    )
  })

  test('serves wait, cancel and watch', async () => {
    const waited = await simulated(['wait', 'B'])
    assert.equal(waited.code, 0)
    assert.match(waited.out, /^Migration: Completed\n/)
    const cancelled = await simulated(['cancel', 'B'])
    assert.equal(cancelled.code, 0)
    const interruption = new AbortController()
    const watched = runCli(['--simulate', HOST, 'watch'], {
      connect,
      interruption,
      onOutput: text => {
        if (text.includes('Succeeded')) interruption.abort()
      },
    })
    const { code, out } = await watched
    assert.equal(code, 1)
    assert.match(out, /FAILED +Migration of ledger-db\n/)
    assert.ok(out.includes(`hyperv-job-errors errors --simulate ${HOST} A-1\n`), 'the command can be copied')
  })

  test('refuses a file that is not there, is not JSON or is no scenario with 2', async () => {
    const files: readonly [file: string, message: RegExp][] = [
      [join(folder, 'none.json'), /ENOENT/],
      [scenarioFile('text.json', 'hello'), /--simulate expects a scenario in JSON, ".*text\.json" is none: /],
      [scenarioFile('list.json', []), /expected an object/],
      [scenarioFile('wrong.json', { jobs: [{ class: 5 }] }), /jobs\[0\]/],
    ]
    for (const [file, message] of files) {
      const { code, out, err } = await runCli(['--simulate', file, 'list'], { connect })
      assert.deepEqual([code, out], [2, ''], file)
      assert.match(err, message)
    }
  })
})

describe('demo', () => {
  test('tells its story: jobs, causes, warnings, and a failure that comes while it watches', async () => {
    const { code, out } = await runCli(['demo'], { connect })
    assert.equal(code, 0)
    for (const name of ['ledger-db', 'web-frontend-2', 'file-archive', 'print-services']) {
      assert.match(out, new RegExp(`Moving Virtual Machine {2}${name} `))
    }
    assert.match(out, /cause {9}delegation-missing/)
    assert.match(out, /cause {9}switch-missing/)
    assert.match(out, /CompletedWithWarnings\n[\s\S]*left unconnected/)
    assert.match(
      out,
      /Running {6}Migration of print-services to HV-03, 44%[\s\S]*FAILED {7}Migration of print-services to HV-03, 83%/,
    )
  })

  test('shows another host with --simulate, and JSON with --json', async () => {
    const { code, out, err } = await simulated(['demo', '--json'])
    assert.equal(code, 0)
    assert.ok(out.startsWith('[\n'), 'the list comes first')
    assert.match(out, /"kind":"failed"[\s\S]*"kind":"ended"/)
    assert.match(err, /\$ hyperv-job-errors list --class all\n[\s\S]*\$ hyperv-job-errors watch\n/)
  })
})
