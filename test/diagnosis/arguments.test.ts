import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isHyperVError } from '../../lib/base/errors'
import { choosePrimary, diagnose, explain, findCodes, fingerprint } from '../../lib/entries/diagnosis'

const { proxy: revoked, revoke } = Proxy.revocable([], {})
revoke()

const throwing = {
  get message(): string {
    throw new TypeError('from a getter')
  },
}

const STRANGE: readonly unknown[] = [
  null,
  undefined,
  0,
  5,
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1.5,
  10n,
  true,
  Symbol('x'),
  () => 0,
  '',
  'x'.repeat(1_000_000),
  '\ud800',
  '\0',
  {},
  [],
  [null],
  [undefined],
  ['a'],
  [[]],
  new Array(5),
  Buffer.from('0x80070005'),
  new Date(0),
  new Map(),
  Object.create(null),
  revoked,
  new Proxy({}, { get: () => assert.fail('a trap'), has: () => assert.fail('a trap') }),
  throwing,
  [throwing],
  { errors: throwing },
  { errors: 5 },
  { errors: [5] },
  { message: 5 },
  { message: 'a', messageArguments: 'b' },
  { message: 'a', messageArguments: [5] },
  { message: 'a', messageId: 33012 },
  { message: 'a', perceivedSeverity: 'x' },
  { message: null, messageArguments: null, messageId: null },
  { messageArguments: [null] },
]

for (const call of [findCodes, explain, diagnose, choosePrimary, fingerprint]) {
  test(`${call.name} answers, or refuses with ERR_INVALID_ARG, whatever it is called with`, () => {
    for (const value of STRANGE) {
      try {
        ;(call as (value: unknown) => unknown)(value)
      } catch (error) {
        assert.ok(isHyperVError(error), String(error))
        assert.equal(error.code, 'ERR_INVALID_ARG')
        assert.match(error.message, /^expected .+ for `\w+`, received /)
      }
    }
  })
}

test('what is refused is said', () => {
  assert.throws(() => findCodes(null as never), {
    message: 'expected a text or an Msvm_Error record for `source`, received null',
  })
  assert.throws(() => choosePrimary(null as never), {
    message: 'expected an array of Msvm_Error records for `errors`, received null',
  })
  assert.throws(() => diagnose(5 as never), {
    message:
      'expected a text, an Msvm_Error record, an array of them, or a result of getErrorEx for `subject`, received 5 (number)',
  })
})
