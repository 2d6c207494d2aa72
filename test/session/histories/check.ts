/** Plays random histories until one is found that is reported wrongly. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { history, play } from './history'

/** Prints the seed first: the same seed plays the same histories. */
export async function checkHistories(runs: number, seed: number): Promise<void> {
  console.log(`# ${runs} histories, seed ${seed}`)
  const property = fc.asyncProperty(history, fc.boolean(), async (commands, inOrder) => {
    const { expected, ends, progress, contradictions } = await play(commands, inOrder)
    assert.deepEqual(ends, expected, 'each end once')
    assert.deepEqual(contradictions, [], 'nothing of a job after its end')
    if (!inOrder) return
    for (const [id, percents] of progress) {
      assert.deepEqual(
        percents,
        percents.toSorted((a, b) => a - b),
        `the progress of ${id} never goes back`,
      )
    }
  })
  await fc.assert(property, { numRuns: runs, seed })
}
