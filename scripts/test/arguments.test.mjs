import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leadingOptions } from '../lib/arguments.mjs'

const options = {
  node: { type: 'string', default: '22' },
  simulate: { type: 'string' },
  quick: { type: 'boolean' },
}
const parse = (...args) => {
  const { values, rest } = leadingOptions(args, options, 'usage')
  return { values: { ...values }, rest }
}

test('options end at the script, whose own arguments are left alone', () => {
  assert.deepEqual(parse('--node', '20', 'script.js', '--node', '18', '--', '-x'), {
    values: { node: '20' },
    rest: ['script.js', '--node', '18', '--', '-x'],
  })
})

test('an option may carry its value after an equals sign', () => {
  assert.deepEqual(parse('--simulate=a b.json', '--quick', 'script.js'), {
    values: { node: '22', simulate: 'a b.json', quick: true },
    rest: ['script.js'],
  })
})

test('a script that looks like an option follows two dashes', () => {
  assert.deepEqual(parse('--quick', '--', '--script.js', 'a'), {
    values: { node: '22', quick: true },
    rest: ['--script.js', 'a'],
  })
})

test('no argument at all leaves nothing to run', () => {
  assert.deepEqual(parse(), { values: { node: '22' }, rest: [] })
})

for (const args of [['--unknown', 'script.js'], ['--simulate'], ['--quick=1', 'script.js']]) {
  test(`${args.join(' ')} ends with the usage and exit code 2`, () => {
    assert.throws(() => parse(...args), { name: 'Error', exitCode: 2, message: /\nusage$/ })
  })
}
