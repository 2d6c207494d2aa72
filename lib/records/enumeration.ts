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

type Values = Readonly<Record<number, string>>

/** `Shutting Down` without blanks, as a word after each of them begins. */
type JoinedAt<
  Name extends string,
  Separator extends string,
> = Name extends `${infer Head}${Separator}${infer Tail}`
  ? `${Head}${JoinedAt<Capitalize<Tail>, Separator>}`
  : Name
type Joined<Name extends string> = JoinedAt<
  JoinedAt<JoinedAt<JoinedAt<JoinedAt<Name, ' '>, '-'>, '/'>, '('>,
  ')'
>

/** The constant for a name: `Shutting Down` is `ShuttingDown`, `-Monday` is `MinusMonday`. */
type ConstantName<Name extends string> = Name extends `-${infer Rest}`
  ? `Minus${Capitalize<Joined<Rest>>}`
  : Capitalize<Joined<Name>>

/** The numbers by their names: `JobState.Exception` is 10. */
export type Constants<Names extends Values> = {
  readonly [Value in keyof Names as Names[Value] extends string ? ConstantName<Names[Value]> : never]: Value
}

export function enumeration<const Names extends Values>(
  values: Names,
  ranges: readonly NameRange[] = [],
): Enumeration & Constants<Names> {
  const constants = Object.entries(values).map(([value, name]) => [constantName(name), Number(value)])
  const all = {
    ...Object.fromEntries(constants),
    values: Object.freeze(values),
    ranges: Object.freeze(ranges),
  }
  // As `Constants` says, which no compiler can follow through the entries.
  return Object.freeze(all) as Enumeration & Constants<Names>
}

function constantName(name: string): string {
  return name
    .replace(/^-/, 'Minus ')
    .replace(/(?:^|[ \-/()]+)([a-z]?)/g, (_, letter: string) => letter.toUpperCase())
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
