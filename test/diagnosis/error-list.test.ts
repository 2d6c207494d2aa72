import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { InvalidArgumentError } from '../../lib/base/errors'
import { decodeErrorList } from '../../lib/diagnosis/error-list'

const ERROR = '<INSTANCE CLASSNAME="Msvm_Error"/>'
const CAUSE =
  '<INSTANCE CLASSNAME="Msvm_Error"><PROPERTY NAME="Message" TYPE="string"><VALUE>(0x80070005)</VALUE></PROPERTY></INSTANCE>'

describe('decodeErrorList', () => {
  test('gives no list for NULL', () => {
    assert.deepEqual(decodeErrorList(null), {
      errors: null,
      undecodable: [],
      raw: null,
      primary: null,
      primaryError: null,
    })
  })

  test('gives an empty list for an empty one', () => {
    assert.deepEqual(decodeErrorList([]), {
      errors: [],
      undecodable: [],
      raw: [],
      primary: null,
      primaryError: null,
    })
  })

  test('makes each element a record or an undecodable entry', () => {
    const raw = ['<', ERROR, null, CAUSE, '']
    const { errors, undecodable, raw: kept, primary } = decodeErrorList(raw)
    assert.deepEqual(
      errors?.map(({ message }) => message),
      [undefined, '(0x80070005)'],
    )
    assert.deepEqual(
      undecodable.map(entry => [entry.index, entry.raw]),
      [
        [0, '<'],
        [2, null],
        [4, ''],
      ],
    )
    assert.equal(kept, raw)
    assert.equal(primary, 1)
  })

  test('tells where a text is wrong, and names NULL as a rule of its own', () => {
    const [broken, missing] = decodeErrorList([`${ERROR}\n<`, null]).undecodable
    assert.deepEqual(
      [broken!.error.code, broken!.error.line, broken!.error.offset],
      ['ERR_CIMXML', 2, ERROR.length + 1],
    )
    assert.deepEqual([missing!.error.rule, missing!.error.offset], ['null', 0])
  })

  test('does not take a mistake of its caller for a broken text', () => {
    assert.throws(() => decodeErrorList([5 as unknown as string]), InvalidArgumentError)
  })
})
