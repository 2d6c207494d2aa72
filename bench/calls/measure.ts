/** Times of asynchronous calls in microseconds, and the figures that come of several rounds. */
import { quantile } from '../../test/support/quantile'

export type Call = () => Promise<unknown>

/** One call after the other; the time of each. */
export async function roundTrips(call: Call, count: number): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const started = performance.now()
    await call()
    times.push((performance.now() - started) * 1000)
  }
  return times
}

/** Time per call while `inFlight` calls are always under way. */
export async function pipelined(call: Call, inFlight: number, count: number): Promise<number> {
  let left = count
  const lane = async () => {
    while (left > 0) {
      left -= 1
      await call()
    }
  }
  const started = performance.now()
  await Promise.all(Array.from({ length: inFlight }, lane))
  return ((performance.now() - started) * 1000) / count
}

/** Time per repetition of synchronous work. */
export function repeated(work: () => void, count: number): number {
  const started = performance.now()
  for (let i = 0; i < count; i++) work()
  return ((performance.now() - started) * 1000) / count
}

/** What was measured under each name, over all rounds. */
export class Figures {
  readonly #samples = new Map<string, number[]>()

  record(name: string, samples: readonly number[]): void {
    this.#samples.set(name, [...(this.#samples.get(name) ?? []), ...samples])
  }

  /** The sample that `share` of all are at most; undefined when nothing was recorded under the name. */
  percentile(name: string, share: number): number | undefined {
    const samples = this.#samples.get(name)
    return samples && quantile(samples, share)
  }

  median(name: string): number | undefined {
    return this.percentile(name, 0.5)
  }

  names(): string[] {
    return [...this.#samples.keys()]
  }
}
