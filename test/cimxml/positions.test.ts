/** Positions and messages of DecodeError. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isHyperVError } from '../../lib/base/errors'
import { DecodeError, decodeInstance } from '../../lib/entries/cimxml'
import { array, instance, property, reference, value } from './cases/case'

function failure(xml: string): DecodeError {
  try {
    decodeInstance(xml)
  } catch (error) {
    if (error instanceof DecodeError) return error
    throw error
  }
  throw new assert.AssertionError({ message: `accepted ${JSON.stringify(xml.slice(0, 100))}` })
}

describe('the position of a DecodeError', () => {
  const lines: readonly [before: string, line: number, column: number][] = [
    ['', 1, 1],
    ['  ', 1, 3],
    ['\n', 2, 1],
    ['\r\n', 2, 1],
    ['\r', 2, 1],
    ['\r\n\r\n  ', 3, 3],
    ['\r\r\n\n ', 4, 2],
    ['\n\r', 3, 1],
    ['<!--\u{1f525}\u00e9-->', 1, 11],
    ['<!--\u2028\u0085-->', 1, 10],
  ]
  for (const [before, line, column] of lines) {
    test(`is line ${line}, column ${column} after ${JSON.stringify(before)}`, () => {
      const error = failure(`${before}x`)
      assert.deepEqual([error.offset, error.line, error.column], [before.length, line, column])
    })
  }

  test('counts a CR as the end of a line where the offset is that of the LF after it', () => {
    const error = failure('<INSTANCE CLASSNAME="C">\r\n\u0001')
    assert.deepEqual([error.line, error.column], [2, 1])
  })

  test('counts the byte order mark as a unit of the first line', () => {
    assert.equal(failure('\ufeffx').column, 2)
  })

  test('is right for a tag that was read before', () => {
    const xml = instance('<PROPERTY NAME="P" TYPE="nope"/>')
    const first = failure(xml)
    const second = failure(`\n  ${xml}`)
    assert.deepEqual([second.offset, second.line, second.column], [first.offset + 3, 2, first.column + 2])
  })

  const texts = [
    `<?xml version="1.0" encoding='utf-8' standalone="no"?><!-- c --><?p i?>${property('string', '<VALUE>a&lt;&#65;<![CDATA[b]]><!-- - --><?x y?>c</VALUE>')}`,
    array(
      'uint8',
      '<QUALIFIER NAME="Q"><A b="c"/></QUALIFIER>\r\n<VALUE.ARRAY><VALUE>1</VALUE><VALUE.NULL /></VALUE.ARRAY>',
    ),
    reference(
      '<VALUE.REFERENCE> <INSTANCEPATH><NAMESPACEPATH><HOST>h</HOST><LOCALNAMESPACEPATH><NAMESPACE NAME="n"/></LOCALNAMESPACEPATH></NAMESPACEPATH><INSTANCENAME CLASSNAME="D"><KEYBINDING NAME="K"><KEYVALUE>&apos;</KEYVALUE></KEYBINDING></INSTANCENAME></INSTANCEPATH></VALUE.REFERENCE >',
    ),
  ]
  for (const xml of texts) {
    test(`is the end of the text wherever ${JSON.stringify(xml.slice(0, 60))}… is cut off`, () => {
      for (let length = 0; length < xml.length; length++) {
        const { rule, offset } = failure(xml.slice(0, length))
        assert.deepEqual({ rule, offset }, { rule: 'truncated', offset: length }, xml.slice(0, length))
      }
    })
  }
})

describe('the message of a DecodeError', () => {
  test('says what, which rule, where, and shows the text around', () => {
    const error = failure(value('uint16', '70000'))
    assert.equal(
      error.message,
      `out of range for uint16 (range; line 1, column 65: '...uint16"><VALUE>' >>> '70000</VALUE></...')`,
    )
    assert.equal(error.name, 'DecodeError')
    assert.ok(isHyperVError(error))
  })

  test('marks the ends of a short text by showing no dots', () => {
    assert.match(failure('x').message, /: '' >>> 'x'\)$/)
  })

  test('escapes what could disturb a terminal or a log', () => {
    const { message } = failure(value('uint8', '\n\t\u0085\u2028\u202e\u{1f525}'))
    assert.match(message, />>> '\\u000a\\u0009\\u0085\\u2028\\u202e\\ud83d\\udd25/)
    assert.doesNotMatch(failure('<INSTANCE \u001b[31m').message, /\u001b/)
  })

  test('stays short for a long text', () => {
    assert.ok(failure(`<INSTANCE CLASSNAME="C"></${'x'.repeat(100_000)}>`).message.length < 300)
    assert.ok(failure(instance(`<QUALIFIER><${'x'.repeat(100_000)}></y>`)).message.length < 300)
  })
})
