import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { symbolOf } from '../../lib/base/symbols'
import {
  codeRowOf,
  codeRows,
  DATA_VERSION,
  failureRows,
  isUnnamed,
  messageRows,
  sourceOf,
} from '../../lib/diagnosis/data/tables'
import { explain } from '../../lib/diagnosis/explain'

const codes = [...codeRows()]
const sources = [
  ...codes.map(({ source, hresult }) => [source, explain(hresult).hex] as const),
  ...messageRows().map(({ source, id }) => [source, id] as const),
  ...failureRows().flatMap(({ sources: keys, id }) => keys.map(key => [key, id] as const)),
]

describe('the tables of the diagnosis', () => {
  test('have a version', () => assert.ok(Number.isInteger(DATA_VERSION)))

  test('have a source with a title and a page for every row', () => {
    for (const [key, row] of sources) {
      const source = sourceOf(key)
      assert.ok(
        source !== null && source.title !== '' && /^https:\/\/[^ ]+$/.test(source.url),
        `${row}: ${key}`,
      )
    }
    assert.ok(failureRows().every(row => row.sources.length > 0))
  })

  test('explain each code: hex, facility, severity, meaning, category and page', () => {
    assert.ok(codes.length > 540)
    for (const { hresult } of codes) {
      const { symbol, retryable, ...rest } = explain(hresult)
      assert.equal(rest.code, hresult)
      assert.equal(typeof retryable, 'boolean')
      assert.deepEqual(
        Object.entries(rest).filter(([, value]) => value === null || value === ''),
        [],
        String(rest.hex),
      )
      assert.equal(symbol === null, isUnnamed(hresult), String(rest.hex))
      assert.match(rest.facility ?? '', /^[A-Z][A-Z0-9_]+$/, String(rest.hex))
      if (symbol !== null) assert.equal(explain(symbol).code, hresult)
    }
  })

  test('have each code once', () => {
    assert.equal(new Set(codes.map(({ hresult }) => hresult)).size, codes.length)
  })

  test('explain every code that a failure is known by', () => {
    for (const { id, codes: own, genericCodes } of failureRows()) {
      for (const code of [...own, ...genericCodes]) {
        const hresult = Number.parseInt(code, 16)
        assert.ok(codeRowOf(hresult) !== null, `${id}: ${code} ${symbolOf(hresult)}`)
      }
    }
  })

  test('have each code and MessageID in one failure only', () => {
    const all = failureRows().flatMap(row => [...row.codes, ...row.genericCodes, ...row.messageIds])
    assert.deepEqual(all, [...new Set(all)])
  })

  test('have complete failures', () => {
    assert.equal(failureRows().length, 92)
    for (const row of failureRows()) {
      assert.match(row.id, /^[a-z0-9]+(?:-[a-z0-9]+)*$/)
      assert.ok(['source', 'destination', 'both', 'client'].includes(row.side), row.id)
      assert.ok(['high', 'medium', 'low'].includes(row.confidence), row.id)
      assert.ok(['page', 'code'].includes(row.basis), row.id)
      assert.match(row.hint, /^[A-Z].*[.)]$/s, row.id)
      assert.ok(row.hint.length < 420 && !row.hint.includes('\n'), row.id)
      for (const text of [...row.fragments, ...row.support]) assert.equal(text, text.toLowerCase(), row.id)
    }
  })

  test('have hints with something to run or to set', () => {
    const command =
      /\b[A-Z][a-z]+-[A-Z]\w+|\b(?:klist|setspn|netsh|w32tm|nltest|vssadmin|icacls|compact|certutil|bcdedit|gpupdate|fsutil|chkdsk|mofcomp|reg|tasklist|whoami) /
    assert.deepEqual(
      failureRows()
        .filter(({ hint }) => !command.test(hint))
        .map(({ id }) => id),
      [],
    )
  })

  test('have a role for every MessageID', () => {
    for (const { id, role, meaning } of messageRows()) {
      assert.match(id, /^\d+$/)
      assert.ok(['cause', 'wrapper', 'neutral'].includes(role), id)
      assert.notEqual(meaning, '')
    }
  })
})
