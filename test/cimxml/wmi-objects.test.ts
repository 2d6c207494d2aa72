/** `wmiObjects`: what the DTD of WMI itself adds to DSP0201. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DecodeError, decodeInstance, decodeMsvmError } from '../../lib/entries/cimxml'
import { instance } from './cases/case'

const INNER = '<INSTANCE CLASSNAME="D"><PROPERTY NAME="Q" TYPE="uint8"><VALUE>7</VALUE></PROPERTY></INSTANCE>'
const object = (body: string) => instance(`<PROPERTY.OBJECT NAME="P">${body}</PROPERTY.OBJECT>`)
const objects = (body: string) => instance(`<PROPERTY.OBJECTARRAY NAME="P">${body}</PROPERTY.OBJECTARRAY>`)
const decode = (xml: string) => decodeInstance(xml, { wmiObjects: true }).properties.P

describe('an object inside an instance', () => {
  test('is refused unless it is asked for', () => {
    for (const xml of [object(''), objects('')]) {
      for (const options of [undefined, {}, { wmiObjects: false }]) {
        assert.throws(() => decodeInstance(xml, options), { rule: 'child', offset: 24 })
        assert.throws(() => decodeMsvmError(xml, options), { rule: 'child', offset: 24 })
      }
    }
    assert.throws(() => decodeInstance(object(''), { wmiObjects: 1 as never }), {
      code: 'ERR_INVALID_ARG',
      message: 'expected a boolean for `options.wmiObjects`, received 1 (number)',
    })
  })

  const accepted: readonly [because: string, xml: string, array: boolean, value: unknown][] = [
    ['an instance', object(`<VALUE.OBJECT>${INNER}</VALUE.OBJECT>`), false, INNER],
    ['white space around it', object(` <VALUE.OBJECT>\n${INNER} </VALUE.OBJECT> `), false, INNER],
    ['a qualifier', object(`<QUALIFIER NAME="X"/><VALUE.OBJECT>${INNER}</VALUE.OBJECT>`), false, INNER],
    ['a class', object('<VALUE.OBJECT><CLASS NAME="D"/></VALUE.OBJECT>'), false, '<CLASS NAME="D"/>'],
    ['NULL', object(''), false, null],
    ['no array', objects(''), true, null],
    ['an empty array', objects('<VALUE.OBJECTARRAY/>'), true, []],
    [
      'an array with a NULL in it',
      objects(`<VALUE.OBJECTARRAY><VALUE.OBJECT>${INNER}</VALUE.OBJECT><VALUE.NULL/></VALUE.OBJECTARRAY>`),
      true,
      [INNER, null],
    ],
  ]
  for (const [because, xml, array, value] of accepted) {
    test(`is read: ${because}`, () => {
      assert.deepEqual(decode(xml), { type: 'object', array, value })
      assert.deepEqual({ ...decodeMsvmError(xml, { wmiObjects: true }).extra }, { P: value })
    })
  }

  test('is CIM-XML that can be decoded in its turn', () => {
    const value = decode(object(`<VALUE.OBJECT>${INNER}</VALUE.OBJECT>`))?.value
    assert.equal(decodeInstance(String(value)).properties.Q?.value, 7)
  })

  const refused: readonly [because: string, xml: string, rule: string][] = [
    ['without a name', instance('<PROPERTY.OBJECT/>'), 'name'],
    ['twice', instance('<PROPERTY.OBJECT NAME="P"/><PROPERTY.OBJECT NAME="p"/>'), 'property-duplicate'],
    ['with two values', object('<VALUE.OBJECT><CLASS/></VALUE.OBJECT>'.repeat(2)), 'child-repeated'],
    ['with a VALUE', object('<VALUE>x</VALUE>'), 'child'],
    ['with a VALUE.OBJECTARRAY', object('<VALUE.OBJECTARRAY/>'), 'child'],
    ['that is empty', object('<VALUE.OBJECT/>'), 'child-missing'],
    ['that holds text', object('<VALUE.OBJECT>x</VALUE.OBJECT>'), 'child-missing'],
    ['that holds something else', object('<VALUE.OBJECT><VALUE/></VALUE.OBJECT>'), 'child-missing'],
    ['that is ill-formed', object('<VALUE.OBJECT><INSTANCE></VALUE.OBJECT>'), 'end-tag'],
    [
      'in an array that holds something else',
      objects('<VALUE.OBJECTARRAY><VALUE/></VALUE.OBJECTARRAY>'),
      'child',
    ],
  ]
  for (const [because, xml, rule] of refused) {
    test(`is refused ${because}`, () => {
      assert.throws(
        () => decode(xml),
        (error: unknown) => {
          assert.ok(error instanceof DecodeError)
          assert.equal(error.rule, rule)
          return true
        },
      )
    })
  }

  test('counts as a property, and as items', () => {
    const many = objects(`<VALUE.OBJECTARRAY>${'<VALUE.NULL/>'.repeat(3)}</VALUE.OBJECTARRAY>`)
    assert.throws(() => decodeInstance(many, { wmiObjects: true, maxItems: 2 }), { rule: 'limit-items' })
    const deep = object(`<VALUE.OBJECT>${'<INSTANCE>'.repeat(100_000)}`)
    assert.throws(() => decode(deep), { rule: 'limit-depth' })
  })
})
