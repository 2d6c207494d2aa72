/** Which of a job's records names the cause. */
import { mapInSlices } from '../base/slices'
import { failureOfCode, failureOfMessageId, messageRowOf } from './data/tables'
import { type FoundCode, findCodesOf } from './find-codes'
import { failureOfText } from './fragments'
import { type DiagnosedRecord, type RecordTexts, readRecords } from './source'
import { quotedStretches } from './stretches'
import { WRAPPER_SCORE, wrapperScore } from './wrappers'

/** Codes that accompany others and say nothing by themselves: E_FAIL, E_UNEXPECTED, and one of vmms. */
const COMPANIONS: ReadonlySet<number> = new Set([0x8000_4005, 0x8000_ffff, 0x8004_8054])

export function isCompanion({ hresult }: FoundCode): boolean {
  return COMPANIONS.has(hresult)
}

/** A sentence with names is short. */
const MAX_NAMED = 1000

/** How much a record says about the cause. */
enum Evidence {
  Wrapper,
  Sentence,
  Companion,
  WrapperWithCode,
  Text,
  CodeOrMessageId,
  SpecificCode,
}

/** What a record shows, the most telling first: one is preferred by the first item in which it is higher. */
type Rank = readonly [evidence: Evidence, unlikeWrapper: number, namesMore: number, severity: number]

/**
 * The index of the record that names the cause, null without records. A record says, in this order, more than another:
 *
 * 1. a code with one known cause; 2. another code, or the MessageID of a cause; 3. an English sentence that is known;
 * 4. a wrapper with a code; 5. a companion code (0x80004005, 0x8000FFFF, 0x80048054); 6. any other sentence;
 * 7. a wrapper, which only says that something failed. Among equals the one that looks least like a wrapper, then one
 * whose quoted names no other record repeats with more, then the one with the highest PerceivedSeverity, as the installed
 * class numbers it (2 Information … 7 Fatal; other numbers rank below), then the first.
 *
 * @throws InvalidArgumentError if `errors` is no array of records
 */
export function choosePrimary(errors: readonly DiagnosedRecord[]): number | null {
  return primaryOf(readRecords(errors))
}

/** The same, with the event loop running in between: see {@link mapInSlices}. */
export async function choosePrimaryInSlices(
  errors: readonly DiagnosedRecord[],
  goOn: () => void,
): Promise<number | null> {
  const records = readRecords(errors)
  if (records.length <= 1) return primaryOf(records)
  const shown = await mapInSlices(records, record => new Shown(record), goOn)
  // Each of these is kept by the record that it is about, and costs nothing when it is asked for again.
  await mapInSlices(shown, one => one.isTelling, goOn)
  const candidates = candidatesAmong(shown)
  const needNames = await mapInSlices(candidates, one => one.evidence === Evidence.Sentence, goOn)
  const nameSets = needNames.includes(true)
    ? distinctNames(await mapInSlices(shown, one => one.names, goOn))
    : []
  await mapInSlices(candidates, one => one.rankAmong(() => nameSets), goOn)
  return bestOf(candidates, shown)
}

export function primaryOf(records: readonly RecordTexts[]): number | null {
  // One record needs no ranking, and most jobs have one.
  if (records.length <= 1) return records.length === 0 ? null : 0
  const shown = records.map(record => new Shown(record))
  return bestOf(candidatesAmong(shown), shown)
}

/** A record with a specific code that is no wrapper says more than any other, so those are looked at alone. */
function candidatesAmong(shown: readonly Shown[]): readonly Shown[] {
  const specific = shown.filter(one => one.isTelling)
  return specific.length > 0 ? specific : shown
}

function bestOf(candidates: readonly Shown[], shown: readonly Shown[]): number | null {
  let sets: readonly ReadonlySet<string>[] | undefined
  const nameSets = () => {
    sets ??= distinctNames(shown.map(one => one.names))
    return sets
  }
  let best: Shown | null = null
  for (const one of candidates) {
    if (best === null || isHigher(one.rankAmong(nameSets), best.rankAmong(nameSets))) best = one
  }
  return best === null ? null : shown.indexOf(best)
}

/** Many records of one job name the same things. */
function distinctNames(sets: readonly ReadonlySet<string>[]): readonly ReadonlySet<string>[] {
  return [...new Map(sets.map(names => [JSON.stringify([...names].sort()), names])).values()]
}

/** What a record shows, each computed when a rule asks. */
class Shown {
  readonly record: RecordTexts
  readonly codes: readonly FoundCode[]
  #score: number | undefined
  #isTelling: boolean | undefined
  #evidence: Evidence | undefined
  #rank: Rank | undefined
  #names: ReadonlySet<string> | undefined

  constructor(record: RecordTexts) {
    this.record = record
    this.codes = findCodesOf(record)
  }

  get score(): number {
    this.#score ??= wrapperScore(this.record)
    return this.#score
  }

  get isWrapper(): boolean {
    return this.score >= WRAPPER_SCORE
  }

  get isSpecific(): boolean {
    return this.codes.some(code => !isCompanion(code) && failureOfCode(code.hresult)?.generic === false)
  }

  get isTelling(): boolean {
    this.#isTelling ??= this.isSpecific && !this.isWrapper
    return this.#isTelling
  }

  get evidence(): Evidence {
    this.#evidence ??= this.#computeEvidence()
    return this.#evidence
  }

  /** What the message prints between quotation marks. */
  get names(): ReadonlySet<string> {
    const message = this.record.message?.slice(0, MAX_NAMED) ?? ''
    this.#names ??= new Set(quotedStretches(message).map(({ start, end }) => message.slice(start, end)))
    return this.#names
  }

  /** @param nameSets - what the records of the job name, each set once */
  rankAmong(nameSets: () => readonly ReadonlySet<string>[]): Rank {
    this.#rank ??= this.#computeRank(nameSets)
    return this.#rank
  }

  /** Whether another record names all that this one names, and more: in any language this one adds nothing. */
  #isEchoed(nameSets: readonly ReadonlySet<string>[]): boolean {
    const { names } = this
    if (names.size === 0) return false
    return nameSets.some(other => other.size > names.size && [...names].every(name => other.has(name)))
  }

  #computeRank(nameSets: () => readonly ReadonlySet<string>[]): Rank {
    const { evidence } = this
    // A path or a reason tells sentences apart; records with codes need no more than not to look like a wrapper.
    const likeness = evidence > Evidence.Sentence ? Math.max(this.score, 0) : this.score
    const namesMore = evidence === Evidence.Sentence ? Number(!this.#isEchoed(nameSets())) : 1
    return [evidence, -likeness, namesMore, severityOf(this.record)]
  }

  #computeEvidence(): Evidence {
    const hasTellingCode = this.codes.some(code => !isCompanion(code))
    if (this.isWrapper) return hasTellingCode ? Evidence.WrapperWithCode : Evidence.Wrapper
    if (this.isSpecific) return Evidence.SpecificCode
    if (hasTellingCode) return Evidence.CodeOrMessageId
    const id = this.record.messageId?.trim() ?? ''
    const failure = id === '' ? null : failureOfMessageId(id)
    if (failure !== null || (id !== '' && messageRowOf(id)?.role === 'cause')) {
      return failure?.yields === true ? Evidence.Text : Evidence.CodeOrMessageId
    }
    if (failureOfText(this.record.message ?? '') !== null) return Evidence.Text
    return this.codes.length > 0 ? Evidence.Companion : Evidence.Sentence
  }
}

function severityOf({ perceivedSeverity }: RecordTexts): number {
  const severity = perceivedSeverity ?? 0
  return severity >= 2 && severity <= 7 ? severity : 0
}

function isHigher(rank: Rank, than: Rank): boolean {
  const difference = rank.map((value, at) => value - (than[at] ?? 0)).find(value => value !== 0)
  return difference !== undefined && difference > 0
}
