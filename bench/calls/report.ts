/** What the figures say: goals, table, JSON. */
import { rounded } from '../lib/results'
import type { Cost } from './counted'
import type { Figures } from './measure'

/** Calls in flight at a time. */
export const DEPTHS = [1, 8, 64, 1000]
/** The depth that the goals are about. */
export const GOAL_DEPTH = 64

const ROUND_TRIP = 'round trip'

/** The names under which samples are recorded, in microseconds. */
export const key = {
  roundTrip: (name: string) => `${name}: ${ROUND_TRIP}`,
  inFlight: (name: string, depth: number) => `${name}: ${depth} in flight`,
  process: (name: string) => `${name}: one process`,
  cold: (part: string) => `cold process: ${part}`,
  rawCall: 'raw COM call in C++',
  decode: 'decode part',
  warmStart: 'connect and first call',
}

export interface Goal {
  readonly goal: string
  /** What is compared, over what it is compared with; null when a candidate is missing. */
  readonly ratio: number | null
  readonly limit: string
  readonly met: boolean | null
}

/** The median under each name, for round trips the 99th percentile as well. */
export function figuresOf(figures: Figures): Record<string, number> {
  const result: Record<string, number> = {}
  for (const name of figures.names()) {
    const isRoundTrip = name.endsWith(ROUND_TRIP)
    result[isRoundTrip ? `${name} p50` : name] = rounded(figures.median(name) ?? Number.NaN)
    if (isRoundTrip) result[`${name} p99`] = rounded(figures.percentile(name, 0.99) ?? Number.NaN)
  }
  return result
}

/** What the figures are good for beside the goals: each line is one figure over another. */
export function ratiosOf(figures: Figures): Record<string, number | null> {
  const over = (name: string, base: string) =>
    finite((figures.median(name) ?? Number.NaN) / (figures.median(base) ?? Number.NaN))
  const ours = { roundTrip: key.roundTrip('getErrorEx'), inFlight: key.inFlight('getErrorEx', GOAL_DEPTH) }
  return {
    'import of the package / of an empty module': over(
      key.cold('import of the package'),
      key.cold('import of an empty module'),
    ),
    'round trip: koffi / getErrorEx': over(key.roundTrip('koffi'), ours.roundTrip),
    [`${GOAL_DEPTH} in flight: koffi / getErrorEx`]: over(key.inFlight('koffi', GOAL_DEPTH), ours.inFlight),
    [`${GOAL_DEPTH} in flight: native part / raw COM call`]: over(
      key.inFlight('native part', GOAL_DEPTH),
      key.rawCall,
    ),
    [`decode part / getErrorEx, ${GOAL_DEPTH} in flight`]: over(key.decode, ours.inFlight),
    [`cscript / getErrorEx, ${GOAL_DEPTH} in flight`]: over(key.process('cscript'), ours.inFlight),
  }
}

/** null when one side was not measured. */
function finite(ratio: number): number | null {
  return Number.isFinite(ratio) ? rounded(ratio) : null
}

/** Of a round trip over a thread hop and a raw call. */
const ROUND_TRIP_LIMIT = { quiet: 1, busy: 1.3 }
/** Of a call over the AsyncWorker's. */
const RIVAL_LIMIT = 0.9

export function goalsOf(figures: Figures, condition: keyof typeof ROUND_TRIP_LIMIT): Goal[] {
  const get = (name: string) => figures.median(name) ?? Number.NaN
  const p50 = (name: string) => get(key.roundTrip(name))
  const inFlight = (name: string) => get(key.inFlight(name, GOAL_DEPTH))
  const floor = p50('thread hop') + get(key.rawCall)
  const goals = [
    atMost(
      'round trip of getErrorEx / (thread hop + raw COM call)',
      p50('getErrorEx') / floor,
      ROUND_TRIP_LIMIT[condition],
    ),
    atMost('round trip of getErrorEx / AsyncWorker', p50('getErrorEx') / p50('AsyncWorker'), RIVAL_LIMIT),
    atMost(
      `getErrorEx, ${GOAL_DEPTH} in flight / AsyncWorker, ${GOAL_DEPTH} in flight`,
      inFlight('getErrorEx') / inFlight('AsyncWorker'),
      RIVAL_LIMIT,
    ),
    atMost(
      `native part, ${GOAL_DEPTH} in flight / thread hop, ${GOAL_DEPTH} in flight`,
      inFlight('native part') / inFlight('thread hop'),
      3,
    ),
  ]
  if (condition === 'busy') return goals
  const spawned = Math.min(...['cscript', 'wmic'].flatMap(name => figures.median(key.process(name)) ?? []))
  return [
    ...goals,
    atLeast('the faster spawned program / round trip of getErrorEx', spawned / p50('getErrorEx'), 300),
  ]
}

/** The other way to meet the goal of the native part, where a heap with one lock hides the time. */
const ALLOCATIONS_LIMIT = 6

export function costsReport(costs: Record<string, Cost>): string {
  const { js = Number.NaN, others = Number.NaN } = costs['heap allocations'] ?? {}
  const goal = atMost('heap allocations of a call', js + others, ALLOCATIONS_LIMIT)
  return [
    `one getErrorEx, ${GOAL_DEPTH} in flight, counted:`,
    ...table([
      ['', 'JavaScript thread', 'other threads'],
      ...Object.entries(costs).map(([name, cost]) => [name, String(cost.js), String(cost.others)]),
    ]),
    '',
    ...table([[goal.goal, cell(goal.ratio), goal.limit, verdict(goal.met)]]),
    '',
  ].join('\n')
}

function atMost(goal: string, ratio: number, limit: number): Goal {
  return judged(goal, ratio, `≤ ${limit}`, ratio <= limit)
}

function atLeast(goal: string, ratio: number, limit: number): Goal {
  return judged(goal, ratio, `≥ ${limit}`, ratio >= limit)
}

function judged(goal: string, value: number, limit: string, met: boolean): Goal {
  const ratio = finite(value)
  return { goal, ratio, limit, met: ratio === null ? null : met }
}

function cell(value: number | undefined | null): string {
  return value === undefined || value === null ? '–' : String(rounded(value))
}

/** Columns as wide as their widest cell; the first is aligned to the left. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0))) ?? []
  return rows.map(row =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  )
}

/** What was measured under one condition. */
export interface Measured {
  readonly name: keyof typeof ROUND_TRIP_LIMIT
  readonly figures: Figures
}

/** `names`: the candidates, in the order of their lines. */
export function textReport(measured: readonly Measured[], names: readonly string[]): string {
  const conditions = measured.map(({ name }) => name)
  const calls = names.flatMap(candidate =>
    measured.map(({ name, figures }) => [
      `${candidate}, ${name}`,
      cell(figures.median(key.roundTrip(candidate))),
      cell(figures.percentile(key.roundTrip(candidate), 0.99)),
      ...DEPTHS.map(depth => cell(figures.median(key.inFlight(candidate, depth)))),
    ]),
  )
  const others = (measured[0]?.figures.names() ?? []).filter(name => !/: round trip$|in flight$/.test(name))
  const ratios = measured.map(({ figures }) => ratiosOf(figures))
  return [
    'µs a call:',
    ...table([['', 'p50', 'p99', ...DEPTHS.map(depth => `${depth} in flight`)], ...calls]),
    '',
    'µs, medians:',
    ...table([
      ['', ...conditions],
      ...others.map(name => [name, ...measured.map(({ figures }) => cell(figures.median(name)))]),
    ]),
    '',
    'ratios:',
    ...table([
      ['', ...conditions],
      ...Object.keys(ratios[0] ?? {}).map(name => [name, ...ratios.map(each => cell(each[name]))]),
    ]),
    '',
    'goals:',
    ...table(
      measured.flatMap(({ name, figures }) =>
        goalsOf(figures, name).map(({ goal, ratio, limit, met }) => [
          `${name}: ${goal}`,
          cell(ratio),
          limit,
          verdict(met),
        ]),
      ),
    ),
    '',
  ].join('\n')
}

function verdict(met: boolean | null): string {
  if (met === null) return 'not measured'
  return met ? 'met' : 'MISSED'
}
