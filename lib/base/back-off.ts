/** Waiting times between attempts. */

export interface BackOff {
  /** Before the first repetition; doubled for each further one. */
  readonly baseMs: number
  readonly maxMs: number
}

/** Half to all of the doubled time, so that callers that failed together do not come back together. */
export function jitteredBackOff({ baseMs, maxMs }: BackOff, attempt: number): number {
  return Math.min(baseMs * 2 ** attempt, maxMs) * (0.5 + Math.random() / 2)
}
