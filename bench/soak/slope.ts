/** Whether something grows: a straight line through samples, and how sure it is. */

export interface Slope {
  readonly perHour: number
  /** Half of the 95 % confidence interval. */
  readonly plusMinus: number
}

/** Samples next to each other are alike: their means over blocks count as independent. */
const BLOCKS = 20
/** Of Student's distribution with BLOCKS - 2 degrees of freedom. */
const T_95 = 2.101

/**
 * @param values samples at even distances
 * @param hours the time that they span
 */
export function slopeOf(values: readonly number[], hours: number): Slope {
  const size = values.length / BLOCKS
  const means = Array.from({ length: BLOCKS }, (_, block) =>
    mean(values.slice(Math.floor(block * size), Math.floor((block + 1) * size))),
  )
  const times = means.map((_, block) => ((block + 0.5) / BLOCKS) * hours)
  const [atMiddle, level] = [mean(times), mean(means)]
  const spread = sum(times.map(time => (time - atMiddle) ** 2))
  const perHour = sum(times.map((time, i) => (time - atMiddle) * ((means[i] ?? 0) - level))) / spread
  const residuals = sum(times.map((time, i) => ((means[i] ?? 0) - level - perHour * (time - atMiddle)) ** 2))
  return { perHour, plusMinus: T_95 * Math.sqrt(residuals / (BLOCKS - 2) / spread) }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length
}
