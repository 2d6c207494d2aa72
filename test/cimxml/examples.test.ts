/** Runs the worked examples of the rules (fixtures/cimxml/examples.json; all of them invented). */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import {
  type CimProperty,
  type CimScalar,
  DecodeError,
  decodeInstance,
  decodeMsvmError,
} from '../../lib/entries/cimxml'

/** A text in pieces, some of them to be repeated. */
interface Parts {
  readonly parts: readonly (string | { readonly repeat: string; readonly count: number })[]
}

interface Example {
  readonly name: string
  readonly xml: string | Parts
  readonly why?: string
  readonly error?: string
  readonly expect?: { readonly className: string; readonly properties: Readonly<Record<string, Encoded>> }
}

/** A property as JSON can hold it. */
type Encoded = Omit<CimProperty, 'value'> & { readonly value: unknown }

const EXAMPLES: readonly Example[] = JSON.parse(
  readFileSync(join(__dirname, '../../../test/fixtures/cimxml/examples.json'), 'utf8'),
)

function expandText(xml: string | Parts): string {
  if (typeof xml === 'string') return xml
  return xml.parts.map(part => (typeof part === 'string' ? part : part.repeat.repeat(part.count))).join('')
}

/** 64-bit integers and special reals stand as strings, long texts as what is repeated. */
function expandValue(type: string, value: unknown): CimProperty['value'] {
  if (Array.isArray(value)) return value.map(item => expandValue(type, item) as CimScalar | null)
  if (typeof value === 'object' && value !== null && '$repeat' in value && 'count' in value) {
    return String(value.$repeat).repeat(Number(value.count))
  }
  if (type === 'reference' && typeof value === 'object' && value !== null && 'keys' in value) {
    return { ...value, keys: Object.assign(Object.create(null), value.keys) } as CimScalar
  }
  if (typeof value === 'string' && /^[us]int64$/.test(type)) return BigInt(value)
  if (typeof value === 'string' && /^real/.test(type)) return Number(value.replace('INF', 'Infinity'))
  return value as CimProperty['value']
}

describe('the worked examples', () => {
  test('are all there', () => {
    assert.equal(EXAMPLES.length, 58)
  })

  for (const { name, xml, why, error, expect } of EXAMPLES) {
    const text = expandText(xml)
    if (expect === undefined) {
      test(`refuses ${name}: ${error}`, () => {
        assert.throws(() => decodeInstance(text), DecodeError)
        assert.throws(() => decodeMsvmError(text), DecodeError)
      })
      continue
    }
    test(`accepts ${name}${why === undefined ? '' : `: ${why}`}`, () => {
      const properties: Record<string, CimProperty> = Object.create(null)
      for (const [key, property] of Object.entries(expect.properties)) {
        properties[key] = { ...property, value: expandValue(property.type, property.value) }
      }
      assert.deepEqual(decodeInstance(text), { className: expect.className, properties })
      assert.equal(decodeMsvmError(text).className, expect.className)
    })
  }
})
