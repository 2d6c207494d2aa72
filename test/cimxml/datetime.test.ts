/** CIM datetimes as Date and milliseconds. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { InvalidArgumentError } from '../../lib/base/errors'
import { cimDateTimeToDate, cimIntervalToMs } from '../../lib/entries/cimxml'

describe('cimDateTimeToDate', () => {
  const moments: readonly [text: string, iso: string][] = [
    ['20260314152653.589793+000', '2026-03-14T15:26:53.589Z'],
    ['20260314152653.589999+060', '2026-03-14T14:26:53.589Z'],
    ['20260314152653.000000-480', '2026-03-14T23:26:53.000Z'],
    ['20260101000000.000000+001', '2025-12-31T23:59:00.000Z'],
    ['20240229235959.999999+000', '2024-02-29T23:59:59.999Z'],
    ['16010101000000.000000-000', '1601-01-01T00:00:00.000Z'],
    ['19691231235959.000500+000', '1969-12-31T23:59:59.000Z'],
    ['19691231235959.999999+000', '1969-12-31T23:59:59.999Z'],
    ['00000101000000.000000+000', '0000-01-01T00:00:00.000Z'],
    ['00991231000000.000000+000', '0099-12-31T00:00:00.000Z'],
    ['99991231235959.999999-999', '+010000-01-01T16:38:59.999Z'],
  ]
  for (const [text, iso] of moments) {
    test(`takes ${text} for ${iso}`, () => {
      assert.equal(cimDateTimeToDate(text)?.toISOString(), iso)
    })
  }

  const others = [
    '20260314152653.******+000',
    '20260314152653.000000+***',
    '****0314152653.000000+000',
    '20260230000000.000000+000',
    '20250229000000.000000+000',
    '20260431000000.000000+000',
    '20261301000000.000000+000',
    '00000003141526.535897:000',
    '2026-03-14T15:26:53Z',
    '',
  ]
  for (const text of others) {
    test(`has no moment for ${JSON.stringify(text)}`, () => {
      assert.equal(cimDateTimeToDate(text), null)
    })
  }
})

describe('cimIntervalToMs', () => {
  const intervals: readonly [text: string, ms: number][] = [
    ['00000000000000.000000:000', 0],
    ['00000000000500.000000:000', 300_000],
    ['00000001020304.005000:000', 86_400_000 + 7_200_000 + 180_000 + 4000 + 5],
    ['00000000000000.000500:000', 0.5],
    ['99999999235959.000000:000', 99_999_999 * 86_400_000 + 86_399_000],
  ]
  for (const [text, ms] of intervals) {
    test(`takes ${text} for ${ms} ms`, () => {
      assert.equal(cimIntervalToMs(text), ms)
    })
  }

  for (const text of [
    '********000500.000000:000',
    '00000000000500.******:000',
    '20260314152653.000000+000',
    '00000000240000.000000:000',
    '',
  ]) {
    test(`has no length for ${JSON.stringify(text)}`, () => {
      assert.equal(cimIntervalToMs(text), null)
    })
  }
})

describe('both', () => {
  test('refuse what is no string', () => {
    for (const helper of [cimDateTimeToDate, cimIntervalToMs]) {
      assert.throws(() => helper(5 as unknown as string), InvalidArgumentError)
      assert.throws(() => helper(null as unknown as string), {
        message: 'expected a string for `text`, received null',
      })
    }
  })
})
