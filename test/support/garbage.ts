/** Garbage collection on demand, where memory is measured. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')

const gc = runInNewContext('gc') as (options?: { readonly type: 'minor' }) => void

export const collectGarbage = () => gc()

const ROUNDS = 10_000

/**
 * The bytes that are left of each round of `pass`, which is handed 800 bytes to pass on and keeps only the latest ones,
 * after collections of young objects alone: what an old object that is dead itself points to is not freed by them.
 */
export function bytesLeftOf(pass: (ballast: readonly number[]) => void): number {
  const run = () => {
    for (let round = 0; round < ROUNDS; round++) {
      pass(Array.from({ length: 100 }, Math.random))
      if (round % 2_000 === 0) gc({ type: 'minor' })
    }
    gc({ type: 'minor' })
    return process.memoryUsage().heapUsed
  }
  // The first ones grow old.
  const before = run()
  return (run() - before) / ROUNDS
}
