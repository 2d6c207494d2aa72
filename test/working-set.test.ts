/** The measurement itself: it has to see a leak, and none where there is none. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { kSamples, WorkingSet } from './support/working-set'

const kPiece = 2 ** 20

function after(work: () => unknown): WorkingSet {
  const workingSet = new WorkingSet()
  const kept: unknown[] = []
  for (let i = 0; i < kSamples; i++) {
    kept.push(work())
    workingSet.sample()
  }
  assert.equal(kept.length, kSamples)
  return workingSet
}

describe('the working set of a process', () => {
  it('is flat where nothing is kept', () => after(() => Buffer.alloc(kPiece, 1).length).assertFlat())

  it('grows with JavaScript objects', () => {
    const kept = () => Array.from({ length: kPiece / 32 }, Math.random)
    assert.throws(() => after(kept).assertFlat(), /the JavaScript objects grow: heap \+\d/)
  })

  it("grows with what is outside V8's heap", () => {
    assert.throws(
      () => after(() => Buffer.alloc(kPiece, 1)).assertFlat(),
      /outside V8's heap grows: .*native \+\d/,
    )
  })
})
