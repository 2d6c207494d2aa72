import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { errorXml } from './instance'
import { CAUSE, WRAPPER } from './invented'
import { type Calls, fakeConnect, runCli } from './screen'

describe('decode', () => {
  test('decodes one text from stdin', async () => {
    const { code, out, err } = await runCli(['decode'], { stdin: `\n${CAUSE}\n` })
    assert.deepEqual([code, err], [1, ''])
    assert.match(out, /^> error 1 of 1, the primary one: Major \(5\)\n {4}The logon type is not granted/)
  })

  const inputs: readonly [
    what: string,
    stdin: string,
    counts: [errors: number | null, undecodable: number],
  ][] = [
    ['a JSON array of texts', JSON.stringify([WRAPPER, CAUSE]), [2, 0]],
    ['a JSON text', JSON.stringify(CAUSE), [1, 0]],
    ['a JSON array with a null', JSON.stringify([null, CAUSE]), [1, 1]],
    ['a JSON null', 'null\n', [null, 0]],
    ['an empty JSON array', ' []', [0, 0]],
    ['a text that is not CIM-XML', 'nothing', [0, 1]],
    ['an empty text', '', [0, 1]],
  ]
  for (const [what, stdin, [errors, undecodable]] of inputs) {
    test(`takes ${what}`, async () => {
      const { code, out } = await runCli(['--json', 'decode', '-'], { stdin })
      const result = JSON.parse(out)
      assert.deepEqual([result.errors?.length ?? null, result.undecodable.length], [errors, undecodable])
      assert.equal(code, (errors ?? 0) + undecodable > 0 ? 1 : 0)
    })
  }

  test('keeps an undecodable text raw and goes on', async () => {
    const { code, out } = await runCli(['decode', '--json'], { stdin: JSON.stringify(['<VALUE/>', CAUSE]) })
    const { errors, undecodable, primary } = JSON.parse(out)
    assert.equal(code, 1)
    assert.equal(errors.length, 1)
    assert.equal(primary, 0)
    assert.deepEqual([undecodable[0].index, undecodable[0].raw], [0, '<VALUE/>'])
  })

  for (const stdin of ['[1]', '["a"', '[{}]', '[[]]']) {
    test(`refuses ${stdin} as JSON of something else`, async () => {
      const { code, out, err } = await runCli(['decode'], { stdin })
      assert.deepEqual([code, out], [1, ''])
      assert.match(err, /expected CIM-XML or a JSON array of texts/)
    })
  }

  test('reads a file in UTF-8 or UTF-16, with or without a byte order mark', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hyperv-job-errors-'))
    try {
      const text = errorXml({ Message: 'Größe 日本' })
      const encodings: Readonly<Record<string, Buffer>> = {
        'utf8.xml': Buffer.from(text),
        'utf8-bom.xml': Buffer.from(`\ufeff${text}`),
        'utf16le.xml': Buffer.from(`\ufeff${text}`, 'utf16le'),
        'utf16be.xml': Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
      }
      for (const [name, bytes] of Object.entries(encodings)) {
        const file = join(folder, name)
        writeFileSync(file, bytes)
        const { out } = await runCli(['decode', '--json', file])
        assert.equal(JSON.parse(out).errors[0].message, 'Größe 日本', name)
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('ends with 2 for a file that is not there', async () => {
    const { code, err } = await runCli(['decode', join(tmpdir(), 'no', 'such', 'file.xml'), '--json'])
    assert.equal(code, 2)
    assert.equal(JSON.parse(err).error.code, 'ENOENT')
  })

  test('connects to nothing', async () => {
    const calls: Calls = []
    await runCli(['decode'], { stdin: CAUSE, connect: fakeConnect({}, calls) })
    assert.deepEqual(calls, [])
  })
})
