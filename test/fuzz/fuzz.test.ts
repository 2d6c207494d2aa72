/** The comparison itself, a short run of it, and what longer runs have found. */

import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { compare } from './compare'
import { generate } from './generate'
import { mutate } from './mutate'
import { Random } from './random'
import { judgeByParseXml, judgeBySaxes, normalised } from './referees'
import { decodeTree, NotAnInstance, parseTree } from './reference-decoder'

const FOUND = join(__dirname, '../../../test/fixtures/cimxml/found')

describe('the fuzzer', () => {
  test('makes the same texts of the same seed', () => {
    const texts = (seed: number) => {
      const random = new Random(seed)
      return Array.from({ length: 50 }, () => mutate(random, generate(random), 'other'))
    }
    assert.deepEqual(texts(7), texts(7))
    assert.notDeepEqual(texts(7), texts(8))
  })

  test('makes texts that are accepted and texts that are refused', () => {
    const random = new Random(1)
    const verdicts = Array.from({ length: 300 }, () => compare(generate(random)).accepted)
    assert.deepEqual(new Set(verdicts), new Set([true, false]))
  })

  test('finds no difference in a short run', () => {
    const random = new Random(20_260_314)
    for (let i = 0; i < 3000; i++) {
      const whole = generate(random)
      const text = random.once(2) ? whole : mutate(random, whole, whole)
      assert.equal(compare(text).difference, null, text)
    }
  })

  test('explains what the rules have us decide in another way than XML', () => {
    const doctype = compare('<!DOCTYPE INSTANCE><INSTANCE CLASSNAME="C"/>')
    assert.deepEqual(doctype, {
      accepted: false,
      explained: ['a DOCTYPE is legal XML and refused by rule'],
      difference: null,
    })
    const control = compare('<INSTANCE CLASSNAME="&#1;"/>')
    assert.deepEqual(control, {
      accepted: true,
      explained: ['references to control characters are accepted by rule'],
      difference: null,
    })
  })
})

describe('the referees', () => {
  const illFormed = [
    '',
    '<A>',
    '<A b="<"/>',
    '<A/><A/>',
    '<A>&x;</A>',
    '<A>]]></A>',
    '<A b="" b=""/>',
    '<A>\u0001</A>',
    '<A><!-- -- --></A>',
    '<A/>\ud83d',
  ]
  for (const text of illFormed) {
    test(`refuse ${JSON.stringify(text)}`, () => {
      assert.equal(typeof judgeByParseXml(text), 'string')
      assert.equal(typeof judgeBySaxes(text), 'string')
    })
  }

  test('accept what is well-formed', () => {
    const text = normalised('\ufeff<?xml version="1.1"?>\r\n<A b="&lt;">&#65;<!-- --><![CDATA[<]]></A>')
    assert.equal(typeof judgeByParseXml(text), 'object')
    assert.equal(judgeBySaxes(text), null)
  })
})

describe('the second decoder', () => {
  const decode = (text: string) => decodeTree(parseTree(text), text)

  test('decodes an instance by itself', () => {
    const text =
      '<INSTANCE CLASSNAME="C"><PROPERTY NAME="P" TYPE="sint64"><VALUE> -0x10 </VALUE></PROPERTY></INSTANCE>'
    assert.deepEqual(decode(text), {
      className: 'C',
      properties: Object.assign(Object.create(null), { P: { type: 'sint64', array: false, value: -16n } }),
    })
  })

  test('refuses what is no instance', () => {
    const texts = [
      '<A/>',
      '<INSTANCE/>',
      '<INSTANCE CLASSNAME="C">&#32;</INSTANCE>',
      '<INSTANCE CLASSNAME="C"><VALUE/></INSTANCE>',
    ]
    for (const text of texts) assert.throws(() => decode(text), NotAnInstance)
  })
})

describe('a text that a run has found', () => {
  // None is left to fix while the directory is empty or missing; each file in it is a difference of some day.
  for (const file of existsSync(FOUND) ? readdirSync(FOUND) : []) {
    test(`makes no difference any more: ${file}`, () => {
      const { xml } = JSON.parse(readFileSync(join(FOUND, file), 'utf8')) as { xml: string }
      assert.equal(compare(xml).difference, null)
    })
  }
})
