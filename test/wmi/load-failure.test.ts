import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { connect } from '../../lib/entries'
import { explainLoadFailure } from '../../lib/wmi/load-failure'

const folder = mkdtempSync(join(tmpdir(), 'load-failure-'))
after(() => rmSync(folder, { recursive: true }))

/** The start of a Windows binary for a machine. */
function binaryFor(machine: number): string {
  const bytes = Buffer.alloc(256)
  bytes.write('MZ')
  bytes.writeUInt32LE(128, 0x3c)
  bytes.write('PE\0\0', 128)
  bytes.writeUInt16LE(machine, 132)
  const path = join(folder, `${machine}.node`)
  writeFileSync(path, bytes)
  return path
}

const MACHINE_HERE = process.arch === 'arm64' ? 0xaa64 : 0x8664
const MACHINE_ELSEWHERE = process.arch === 'arm64' ? 0x8664 : 0xaa64
const explain = (path: string, cause: unknown = new Error('the cause')) =>
  explainLoadFailure([{ path, cause }])

describe('the message of ERR_LOAD', () => {
  test('names platform, architecture, every path with its own reason, and the document to read', () => {
    const missing = join(folder, 'missing.node')
    const other = binaryFor(MACHINE_ELSEWHERE)
    const message = explainLoadFailure([
      { path: missing, cause: new Error('x') },
      { path: other, cause: new Error('y') },
    ])
    assert.match(message, new RegExp(`for win32-${process.arch}:`))
    const lines = message.split('\n')
    assert.equal(lines[1], `  ${missing}: not found`)
    assert.match(lines[2] ?? '', /^ {2}.*\.node: built for (?:arm64|x64), and this process is /)
    assert.match(message, /docs\/troubleshooting\.md/)
    assert.equal(new Set(lines).size, lines.length)
  })

  test('of a file that is missing speaks of reinstalling, antivirus programs and asar archives', () => {
    const message = explain(join(folder, 'missing.node'))
    for (const word of [/install .* again/, /antivirus/, /asarUnpack/]) assert.match(message, word)
  })

  test('of a binary for another architecture speaks of that, and not of reinstalling', () => {
    const message = explain(binaryFor(MACHINE_ELSEWHERE))
    assert.match(message, /same architecture/)
    assert.match(message, /Windows on ARM/)
    assert.doesNotMatch(message, /again/)
  })

  test('shows the number of a machine that nobody knows', () => {
    assert.match(explain(binaryFor(0x1234)), /built for machine 0x1234/)
  })

  test('passes on what the system says of a binary that fits', () => {
    const path = binaryFor(MACHINE_HERE)
    assert.match(explain(path, new Error('Access is denied.\nmore')), /\.node: Access is denied\.\n/)
    assert.match(explain(path, 'no error'), /\.node: no error\n/)
  })

  test('tells of a file that is no Windows binary, or too short for one', () => {
    const path = join(folder, 'text.node')
    const texts = ['\x7fELF', '', `MZ${'\xff'.repeat(200)}`, `MZ${'\0'.repeat(200)}`]
    for (const text of texts) {
      writeFileSync(path, text, 'latin1')
      assert.match(explain(path), /not a Windows binary/)
    }
  })

  test('without a path to try tells how to load the addon from a bundle', () => {
    assert.match(
      explainLoadFailure([]),
      /inside a bundle.*connect\(\{ addon: require\('hyperv-job-errors\/win32-/,
    )
  })
})

describe('the option `addon`', () => {
  test('takes an absolute path or the addon', async () => {
    for (const addon of ['build/addon.node', '', 7, null, {}, () => 0] as never[]) {
      await assert.rejects(connect({ addon }), { code: 'ERR_INVALID_ARG', message: /`addon`/ })
    }
  })
})
