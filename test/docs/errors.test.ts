import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { codeRows, failureRows, messageRows } from '../../lib/diagnosis/data/tables'
import { explain } from '../../lib/diagnosis/explain'

const lines = readFileSync(join(__dirname, '../../../docs/errors.md'), 'utf8').split('\n')

test('the document of errors has every code by its hex and name', () => {
  for (const { hresult } of codeRows()) {
    const { hex, symbol } = explain(hresult)
    const row = lines.find(line => line.startsWith(`| \`${hex}\` |`))
    assert.ok(row !== undefined && (symbol === null || row.includes(symbol)), String(hex))
  }
})

test('the document of errors has every failure, with its codes and MessageIDs', () => {
  for (const { id, codes, genericCodes, messageIds } of failureRows()) {
    const start = lines.indexOf(`### ${id}`)
    assert.ok(start >= 0, id)
    const section = lines
      .slice(
        start,
        lines.findIndex((line, at) => at > start && line.startsWith('#')),
      )
      .join('\n')
    for (const code of [...codes, ...genericCodes])
      assert.ok(section.includes(`\`${code}\``), `${id} ${code}`)
    for (const messageId of messageIds) assert.ok(section.includes(messageId), `${id} ${messageId}`)
  }
})

test('the document of errors has every message number', () => {
  for (const { id, channel } of messageRows()) {
    assert.ok(
      lines.some(line => line.startsWith(`| ${id} | ${channel} |`)),
      id,
    )
  }
})
