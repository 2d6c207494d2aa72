import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { diedInSilence, judge, onHost, runSuite } from '../lib/test/test-run.mjs'
import { watchFor } from '../lib/wine/wine-run.mjs'

const END = { end: true }
const fine = { code: 0, timedOut: false, output: '' }
const counts = ({ passed, failed, skipped }) => [passed, failed, skipped]

test('results of one process are counted by kind', () => {
  const entries = [
    { result: 'passed' },
    { result: 'skipped' },
    { result: 'failed', name: 'a', detail: 'why' },
    END,
  ]
  const result = judge('x.test.js', { ...fine, code: 1, output: 'said' }, entries)
  assert.deepEqual(counts(result), [1, 1, 1])
  assert.deepEqual(result.lines, ['✖ x.test.js: a', '    why', '    said'])
})

const broken = {
  'a process without any test': [fine, [END], [0, 1, 0]],
  'a process that left no report': [fine, [], [0, 1, 0]],
  'a process that ended before its last test': [fine, [{ result: 'passed' }], [1, 1, 0]],
  'a process that crashed after its last test': [
    { ...fine, code: 5 },
    [{ result: 'passed' }, END],
    [1, 1, 0],
  ],
  'a process that hung': [{ ...fine, code: 137, timedOut: true }, [{ result: 'passed' }], [1, 1, 0]],
  'a process killed by a signal': [{ ...fine, code: null }, [{ result: 'passed' }, END], [1, 1, 0]],
}
for (const [what, [process, entries, expected]] of Object.entries(broken)) {
  test(`${what} counts as one failure more`, () => {
    assert.deepEqual(counts(judge('x.test.js', process, entries)), expected)
  })
}

test('only a process that ended with 1, without output and without a test, is one that died in silence', () => {
  const silent = { ...fine, code: 1 }
  assert.equal(diedInSilence(silent, []), true)
  assert.equal(diedInSilence({ ...silent, code: 5 }, []), false)
  assert.equal(diedInSilence({ ...silent, output: 'Error: x' }, []), false)
  assert.equal(diedInSilence({ ...silent, timedOut: true }, []), false)
  assert.equal(diedInSilence(silent, [{ result: 'passed' }]), false)
  assert.equal(diedInSilence(silent, [END]), false)
})

async function runFile(text) {
  const file = join(mkdtempSync(join(tmpdir(), 'suite-test-')), 'sample.test.cjs')
  writeFileSync(file, `const { test, describe, before } = require('node:test')\n${text}`)
  // A test process started from a test would report to it instead of to its own reporter.
  return runSuite('sample', [file], onHost({ NODE_TEST_CONTEXT: undefined }))
}

test('tests, subtests, skipped and todo tests of a real process are counted once each', async () => {
  const result = await runFile(`
    describe('suite', () => {
      test('passes', () => {})
      test('is skipped', { skip: 'reason' }, () => {})
      test('is to do', { todo: true }, () => { throw new Error('not yet') })
    })
    test('parent', async t => { await t.test('child', () => { throw new Error('child broke') }) })
  `)
  assert.deepEqual(counts(result), [1, 2, 2])
  assert.match(result.lines.join('\n'), /parent > child\n.*child broke/)
})

test('a skipped suite counts as one skipped test, and its file as one that ran', async () => {
  const result = await runFile(`describe('suite', { skip: 'reason' }, () => { test('a', () => {}) })`)
  assert.deepEqual(counts(result), [0, 0, 1])
})

test('a suite whose hook fails is a failure', async () => {
  const result = await runFile(`describe('suite', () => {
    before(() => { throw new Error('hook broke') })
    test('never runs', () => {})
  })`)
  assert.ok(result.failed > 0)
  assert.match(result.lines.join('\n'), /hook broke/)
})

test('a process that exits in the middle of its tests is a failure', async () => {
  const result = await runFile(`test('first', () => {})\ntest('second', () => process.exit(0))`)
  assert.equal(result.failed, 1)
  assert.match(result.lines.join('\n'), /ran no test|ended before/)
})

test('a file without tests and a suite without files are failures', async () => {
  assert.deepEqual(counts(await runFile('')), [0, 1, 0])
  assert.deepEqual(counts(await runSuite('none', [], onHost())), [0, 1, 0])
})

test('a text is found in a stream also when it is cut in two', () => {
  const passed = []
  let found = 0
  const sink = watchFor(
    'needle',
    chunk => passed.push(chunk.toString()),
    () => found++,
  )
  for (const chunk of ['hay nee', 'd', 'le hay', ' need', 'ful']) sink(Buffer.from(chunk))
  assert.equal(found, 1)
  assert.equal(passed.join(''), 'hay needle hay needful')
})

test('the package of each program that setup looks for is named once', async () => {
  const { missingPackages, packageSets } = await import('../lib/debian.mjs')
  const sets = Object.keys(packageSets)
  assert.deepEqual(
    missingPackages(sets, () => true),
    [],
  )
  const all = missingPackages(sets, () => false)
  assert.equal(new Set(all).size, all.length)
  assert.deepEqual(
    missingPackages(['run', 'build'], path => !path.includes('wineserver')),
    ['wine'],
  )
})
