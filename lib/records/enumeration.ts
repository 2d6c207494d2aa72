/** CIM enumerations as plain data: a ValueMap with its Values, and the ranges that are reserved. */
import { lookInto, refuse } from '../base/arguments'

/** Numbers without a name of their own; both ends belong to it. */
export interface NameRange {
  readonly from: number
  readonly to: number
  readonly name: string
}

export interface Enumeration {
  readonly values: Readonly<Record<number, string>>
  /** Looked at in order, when `values` has no name. */
  readonly ranges: readonly NameRange[]
}

export function enumeration(
  values: Readonly<Record<number, string>>,
  ranges: readonly NameRange[] = [],
): Enumeration {
  return Object.freeze({ values: Object.freeze(values), ranges: Object.freeze(ranges) })
}

export function range(from: number, to: number, name: string): NameRange {
  return Object.freeze({ from, to, name })
}

// A ValueMap's ".." stands for every number of the type that has no entry, so these start at 0.
export const RESERVED16 = range(0, 0xffff, 'DMTF Reserved')
export const RESERVED32 = range(0, 0xffff_ffff, 'DMTF Reserved')
/** Below 0x8000 the DMTF's, from there on the vendor's. */
export const RESERVED_BELOW_VENDOR: readonly NameRange[] = Object.freeze([
  range(0, 0x7fff, 'DMTF Reserved'),
  range(0x8000, 0xffff, 'Vendor Reserved'),
])

/**
 * The name of an enumeration's value, e.g. `nameOf(JobState, 10)` is `'Exception'`. A reserved number gives its
 * range's name, any other unknown number, NULL and an absent value give null.
 * @throws InvalidArgumentError for what is no enumeration
 */
export function nameOf(of: Enumeration, value: number | null | undefined): string | null {
  if (value === null || value === undefined || !Number.isInteger(value)) return null
  return lookInto('of', () => {
    const { values, ranges } = of
    if (typeof values !== 'object' || values === null || !Array.isArray(ranges)) {
      refuse('of', 'an enumeration', of)
    }
    const name = values[value]
    if (name !== undefined) return name
    return (ranges as readonly NameRange[]).find(({ from, to }) => value >= from && value <= to)?.name ?? null
  })
}
