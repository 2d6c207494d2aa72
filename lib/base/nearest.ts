/** "Did you mean": the known name that a mistyped one is nearest to. */

/** More changes than these are another word. */
const MAX_CHANGES = 2

/** Null when no known name is near; letters' case counts for nothing. */
export function nearestName(name: string, known: readonly string[]): string | null {
  let nearest: string | null = null
  let least = MAX_CHANGES + 1
  for (const candidate of known) {
    const changes = distance(name.toLowerCase(), candidate.toLowerCase())
    if (changes < least) [nearest, least] = [candidate, changes]
  }
  return nearest
}

/** Insertions, deletions and replacements that lead from one text to the other; two swapped letters are one change. */
function distance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > MAX_CHANGES) return MAX_CHANGES + 1
  let before: number[] = []
  let last = Array.from({ length: other.length + 1 }, (_, i) => i)
  for (let i = 1; i <= one.length; i++) {
    const row = [i]
    for (let j = 1; j <= other.length; j++) {
      const at = (line: readonly number[], k: number) => line[k] ?? Number.POSITIVE_INFINITY
      const same = one[i - 1] === other[j - 1]
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
      row[j] = Math.min(
        at(last, j) + 1,
        at(row, j - 1) + 1,
        at(last, j - 1) + (same ? 0 : 1),
        swapped ? at(before, j - 2) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    before = last
    last = row
  }
  return last[other.length] ?? 0
}
