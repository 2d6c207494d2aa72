/** Runs the case tables: what is accepted gives exactly its value, what is refused says where and why. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DecodeError, decodeInstance, decodeMsvmError, decodeRules } from '../../lib/entries/cimxml'
import { grammarAccepted, grammarRefused } from './cases/grammar'
import { markupAccepted, markupRefused } from './cases/markup'
import { referencesAccepted, referencesRefused } from './cases/references'
import { textAccepted, textRefused } from './cases/text'
import { valuesAccepted, valuesRefused } from './cases/values'

const ACCEPTED = {
  markup: markupAccepted,
  text: textAccepted,
  values: valuesAccepted,
  grammar: grammarAccepted,
  references: referencesAccepted,
}
const REFUSED = {
  markup: markupRefused,
  text: textRefused,
  values: valuesRefused,
  grammar: grammarRefused,
  references: referencesRefused,
}

/** A text as a test name shows it. */
function shown(xml: string): string {
  const text = JSON.stringify(xml)
  return text.length > 150 ? `${text.slice(0, 150)}… (${xml.length} units)` : text
}

for (const [area, cases] of Object.entries(ACCEPTED)) {
  describe(`accepts ${area}`, () => {
    for (const { because, xml, className, properties } of cases) {
      test(`${because}: ${shown(xml)}`, () => {
        const expected = Object.assign(Object.create(null), properties)
        assert.deepEqual(decodeInstance(xml), { className, properties: expected })
        assert.equal(decodeMsvmError(xml).className, className)
      })
    }
  })
}

for (const [area, cases] of Object.entries(REFUSED)) {
  describe(`refuses ${area}`, () => {
    for (const { because, xml, rule, offset } of cases) {
      test(`${because}: ${shown(xml)}`, () => {
        const check = (error: unknown) => {
          assert.ok(error instanceof DecodeError)
          assert.deepEqual({ rule: error.rule, offset: error.offset }, { rule, offset })
          assert.equal(error.code, 'ERR_CIMXML')
          return true
        }
        assert.throws(() => decodeInstance(xml), check)
        assert.throws(() => decodeMsvmError(xml), check)
      })
    }
  })
}

describe('the case tables', () => {
  const refused = Object.values(REFUSED).flat()

  test('hold at least 300 cases', () => {
    assert.ok(Object.values(ACCEPTED).flat().length + refused.length >= 300)
  })

  test('break every rule but the limits, which have tests of their own', () => {
    const broken = new Set(refused.map(({ rule }) => rule))
    const never = Object.keys(decodeRules).filter(rule => !broken.has(rule as keyof typeof decodeRules))
    assert.deepEqual(never, ['limit-length', 'limit-depth', 'limit-properties', 'limit-items'])
  })

  test('mark each refused text once at most', () => {
    for (const { xml } of refused) assert.ok(!xml.includes('¦'), xml)
  })
})
