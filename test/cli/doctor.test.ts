import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { CHECK_IDS } from '../../lib/doctor/check'
import { runCli } from './screen'

const folder = mkdtempSync(join(tmpdir(), 'hyperv-job-errors-'))
after(() => rmSync(folder, { recursive: true }))

function doctor(scenario: unknown, ...argv: readonly string[]) {
  const file = join(folder, 'scenario.json')
  writeFileSync(file, JSON.stringify(scenario))
  return runCli(['--simulate', file, 'doctor', ...argv])
}

/** A job that changes all the time, so that no event is waited for. */
const BUSY = {
  jobs: [
    {
      class: 'Msvm_MigrationJob',
      properties: { InstanceID: 'A', JobState: 4, PercentComplete: 0 },
      timeline: Array.from({ length: 90 }, (_, step) => ({
        afterMs: 20 * step,
        set: { PercentComplete: step },
      })),
    },
  ],
}
const DENIED = { faults: [{ operation: 'connect', hresult: '0x80041003' }] }

describe('doctor', () => {
  test('prints a line for each check and ends with 0 when none has failed', async () => {
    const { code, out, err } = await doctor(BUSY)
    assert.deepEqual({ code, err }, { code: 0, err: '' })
    for (const id of CHECK_IDS) assert.match(out, new RegExp(`^(?:pass|skip|warn) +${id} `, 'm'))
    assert.match(out, /^13 pass, 3 skip$/m)
  })

  test('ends with 1 when a check has failed, and says what to do', async () => {
    const { code, out } = await doctor(DENIED)
    assert.equal(code, 1)
    assert.match(out, /^fail +rights +IWbemLocator::ConnectServer failed with WBEM_E_ACCESS_DENIED/m)
    assert.match(out, /^ +→ run it elevated/m)
  })

  test('prints one JSON document with --json', async () => {
    const { code, out } = await doctor(DENIED, '--json')
    assert.equal(code, 1)
    const { checks } = JSON.parse(out)
    assert.deepEqual(
      checks.map(({ id }: { id: string }) => id),
      [...CHECK_IDS],
    )
    assert.equal(checks.find(({ id }: { id: string }) => id === 'rights').status, 'fail')
  })
})
