/** The measurement itself: it has to see a leak, and none where there is none. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SAMPLES, WorkingSet } from './working-set'

const PIECE = 2 ** 20

function after(work: () => unknown): WorkingSet {
  const workingSet = new WorkingSet()
  const kept: unknown[] = []
  for (let i = 0; i < SAMPLES; i++) {
    kept.push(work())
    workingSet.sample()
  }
  assert.equal(kept.length, SAMPLES)
  return workingSet
}

describe('the working set of a process', () => {
  test('is flat where nothing is kept', () => after(() => Buffer.alloc(PIECE, 1).length).assertFlat())

  test('grows with JavaScript objects', () => {
    const kept = () => Array.from({ length: PIECE / 32 }, Math.random)
    assert.throws(() => after(kept).assertFlat(), /the JavaScript objects grow: heap \+\d/)
  })

  test("grows with what is outside V8's heap", () => {
    assert.throws(
      () => after(() => Buffer.alloc(PIECE, 1)).assertFlat(),
      /outside V8's heap grows: .*native \+\d/,
    )
  })
})
