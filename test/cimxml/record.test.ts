/** Msvm_Error records: fields, extra, and both ways to make one. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Property } from '../../lib/cim/names'
import { type CimInstance, decodeInstance, decodeMsvmError, type MsvmError } from '../../lib/entries/cimxml'
import { toMsvmError } from '../../lib/records/msvm-error'
import { instance } from './cases/case'

const TEXT_FIELDS = {
  OtherErrorType: 'otherErrorType',
  OwningEntity: 'owningEntity',
  MessageID: 'messageId',
  Message: 'message',
  ProbableCauseDescription: 'probableCauseDescription',
  ErrorSource: 'errorSource',
  OtherErrorSourceFormat: 'otherErrorSourceFormat',
  CIMStatusCodeDescription: 'cimStatusCodeDescription',
} as const

const NUMBER_FIELDS = {
  ErrorType: 'errorType',
  PerceivedSeverity: 'perceivedSeverity',
  ProbableCause: 'probableCause',
  ErrorSourceFormat: 'errorSourceFormat',
  CIMStatusCode: 'cimStatusCode',
} as const

const LIST_FIELDS = {
  MessageArguments: 'messageArguments',
  RecommendedActions: 'recommendedActions',
} as const

const FIELDS = [...Object.values(TEXT_FIELDS), ...Object.values(NUMBER_FIELDS), ...Object.values(LIST_FIELDS)]

function scalar(name: string, type: string, text?: string): string {
  const content = text === undefined ? '' : `<VALUE>${text}</VALUE>`
  return `<PROPERTY NAME="${name}" TYPE="${type}">${content}</PROPERTY>`
}

function list(name: string, type: string, items?: string): string {
  const content = items === undefined ? '' : `<VALUE.ARRAY>${items}</VALUE.ARRAY>`
  return `<PROPERTY.ARRAY NAME="${name}" TYPE="${type}">${content}</PROPERTY.ARRAY>`
}

/** The record of a text, made both ways. */
function record(body: string): MsvmError {
  const xml = instance(body)
  const direct = decodeMsvmError(xml)
  assert.deepEqual(toMsvmError(decodeInstance(xml)), direct)
  return direct
}

/** A null-prototype object. */
function extra(entries: Record<string, unknown>): Record<string, unknown> {
  return Object.assign(Object.create(null), entries)
}

describe('a field of a record', () => {
  for (const [name, field] of Object.entries(TEXT_FIELDS)) {
    test(`${field} is ${name}: text, empty, NULL, absent`, () => {
      assert.equal(record(scalar(name, 'string', 'x'))[field], 'x')
      assert.equal(record(scalar(name, 'string', ''))[field], '')
      assert.equal(record(scalar(name, 'string'))[field], null)
      assert.equal(record('')[field], undefined)
    })

    test(`${field} leaves another type to extra`, () => {
      assert.deepEqual({ ...record(scalar(name, 'uint32', '5')).extra }, { [name]: 5 })
      assert.deepEqual({ ...record(scalar(name, 'datetime')).extra }, { [name]: null })
      assert.deepEqual({ ...record(list(name, 'string', '<VALUE>x</VALUE>')).extra }, { [name]: ['x'] })
      assert.equal(record(scalar(name, 'uint32', '5'))[field], undefined)
    })
  }

  for (const [name, field] of Object.entries(NUMBER_FIELDS)) {
    test(`${field} is ${name}: a number, NULL, absent`, () => {
      assert.equal(record(scalar(name, 'uint16', '65535'))[field], 65535)
      assert.equal(record(scalar(name, 'uint16'))[field], null)
      assert.equal(record('')[field], undefined)
    })

    test(`${field} takes every integer type whose value is a safe number`, () => {
      for (const type of ['uint8', 'uint16', 'uint32', 'sint8', 'sint16', 'sint32', 'uint64', 'sint64']) {
        assert.equal(record(scalar(name, type, '7'))[field], 7, type)
        assert.equal(record(scalar(name, type))[field], null, type)
      }
      assert.equal(record(scalar(name, 'sint64', '-9007199254740991'))[field], -9007199254740991)
      const beyond = record(scalar(name, 'uint64', '9007199254740992'))
      assert.equal(beyond[field], undefined)
      assert.deepEqual({ ...beyond.extra }, { [name]: 9007199254740992n })
    })

    test(`${field} leaves another type to extra`, () => {
      assert.deepEqual({ ...record(scalar(name, 'string', '5')).extra }, { [name]: '5' })
      assert.deepEqual({ ...record(scalar(name, 'real32', '5')).extra }, { [name]: 5 })
      assert.deepEqual({ ...record(scalar(name, 'boolean', 'true')).extra }, { [name]: true })
      assert.deepEqual({ ...record(list(name, 'uint16', '<VALUE>5</VALUE>')).extra }, { [name]: [5] })
      assert.equal(record(scalar(name, 'string', '5'))[field], undefined)
    })
  }

  for (const [name, field] of Object.entries(LIST_FIELDS)) {
    test(`${field} is ${name}: items, NULL items, empty, NULL, absent`, () => {
      assert.deepEqual(record(list(name, 'string', '<VALUE>a</VALUE><VALUE.NULL/><VALUE/>'))[field], [
        'a',
        null,
        '',
      ])
      assert.deepEqual(record(list(name, 'string', ''))[field], [])
      assert.equal(record(list(name, 'string'))[field], null)
      assert.equal(record('')[field], undefined)
    })

    test(`${field} leaves another type to extra`, () => {
      assert.deepEqual({ ...record(list(name, 'uint8', '<VALUE>1</VALUE>')).extra }, { [name]: [1] })
      assert.deepEqual({ ...record(list(name, 'uint8')).extra }, { [name]: null })
      assert.deepEqual({ ...record(scalar(name, 'string', 'x')).extra }, { [name]: 'x' })
      assert.equal(record(scalar(name, 'string', 'x'))[field], undefined)
    })
  }

  test('takes its property in any case, and leaves a name that is only alike to extra', () => {
    assert.equal(record(scalar('MESSAGEID', 'string', 'x')).messageId, 'x')
    assert.equal(record(scalar('cimstatuscode', 'uint32', '1')).cimStatusCode, 1)
    assert.deepEqual({ ...record(scalar('Mes\u017fage', 'string', 'x')).extra }, { 'Mes\u017fage': 'x' })
  })
})

describe('a record', () => {
  test('is what the examples of the documentation show', () => {
    const xml = instance(
      scalar('Message', 'string', 'The request did not complete.') + scalar('ErrorType', 'uint16', '4'),
    )
    const { className, properties } = decodeInstance(xml)
    assert.equal(className, 'C')
    assert.deepEqual(properties.Message, {
      type: 'string',
      array: false,
      value: 'The request did not complete.',
    })
    const { message, errorType, extra: rest } = decodeMsvmError(xml)
    assert.deepEqual([message, errorType, Object.keys(rest)], ['The request did not complete.', 4, []])
  })

  test('has its fields in one order, whatever came', () => {
    const full = record(
      Object.keys(TEXT_FIELDS)
        .reverse()
        .map(name => scalar(name, 'string', 'x'))
        .join('') +
        Object.keys(NUMBER_FIELDS)
          .map(name => scalar(name, 'uint16', '1'))
          .join('') +
        Object.keys(LIST_FIELDS)
          .map(name => list(name, 'string', ''))
          .join(''),
    )
    assert.deepEqual(Object.keys(full), Object.keys(record('')))
    assert.deepEqual(new Set(Object.keys(full)), new Set(['className', ...FIELDS, 'extra']))
    assert.deepEqual(full.extra, extra({}))
  })

  test('keeps unknown and system properties in extra by their names', () => {
    const body =
      scalar('__PATH', 'string') +
      scalar('__GENUS', 'sint32', '2') +
      list('__DERIVATION', 'string', '<VALUE>CIM_Error</VALUE>') +
      scalar('__proto__', 'string', 'p') +
      scalar('constructor', 'uint64', '1') +
      scalar('Zusatz', 'boolean', 'TRUE') +
      '<PROPERTY.REFERENCE NAME="Ref"><VALUE.REFERENCE><CLASSNAME NAME="D"/></VALUE.REFERENCE></PROPERTY.REFERENCE>'
    assert.deepEqual(
      record(body).extra,
      extra({
        __PATH: null,
        __GENUS: 2,
        __DERIVATION: ['CIM_Error'],
        ['__proto__']: 'p',
        constructor: 1n,
        Zusatz: true,
        Ref: { host: null, namespace: null, className: 'D', keys: extra({}) },
      }),
    )
  })

  test('is made of an instance of any class, whose name it keeps', () => {
    const made = decodeMsvmError(
      `<INSTANCE CLASSNAME="Some_Other">${scalar('Message', 'string', 'x')}</INSTANCE>`,
    )
    assert.equal(made.className, 'Some_Other')
    assert.equal(made.message, 'x')
  })

  test('knows no more properties than the names that have a bit each', () => {
    assert.ok(Object.keys(Property).length <= 31)
  })

  test('keeps numbers that no enumeration has', () => {
    assert.equal(record(scalar('ErrorType', 'uint16', '64999')).errorType, 64999)
    assert.equal(record(scalar('ErrorType', 'sint16', '-1')).errorType, -1)
  })

  test('survives structuredClone', () => {
    const made = record(
      scalar('Message', 'string', 'x') +
        list('MessageArguments', 'string', '<VALUE.NULL/>') +
        scalar('A', 'uint64', '1'),
    )
    const clone = structuredClone(made)
    assert.deepEqual({ ...clone, extra: extra(clone.extra) }, made)
  })

  test('is not shared with the next', () => {
    const first = decodeMsvmError(instance(scalar('A', 'string', 'x')))
    const second = decodeMsvmError(instance(scalar('B', 'string', 'y')))
    assert.deepEqual(Object.keys(first.extra), ['A'])
    assert.deepEqual(Object.keys(second.extra), ['B'])
  })

  test('puts a value that does not match the type it says into extra', () => {
    const odd: CimInstance = {
      className: 'Msvm_Error',
      properties: {
        Message: { type: 'string', array: false, value: 5 },
        ErrorType: { type: 'uint16', array: false, value: 'x' },
        MessageArguments: { type: 'string', array: true, value: ['a', 5] },
        RecommendedActions: { type: 'string', array: true, value: 'x' },
        CIMStatusCode: { type: 'object', array: false, value: null },
      },
    }
    const made = toMsvmError(odd)
    assert.deepEqual(
      made.extra,
      extra({
        Message: 5,
        ErrorType: 'x',
        MessageArguments: ['a', 5],
        RecommendedActions: 'x',
        CIMStatusCode: null,
      }),
    )
    for (const field of FIELDS) assert.equal(made[field], undefined)
  })
})
