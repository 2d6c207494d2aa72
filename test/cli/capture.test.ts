import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { connect } from '../../lib/entries'
import { errorXml } from './instance'
import { runCli } from './screen'

const folder = mkdtempSync(join(tmpdir(), 'hyperv-job-errors-'))
after(() => rmSync(folder, { recursive: true }))

const HOST = join(folder, 'host.json')
writeFileSync(
  HOST,
  JSON.stringify({
    jobs: [
      {
        class: 'Msvm_MigrationJob',
        properties: { InstanceID: 'A-1', JobState: 10, VirtualSystemName: 'ledger-db' },
        getErrorEx: [{ errors: [errorXml({ Message: "'ledger-db' could not be moved (0x8009030E)." })] }],
      },
    ],
  }),
)

describe('capture', () => {
  test('prints a scenario, and what it replaced and kept on stderr', async () => {
    const { code, out, err } = await runCli(['--simulate', HOST, 'capture'])
    assert.equal(code, 0)
    assert.equal(JSON.parse(out).jobs.length, 1)
    assert.equal(`${out}${err}`.includes('ledger-db'), false)
    assert.match(err, /^1 jobs, \d other objects, 0 calls that failed$/m)
    assert.match(err, /^replaced: .*vm 1/m)
    assert.match(err, /^ {4}'vm-1' could not be moved \(0x8009030E\)\.$/m)
  })

  test('writes a file that --simulate answers from', async () => {
    const file = join(folder, 'captured.json')
    const { code, out } = await runCli(['--simulate', HOST, 'capture', '--out', file, '--raw'])
    assert.deepEqual({ code, out }, { code: 0, out: '' })
    assert.ok(readFileSync(file, 'utf8').includes('ledger-db'))
    const printed = await runCli(['--simulate', file, 'errors', 'A-1'], { connect })
    assert.equal(printed.code, 1)
    assert.match(printed.out, /'ledger-db' could not be moved/)
  })

  test('says which file it cannot write', async () => {
    const { code, err } = await runCli([
      '--simulate',
      HOST,
      'capture',
      '--out',
      join(folder, 'no', 'file.json'),
    ])
    assert.equal(code, 2)
    assert.match(err, /ENOENT/)
  })
})
