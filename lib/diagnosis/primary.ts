/** Which of a job's records tells the cause. */
import type { MsvmError } from '../records/msvm-error'
import { isClassifiedCode, isClassifiedMessageId } from './codes'
import { findCodes } from './find-codes'

/**
 * Sentences that only say that a migration failed and where; the cause stands in another record. English texts,
 * so in another language the rules after this one decide.
 */
const WRAPPERS: readonly RegExp[] = [
  /failed at migration (?:source|destination)/i,
  /is not compatible with physical computer/i,
  /live migration of .* (?:failed|did not succeed)/i,
]

/** A wrapper's sentence stands at the start of its message, which may be megabytes long. */
const WRAPPER_REACH = 4096

/** What a record shows, the most telling first: one is preferred by the first item in which it is higher. */
type Rank = readonly [classified: number, hasCode: number, notWrapper: number, severity: number]

/**
 * The index of the record that tells the cause, null without records. Preferred is, in this order:
 *
 * 1. a record with a classified code (the table in codes.ts) or MessageID;
 * 2. one with any error code in its Message or MessageArguments;
 * 3. one that is not a known wrapper;
 * 4. the one with the highest PerceivedSeverity, as the installed class numbers it: 2 Information … 7 Fatal; 0, 1,
 *    NULL and reserved numbers rank below all of them;
 * 5. the first.
 */
export function choosePrimary(errors: readonly MsvmError[]): number | null {
  // One record needs no ranking, and most jobs have one.
  if (errors.length === 1) return 0
  let primary: number | null = null
  let best: Rank | null = null
  for (const [index, error] of errors.entries()) {
    const rank = rankOf(error)
    if (best === null || isHigher(rank, best)) {
      primary = index
      best = rank
    }
  }
  return primary
}

function rankOf(error: MsvmError): Rank {
  const codes = findCodes(error)
  const classified =
    codes.some(({ hresult }) => isClassifiedCode(hresult)) || isClassifiedMessageId(error.messageId)
  const message = (error.message ?? '').slice(0, WRAPPER_REACH)
  const isWrapper = WRAPPERS.some(pattern => pattern.test(message))
  return [Number(classified), Number(codes.length > 0), Number(!isWrapper), severityOf(error)]
}

function severityOf({ perceivedSeverity }: MsvmError): number {
  const severity = perceivedSeverity ?? 0
  return severity >= 2 && severity <= 7 ? severity : 0
}

function isHigher(rank: Rank, than: Rank): boolean {
  const difference = rank.map((value, at) => value - (than[at] ?? 0)).find(value => value !== 0)
  return difference !== undefined && difference > 0
}
