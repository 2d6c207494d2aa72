/** Whether a process that works on and on takes more and more memory. */
import assert from 'node:assert/strict'
import { collectGarbage } from './garbage'
import { median } from './quantile'

/** To be taken at even distances over the whole work: enough that each quarter has a median worth the name. */
export const SAMPLES = 100

/** In bytes, over a quarter of the work. */
const MAX_HEAP_GROWTH = 2 * 2 ** 20
const MAX_NATIVE_GROWTH = 12 * 2 ** 20

/**
 * Looks at medians, since a single sample says little: V8 and the system's allocator take and return regions of
 * many MiB at times of their own.
 */
export class WorkingSet {
  /** The live JavaScript objects. */
  readonly #heap: number[] = []
  /** The working set without V8's heap. */
  readonly #native: number[] = []

  sample(): void {
    collectGarbage()
    const { rss, heapTotal, heapUsed } = process.memoryUsage()
    this.#heap.push(heapUsed)
    this.#native.push(rss - heapTotal)
  }

  /** Fails when a part grows in the last quarter of the work: by then all caches and pools are full. */
  assertFlat(): void {
    assert.ok(growthOf(this.#heap) < MAX_HEAP_GROWTH, `the JavaScript objects grow: ${this}`)
    assert.ok(growthOf(this.#native) < MAX_NATIVE_GROWTH, `the memory outside V8's heap grows: ${this}`)
  }

  toString(): string {
    return `heap ${toText(growthOf(this.#heap))}, native ${toText(growthOf(this.#native))}`
  }
}

/** From the third quarter to the last one. */
function growthOf(samples: readonly number[]): number {
  assert.equal(samples.length, SAMPLES, 'samples')
  const quarter = SAMPLES / 4
  return median(samples.slice(3 * quarter)) - median(samples.slice(2 * quarter, 3 * quarter))
}

function toText(bytes: number): string {
  return `${bytes < 0 ? '' : '+'}${(bytes / 2 ** 20).toFixed(1)} MiB`
}
