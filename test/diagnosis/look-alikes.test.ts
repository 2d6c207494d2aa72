import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../../lib/diagnosis/diagnose'
import { findCodes } from '../../lib/diagnosis/find-codes'
import { fingerprint } from '../../lib/diagnosis/fingerprint'
import { makeCodeless, seededRandom } from '../support/codeless-messages'

const MESSAGES = 100_000

test(`finds no code in ${MESSAGES} messages without one`, () => {
  const random = seededRandom(20260826)
  const wrong: string[] = []
  for (let made = 0; made < MESSAGES; made++) {
    const text = makeCodeless(random)
    const found = findCodes(text)
    if (found.length > 0) wrong.push(`${found.map(({ hex }) => hex)}: ${text}`)
  }
  assert.deepEqual(wrong.slice(0, 20), [])
})

test('finds the code that is put behind such a message', () => {
  const random = seededRandom(7)
  for (let made = 0; made < 1000; made++) {
    const text = `${makeCodeless(random)} (0x80072746).`
    if (/stop code|ErrorCode0/.test(text)) continue
    assert.deepEqual(
      findCodes(text).map(({ hex }) => hex),
      ['0x80072746'],
      text,
    )
  }
})

/** Texts on which a pattern that goes back over what it read takes more than linear time. */
const ADVERSARIES: Readonly<Record<string, (length: number) => string>> = {
  'quotation marks': length => "'".repeat(length),
  'quotation marks that open': length => " '".repeat(length / 2),
  'brackets around codes': length => '(0x80070005'.repeat(length / 11),
  'bare digits': length => ' 80070005'.repeat(length / 9),
  'digits of one number': length => '8'.repeat(length),
  'zeros of hexadecimal': length => `0x${'0'.repeat(length)}`,
  backslashes: length => `C:${'\\a'.repeat(length / 2)}`,
  'paths with codes': length => 'C:\\x 80070005 '.repeat(length / 14),
  'error words': length => 'error code '.repeat(length / 11),
  'error words and numbers': length => 'error 5 '.repeat(length / 8),
  colons: length => 'a: 0x5 '.repeat(length / 7),
  blanks: length => `error${' '.repeat(length)}5`,
  symbols: length => 'A_B_C_'.repeat(length / 6),
  'percent signs': length => '%%5'.repeat(length / 3),
  parentheses: length => '('.repeat(length),
  'letters beyond ASCII': length => 'マ'.repeat(length),
  'full-width digits': length => '０ｘ８００７０００５'.repeat(length / 10),
  'dotted words': length => 'a.'.repeat(length / 2),
  'a fragment over and over': length => 'saved state '.repeat(length / 12),
}

const ATTEMPTS = 8

function milliseconds(run: () => unknown): number {
  const started = process.hrtime.bigint()
  run()
  return Number(process.hrtime.bigint() - started) / 1e6
}

for (const [name, make] of Object.entries(ADVERSARIES)) {
  test(`takes time in proportion to a text of ${name}`, () => {
    for (const work of [findCodes, diagnose, fingerprint]) {
      const [short, long] = [make(4_000), make(64_000)]
      work(short)
      // A busy machine stretches some measurements; the shortest of several are those of the code.
      let [one, sixteen] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
      // Sixteen times the text may take more than sixteen times the time, but not its square; 20 ms are noise.
      const fits = () => sixteen < 64 * one + 20
      for (let attempt = 0; attempt < ATTEMPTS && (attempt < 3 || !fits()); attempt++) {
        one = Math.min(
          one,
          milliseconds(() => work(short)),
        )
        sixteen = Math.min(
          sixteen,
          milliseconds(() => work(long)),
        )
      }
      assert.ok(fits(), `${work.name}: ${one} ms for 4,000, ${sixteen} ms for 64,000`)
    }
  })
}
