/** What is kept of a text must not keep the text alive. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { decodeInstance, decodeMsvmError } from '../../lib/entries/cimxml'
import { instance, reference, value } from './cases/case'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** Bytes on the heap after everything that can go has gone. */
function heapUsed(): number {
  collect()
  collect()
  return process.memoryUsage().heapUsed
}

// Many, because the engine may hold on to the last two or three for a while.
const TEXTS = 100
/** What is thrown away of each text: a comment of so many units. */
const BALLAST = 100_000

/** The bytes that stay per text when `keep` is called on texts that are long and hold little. */
function bytesKept(keep: (xml: string) => unknown, xml: string, pad: string): number {
  const kept: unknown[] = [keep(xml)]
  const before = heapUsed()
  for (let i = 0; i < TEXTS; i++) {
    // Each text is a string of its own, written out, as the addon makes them.
    kept.push(keep(JSON.parse(JSON.stringify(`${xml}<!--${pad.repeat(BALLAST)}${i}-->`))))
  }
  const bytes = heapUsed() - before
  assert.equal(kept.length, TEXTS + 1)
  return bytes / TEXTS
}

describe('what is kept of a text', () => {
  const long = 'The request did not complete. '.repeat(3)
  const property = (name: string, text: string) =>
    `<PROPERTY NAME="${name}" TYPE="string"><VALUE>${text}</VALUE></PROPERTY>`
  const keepers: readonly [name: string, xml: string, keep: (xml: string) => unknown][] = [
    ['a record', instance(property('Message', long)), decodeMsvmError],
    ['an instance', instance(property('Message', long)), decodeInstance],
    ['the name of an unknown property', instance(property('ANameOfManyLetters', '')), decodeMsvmError],
    ['a name too long to be remembered', instance(property('Long'.repeat(100), '')), decodeMsvmError],
    [
      'the name of a class',
      `<INSTANCE CLASSNAME="Msvm_AClassOfManyLetters"/>`,
      xml => decodeMsvmError(xml).className,
    ],
    ['a text with references', value('string', `${long}&amp;${long}`), decodeInstance],
    ['a text around a comment', value('string', `<!-- -->${long}`), decodeInstance],
    ['a text in CDATA', value('string', `<![CDATA[${long}]]>`), decodeInstance],
    ['a text of many pieces', value('string', 'a&amp;'.repeat(2000)), decodeInstance],
    ['a datetime', value('datetime', '20260314152653.589793+060'), decodeInstance],
    ['a text reference', reference(`<VALUE.REFERENCE>${long}</VALUE.REFERENCE>`), decodeInstance],
    [
      'the source of a key',
      reference(
        `<VALUE.REFERENCE><INSTANCENAME CLASSNAME="D"><VALUE.REFERENCE><A b="${long}"/></VALUE.REFERENCE></INSTANCENAME></VALUE.REFERENCE>`,
      ),
      decodeInstance,
    ],
  ]
  for (const [units, pad] of [
    ['one-byte', 'x'],
    ['two-byte', '\u20ac'],
  ] as const) {
    for (const [name, xml, keep] of keepers) {
      test(`does not keep a ${units} text alive: ${name}`, () => {
        const bytes = bytesKept(keep, xml, pad)
        assert.ok(bytes < BALLAST / 4, `${bytes} bytes a text`)
      })
    }
  }

  test('is seen by this test when it does keep the text alive', () => {
    assert.ok(bytesKept(xml => xml.slice(0, 20), value('string', long), 'x') > BALLAST * 0.9)
  })

  test('is not the tags of texts read before, beyond a bound', () => {
    const before = heapUsed()
    for (let i = 0; i < 50_000; i++) {
      decodeMsvmError(
        instance(`<PROPERTY NAME="Property number ${i} of a provider gone wild" TYPE="string"/>`),
      )
    }
    const bytes = heapUsed() - before
    assert.ok(bytes < 2_000_000, `${bytes} bytes`)
  })
})
