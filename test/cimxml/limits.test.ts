/** Arguments, limits, and that every text is answered promptly. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { InvalidArgumentError } from '../../lib/base/errors'
import {
  DecodeError,
  type DecodeLimits,
  decodeInstance,
  decodeMsvmError,
  defaultDecodeLimits,
} from '../../lib/entries/cimxml'
import { array, instance, p, property, value } from './cases/case'

/** The rule and offset a text is refused with. */
function refusal(xml: string, limits?: Partial<DecodeLimits>): [string, number] {
  try {
    decodeInstance(xml, limits)
  } catch (error) {
    if (error instanceof DecodeError) return [error.rule, error.offset]
    throw error
  }
  return ['accepted', -1]
}

describe('the text argument', () => {
  const values: readonly [value: unknown, received: string][] = [
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5 (number)'],
    [5n, '5 (bigint)'],
    [false, 'false (boolean)'],
    [Buffer.from('<A/>'), 'an object'],
    [['<A/>'], 'an array'],
    [Object('<A/>'), 'an object'],
    [Symbol('x'), 'a symbol'],
    [() => '<A/>', 'a function'],
  ]
  for (const [value, received] of values) {
    test(`is refused when it is ${received}`, () => {
      const expected = {
        code: 'ERR_INVALID_ARG',
        message: `expected a string for \`xml\`, received ${received}`,
      }
      for (const decode of [decodeInstance, decodeMsvmError]) {
        assert.throws(
          () => decode(value as string),
          error => {
            assert.ok(error instanceof InvalidArgumentError)
            assert.deepEqual({ code: error.code, message: error.message }, expected)
            return true
          },
        )
      }
    })
  }
})

describe('the options argument', () => {
  const xml = value('string', 'x')
  for (const limits of [
    undefined,
    {},
    { maxDepth: 4 },
    { ...defaultDecodeLimits },
    { maxDepth: undefined },
  ]) {
    test(`may be ${JSON.stringify(limits)}`, () => {
      assert.deepEqual(
        { ...decodeInstance(xml, limits as Partial<DecodeLimits>).properties },
        p('string', 'x'),
      )
    })
  }
  const wrong: readonly [limits: unknown, message: string][] = [
    [null, 'expected an object for `options`, received null'],
    [5, 'expected an object for `options`, received 5 (number)'],
    [{ maxDepth: 0 }, 'expected a positive integer for `options.maxDepth`, received 0 (number)'],
    [{ maxItems: 1.5 }, 'expected a positive integer for `options.maxItems`, received 1.5 (number)'],
    [{ maxItems: '1' }, 'expected a positive integer for `options.maxItems`, received "1" (string)'],
    [
      { maxLength: Number.POSITIVE_INFINITY },
      'expected a positive integer for `options.maxLength`, received Infinity (number)',
    ],
    [{ maxProperties: null }, 'expected a positive integer for `options.maxProperties`, received null'],
    [
      { depth: 5 },
      '`options` has no option `depth`: known are maxLength, maxDepth, maxProperties, maxItems, wmiObjects',
    ],
  ]
  for (const [limits, message] of wrong) {
    test(`refuses: ${message}`, () => {
      const expected = { name: 'InvalidArgumentError', message }
      assert.throws(() => decodeInstance(xml, limits as Partial<DecodeLimits>), expected)
      assert.throws(() => decodeMsvmError(xml, limits as Partial<DecodeLimits>), expected)
    })
  }
})

describe('a limit', () => {
  test('on the length takes a text that just fits and refuses one unit more', () => {
    const xml = value('string', 'x')
    assert.deepEqual(refusal(xml, { maxLength: xml.length }), ['accepted', -1])
    assert.deepEqual(refusal(xml, { maxLength: xml.length - 1 }), ['limit-length', xml.length - 1])
  })

  test('on the length is 16 Mi units unless it is set', () => {
    const frame = value('string', '')
    const text = 'x'.repeat(defaultDecodeLimits.maxLength - frame.length)
    assert.equal(defaultDecodeLimits.maxLength, 16 * 1024 * 1024)
    assert.deepEqual({ ...decodeInstance(value('string', text)).properties }, p('string', text))
    assert.deepEqual(refusal(value('string', `${text}x`)), ['limit-length', defaultDecodeLimits.maxLength])
    assert.deepEqual(refusal(value('string', `${text}x`), { maxLength: 2 ** 30 }), ['accepted', -1])
  })

  test('on the depth counts the root as one', () => {
    const xml = array('string', '<VALUE.ARRAY><VALUE/></VALUE.ARRAY>')
    assert.deepEqual(refusal(xml, { maxDepth: 4 }), ['accepted', -1])
    assert.deepEqual(refusal(xml, { maxDepth: 3 }), ['limit-depth', xml.indexOf('<VALUE/>')])
    assert.deepEqual(refusal('<INSTANCE CLASSNAME="C"/>', { maxDepth: 1 }), ['accepted', -1])
  })

  test('on the depth counts what is open, not what was', () => {
    assert.deepEqual(refusal(instance('<QUALIFIER><A/><B></B ></QUALIFIER>'.repeat(100)), { maxDepth: 3 }), [
      'accepted',
      -1,
    ])
    assert.deepEqual(
      refusal(
        array('string', `<VALUE.ARRAY>${'<VALUE/><VALUE.NULL/><VALUE>x</VALUE>'.repeat(100)}</VALUE.ARRAY>`),
        { maxDepth: 4 },
      ),
      ['accepted', -1],
    )
  })

  test('on the properties counts properties, not qualifiers', () => {
    const body =
      '<QUALIFIER/><PROPERTY NAME="A" TYPE="string"/><PROPERTY.ARRAY NAME="B" TYPE="string"/><PROPERTY.REFERENCE NAME="D"/>'
    assert.deepEqual(refusal(instance(body), { maxProperties: 3 }), ['accepted', -1])
    assert.deepEqual(refusal(instance(body), { maxProperties: 2 }), [
      'limit-properties',
      instance(body).indexOf('<PROPERTY.REFERENCE'),
    ])
  })

  test('on the items counts each array for itself, NULLs included', () => {
    const items = '<VALUE.ARRAY><VALUE/><VALUE.NULL/></VALUE.ARRAY>'
    const two = instance(
      ['A', 'B']
        .map(name => `<PROPERTY.ARRAY NAME="${name}" TYPE="string">${items}</PROPERTY.ARRAY>`)
        .join(''),
    )
    assert.deepEqual(refusal(two, { maxItems: 2 }), ['accepted', -1])
    assert.deepEqual(refusal(two, { maxItems: 1 }), ['limit-items', two.indexOf('<VALUE.NULL/>')])
  })
})

// No clock here: what takes milliseconds in linear time would take minutes in quadratic time, or the whole stack.
describe('a text made to be expensive', () => {
  const open = '<INSTANCE CLASSNAME="C"><PROPERTY NAME="P" TYPE="string"><VALUE>'
  const texts: readonly [name: string, xml: string, rule: string][] = [
    [
      'properties nested 100,000 deep',
      instance('<PROPERTY NAME="P" TYPE="string">'.repeat(100_000)),
      'child',
    ],
    ['qualifiers nested 1,000,000 deep', instance('<QUALIFIER>'.repeat(1_000_000)), 'limit-depth'],
    [
      'references nested 100,000 deep',
      instance(
        `<PROPERTY.REFERENCE NAME="P">${'<VALUE.REFERENCE><INSTANCENAME CLASSNAME="D"><KEYBINDING NAME="K">'.repeat(100_000)}`,
      ),
      'limit-depth',
    ],
    ['a million <', '<'.repeat(1_000_000), 'tag'],
    ['a million < in a VALUE', open + '<'.repeat(1_000_000), 'tag'],
    ['a million & in a VALUE', open + '&'.repeat(1_000_000), 'entity'],
    ['a million &amp without semicolon', `${open}&${'a'.repeat(1_000_000)}`, 'entity'],
    ['an attribute of 1 MB without an end', `<INSTANCE CLASSNAME="${'x'.repeat(1_000_000)}`, 'truncated'],
    [
      'an attribute of 1 MB of references without an end',
      `<INSTANCE CLASSNAME="${'&lt;'.repeat(250_000)}`,
      'truncated',
    ],
    ['a comment of 1 MB without an end', `<!--${' -'.repeat(500_000)}`, 'truncated'],
    ['an instruction of 1 MB without an end', `<?x ${'?'.repeat(1_000_000)}`, 'truncated'],
    ['a CDATA section of 1 MB without an end', `${open}<![CDATA[${']'.repeat(1_000_000)}`, 'truncated'],
    ['a declaration of 1 MB without an end', `<?xml version="${'1'.repeat(1_000_000)}`, 'truncated'],
    ['white space of 1 MB', ' '.repeat(1_000_000), 'truncated'],
    ['a name of 1 MB', `<${'x'.repeat(1_000_000)}`, 'truncated'],
    ['a reference of 1 MB', `${open}&#${'1'.repeat(1_000_000)};`, 'character-reference'],
    ['an integer of 1 MB', value('uint64', '9'.repeat(1_000_000)), 'range'],
    ['an integer of 1 MB that is none', value('uint64', `${'0'.repeat(1_000_000)}x`), 'integer'],
    ['a real of 1 MB', value('real64', '9'.repeat(1_000_000)), 'range'],
    ['a boolean of 1 MB', value('boolean', ' '.repeat(1_000_000)), 'boolean'],
    [
      'a VALUE.REFERENCE of comments',
      instance(`<PROPERTY.REFERENCE NAME="P"><VALUE.REFERENCE>${'<!---->'.repeat(150_000)}`),
      'end-tag',
    ],
    ['a million [ and ]', open + ']'.repeat(1_000_000), 'truncated'],
    [
      '100,000 elements with a name of their own',
      instance(`<QUALIFIER>${Array.from({ length: 100_000 }, (_, i) => `<A${i}></A${i}>`).join('')}`),
      'end-tag',
    ],
    [
      'an element with 100,000 attributes, one twice',
      `<INSTANCE${Array.from({ length: 100_000 }, (_, i) => ` A${i}=""`).join('')} A5=""/>`,
      'attribute-duplicate',
    ],
    [
      'tags with > in every attribute',
      instance(`<QUALIFIER>${'<A b=">>>>>>>>>>>>>>"/>'.repeat(50_000)}`),
      'end-tag',
    ],
    ['lines without end', `${'\r\n'.repeat(500_000)}x`, 'root'],
  ]
  for (const [name, xml, rule] of texts) {
    test(`is refused promptly: ${name}`, () => {
      assert.equal(refusal(xml)[0], rule)
    })
  }

  test('is accepted where it is only long', () => {
    const entities = decodeInstance(value('string', '&lt;'.repeat(1_000_000))).properties.P
    assert.equal(entities?.value, '<'.repeat(1_000_000))
    const lines = decodeInstance(value('string', '\r\n'.repeat(500_000))).properties.P
    assert.equal(lines?.value, '\n'.repeat(500_000))
    const zeros = decodeInstance(value('uint64', `${'0'.repeat(1_000_000)}7`)).properties.P
    assert.equal(zeros?.value, 7n)
    const deep = property(
      'string',
      `<QUALIFIER>${'<A>'.repeat(200_000)}${'</A>'.repeat(200_000)}</QUALIFIER>`,
    )
    assert.equal(decodeInstance(deep, { maxDepth: 1_000_000 }).properties.P?.value, null)
    const properties = Array.from({ length: 50_000 }, (_, i) => `<PROPERTY NAME="N${i}" TYPE="string"/>`)
    assert.equal(Object.keys(decodeInstance(instance(properties.join(''))).properties).length, 50_000)
    const many = decodeInstance(
      array('uint8', `<VALUE.ARRAY>${'<VALUE>7</VALUE>'.repeat(600_000)}</VALUE.ARRAY>`),
    )
    const items = many.properties.P?.value
    assert.ok(Array.isArray(items) && items.length === 600_000)
  })
})
