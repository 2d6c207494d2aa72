/** What a failure is, where it lies and what to do about it. */
import {
  type FailureRow,
  failureOfCode,
  failureOfMessageId,
  messageRowOf,
  type Side,
  sourceOf,
} from './data/tables'
import { type FoundCode, findCodesOf } from './find-codes'
import { failureOfText, isSupported } from './fragments'
import { isCompanion, primaryOf } from './primary'
import { type DiagnosedRecord, type ErrorHolder, type RecordTexts, readSubject } from './source'

export type Confidence = 'certain' | 'likely' | 'possible'

/** Plain data. What is not known is null. */
export interface Diagnosis {
  /** Stable name of the failure, e.g. `delegation-missing`; docs/errors.md lists all. */
  readonly id: string | null
  /** Its area, e.g. `network`; `unclassified` without a match. */
  readonly category: string
  /** What to do, in one or two sentences, with the command to run. */
  readonly hint: string | null
  /** `certain`: the code has this cause only; `likely`; `possible`: it has others too, or the text is all there is. */
  readonly confidence: Confidence | null
  /** Whether the same operation may succeed later without anybody changing anything. */
  readonly retryable: boolean | null
  /** Where to look: the host it comes from or goes to, both, or the computer that asked for it. */
  readonly side: Side | null
  /** The error codes of the record that decided, or of the primary record. */
  readonly codes: readonly FoundCode[]
  readonly matchedBy: 'code' | 'message-id' | 'text' | null
  /** Index of the record that decided, of a list; null without a match, and for a single text or record. */
  readonly record: number | null
  /** The page to read. */
  readonly url: string | null
}

interface Match {
  readonly failure: FailureRow
  readonly by: 'code' | 'message-id' | 'text'
  readonly confidence: Confidence
}

/** E_INVALIDARG: like a companion it says less than a MessageID or a sentence. */
const INVALID_ARGUMENT = 0x8007_0057

const BY_CODE: Readonly<Record<FailureRow['confidence'], Confidence>> = {
  high: 'certain',
  medium: 'likely',
  low: 'possible',
}

/**
 * Says what failed, from a text, a record, a job's records or a result of `getErrorEx`: by an error code first, a
 * MessageID second, English sentences last. Of several records the primary one decides, and another only where that one
 * says nothing. No match is a normal answer.
 *
 * @throws InvalidArgumentError if `subject` is none of these
 */
export function diagnose(
  subject: string | DiagnosedRecord | readonly DiagnosedRecord[] | ErrorHolder,
): Diagnosis {
  const read = readSubject(subject)
  if (read.kind === 'single') {
    const codes = findCodesOf(read.record)
    return toDiagnosis(matchOf(read.record, codes), codes, null, [read.record])
  }
  const { records } = read
  const primary = primaryOf(records)
  if (primary === null) return toDiagnosis(null, [], null, [])
  let primaryCodes: readonly FoundCode[] = []
  for (const index of [primary, ...records.keys()]) {
    const record = records[index]
    if (record === undefined) continue
    const codes = findCodesOf(record)
    if (index === primary) primaryCodes = codes
    const match = matchOf(record, codes)
    if (match !== null) return toDiagnosis(match, codes, index, records)
  }
  return toDiagnosis(null, primaryCodes, null, records)
}

function matchOf(record: RecordTexts, codes: readonly FoundCode[]): Match | null {
  const known = codes.flatMap(code => {
    const entry = failureOfCode(code.hresult)
    return entry === null ? [] : [{ ...entry, says: !isCompanion(code) && code.hresult !== INVALID_ARGUMENT }]
  })
  const specific = known.find(({ generic }) => !generic)
  if (specific !== undefined) {
    return { failure: specific.failure, by: 'code', confidence: BY_CODE[specific.failure.confidence] }
  }
  const generic = known.flatMap(({ failure, says }): (Match & { says: boolean })[] => {
    const supported = isSupported(failure, [record.message ?? '', ...record.messageArguments].join('\n'))
    if (failure.genericNeedsSupport === true && !supported) return []
    return [{ failure, by: 'code', confidence: supported ? 'likely' : 'possible', says }]
  })
  const byId = matchOfMessageId(record.messageId)
  return (
    generic.find(({ says }) => says) ??
    (byId?.failure.yields === true ? null : byId) ??
    matchOfText(record.message) ??
    byId ??
    generic[0] ??
    null
  )
}

/** That a MessageID is the number of an event is inferred, so none makes a diagnosis certain. */
function matchOfMessageId(messageId: string | null): Match | null {
  const id = messageId?.trim() ?? ''
  const failure = id === '' ? null : failureOfMessageId(id)
  if (failure === null) return null
  const isFirm = failure.confidence !== 'low' && messageRowOf(id)?.documented !== false
  return { failure, by: 'message-id', confidence: isFirm ? 'likely' : 'possible' }
}

function matchOfText(message: string | null): Match | null {
  const failure = message === null ? null : failureOfText(message)
  return failure === null
    ? null
    : { failure, by: 'text', confidence: failure.confidence === 'low' ? 'possible' : 'likely' }
}

function toDiagnosis(
  match: Match | null,
  codes: readonly FoundCode[],
  record: number | null,
  records: readonly RecordTexts[],
): Diagnosis {
  if (match === null) {
    return {
      id: null,
      category: 'unclassified',
      hint: null,
      confidence: null,
      retryable: null,
      side: sideOfTexts(records),
      codes,
      matchedBy: null,
      record: null,
      url: null,
    }
  }
  const { failure, by, confidence } = match
  const [source] = failure.sources
  return {
    id: failure.id,
    category: failure.category,
    hint: failure.hint,
    confidence,
    retryable: failure.retryable,
    side: failure.side,
    codes,
    matchedBy: by,
    record,
    url: source === undefined ? null : (sourceOf(source)?.url ?? null),
  }
}

/** A cause that nobody knows still lies where the wrapper says. */
function sideOfTexts(records: readonly RecordTexts[]): Side | null {
  for (const { message } of records) {
    const said = /\bat migration (source|destination)\b/i
      .exec(message?.slice(0, 4096) ?? '')?.[1]
      ?.toLowerCase()
    if (said === 'source' || said === 'destination') return said
  }
  return null
}
