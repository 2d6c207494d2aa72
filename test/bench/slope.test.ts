import assert from 'node:assert/strict'
import { test } from 'node:test'
import { slopeOf } from '../../bench/soak/slope'

const COUNT = 200
const HOURS = 2

/** `level` at the start, growing by `perHour`, with a saw of this height on it. */
function samples(perHour: number, saw: number): number[] {
  return Array.from({ length: COUNT }, (_, i) => 50 + (perHour * HOURS * i) / COUNT + saw * ((i * 7) % 10))
}

test('a line without noise is found as it is', () => {
  const { perHour, plusMinus } = slopeOf(samples(3, 0), HOURS)
  assert.ok(Math.abs(perHour - 3) < 1e-9)
  assert.ok(plusMinus < 1e-9)
})

test('growth in noise lies within the interval, and stands out from none', () => {
  const { perHour, plusMinus } = slopeOf(samples(20, 1), HOURS)
  assert.ok(Math.abs(perHour - 20) <= plusMinus + 0.5, `${perHour} ± ${plusMinus}`)
  assert.ok(perHour - plusMinus > 8)
})

test('noise without growth is not certain to grow', () => {
  const noise = samples(0, 0).map((value, i) => value + 5 * Math.sin(i * 12.9898) * Math.cos(i * 78.233))
  const { perHour, plusMinus } = slopeOf(noise, HOURS)
  assert.ok(perHour - plusMinus < 0, `${perHour} ± ${plusMinus}`)
})
