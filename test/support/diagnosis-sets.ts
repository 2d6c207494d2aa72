/** The sets of messages and chains with expected answers, and how well the diagnosis does on them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { diagnose } from '../../lib/diagnosis/diagnose'
import { findCodes } from '../../lib/diagnosis/find-codes'
import { choosePrimary } from '../../lib/diagnosis/primary'

export interface MessageCase {
  readonly text: string
  readonly codes: readonly string[]
  readonly diagnosis: string | null
  readonly note: string
}

export interface ChainRecord {
  readonly message: string
  readonly messageId?: string
  readonly perceivedSeverity?: number
}

export interface ChainCase {
  readonly errors: readonly ChainRecord[]
  readonly primary: number
  /** Other records that are as good. */
  readonly accepted?: readonly number[]
  readonly diagnosis: string | null
  readonly note: string
}

export interface Score {
  readonly right: number
  readonly wrong: number
  readonly missed: number
  readonly precision: number
  readonly recall: number
  /** One line for each wrong or missing answer. */
  readonly complaints: readonly string[]
}

/** `name`: `dev`, `held-out`, `attack`. */
export function readMessages(name: string): readonly MessageCase[] {
  return JSON.parse(readSet(`messages-${name}`))
}

export function readChains(name: string): readonly ChainCase[] {
  return JSON.parse(readSet(`chains-${name}`))
}

function readSet(file: string): string {
  return readFileSync(join(__dirname, '../../../test/fixtures/diagnosis', `${file}.json`), 'utf8')
}

export function scoreCodes(cases: readonly MessageCase[]): Score {
  return scoreOf(cases, ({ text, codes }) => ({
    what: text,
    expected: codes,
    received: findCodes(text).map(({ hex }) => hex),
  }))
}

export function scoreDiagnoses(cases: readonly MessageCase[]): Score {
  return scoreOf(cases, ({ text, diagnosis }) => ({
    what: text,
    expected: presentOf(diagnosis),
    received: presentOf(diagnose(text).id),
  }))
}

export function scoreChainDiagnoses(cases: readonly ChainCase[]): Score {
  return scoreOf(cases, ({ errors, diagnosis, note }) => ({
    what: note,
    expected: presentOf(diagnosis),
    received: presentOf(diagnose(errors).id),
  }))
}

/** How many chains get the record with the cause, and what is said of the others. */
export function scorePrimaries(cases: readonly ChainCase[]): {
  readonly right: number
  readonly complaints: readonly string[]
} {
  const complaints: string[] = []
  for (const { errors, primary, accepted, note } of cases) {
    const chosen = choosePrimary(errors)
    if (chosen === primary || accepted?.includes(chosen ?? -1) === true) continue
    complaints.push(`${note}: expected ${primary}, received ${chosen}: ${JSON.stringify(errors)}`)
  }
  return { right: cases.length - complaints.length, complaints }
}

interface Answer {
  readonly what: string
  readonly expected: readonly string[]
  readonly received: readonly string[]
}

function scoreOf<T>(cases: readonly T[], answer: (item: T) => Answer): Score {
  let [right, wrong, missed] = [0, 0, 0]
  const complaints: string[] = []
  for (const item of cases) {
    const { what, expected, received } = answer(item)
    const missing = expected.filter(one => !received.includes(one))
    const surplus = received.filter(one => !expected.includes(one))
    right += expected.length - missing.length
    wrong += surplus.length
    missed += missing.length
    if (missing.length + surplus.length > 0) {
      complaints.push(`${JSON.stringify(what)}: expected [${expected}], received [${received}]`)
    }
  }
  const ratio = (other: number) => (right + other === 0 ? 1 : right / (right + other))
  return { right, wrong, missed, precision: ratio(wrong), recall: ratio(missed), complaints }
}

function presentOf(id: string | null): string[] {
  return id === null ? [] : [id]
}
