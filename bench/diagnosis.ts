/**
 * Measures the diagnosis: `npm run bench -- diagnosis`. How often it is right on the sets of test/fixtures/diagnosis, and
 * what it costs beside `JSON.parse` of the same record.
 */
import assert from 'node:assert/strict'
import { diagnose } from '../lib/diagnosis/diagnose'
import { findCodes } from '../lib/diagnosis/find-codes'
import { fingerprint } from '../lib/diagnosis/fingerprint'
import { choosePrimary } from '../lib/diagnosis/primary'
import { toMsvmError } from '../lib/records/msvm-error'
import {
  readChains,
  readMessages,
  type Score,
  scoreChainDiagnoses,
  scoreCodes,
  scoreDiagnoses,
  scorePrimaries,
} from '../test/support/diagnosis-sets'
import { median } from '../test/support/quantile'
import { keepResult } from './lib/results'

const ROUNDS = 60
const WARM_UPS = 20
const SETS = ['dev', 'held-out', 'attack']

function scores(set: string): Record<string, object> {
  const messages = readMessages(set)
  const chains = readChains(set)
  const figures = ({ precision, recall, right, wrong, missed, complaints }: Score) => {
    for (const complaint of complaints) console.log(`  ${complaint}`)
    return { precision: round(precision, 4), recall: round(recall, 4), right, wrong, missed }
  }
  const primaries = scorePrimaries(chains)
  for (const complaint of primaries.complaints) console.log(`  ${complaint}`)
  return {
    findCodes: figures(scoreCodes(messages)),
    diagnose: figures(scoreDiagnoses(messages)),
    'diagnose, chains': figures(scoreChainDiagnoses(chains)),
    choosePrimary: { right: `${primaries.right} of ${chains.length}` },
  }
}

/** The texts as records, as a job's errors carry them. */
function recordsOf(set: string): object[] {
  return readMessages(set).map(({ text }) => ({
    ...toMsvmError({ className: 'Msvm_Error', properties: {} }),
    owningEntity: 'vmms',
    messageId: '0',
    message: text,
    messageArguments: [],
    perceivedSeverity: 5,
    extra: {},
  }))
}

let sink: unknown

/** Microseconds a record, the median of the rounds. */
function cost(count: number, run: (index: number) => unknown): number {
  const rounds: number[] = []
  for (let turn = -WARM_UPS; turn < ROUNDS; turn++) {
    const started = process.hrtime.bigint()
    for (let index = 0; index < count; index++) sink = run(index)
    if (turn >= 0) rounds.push(Number(process.hrtime.bigint() - started) / 1000 / count)
  }
  return median(rounds)
}

function costs(): Record<string, object> {
  const records = SETS.flatMap(recordsOf)
  const texts = records.map(record => JSON.stringify(record))
  const chains = SETS.flatMap(readChains)
  const parse = cost(texts.length, index => JSON.parse(texts[index] ?? ''))
  const chainTexts = chains.map(({ errors }) => JSON.stringify(errors))
  const parseChain = cost(chains.length, index => JSON.parse(chainTexts[index] ?? ''))
  const row = (us: number, beside: number) => ({ µs: round(us, 2), 'JSON.parse = 1': round(us / beside, 2) })
  return {
    'JSON.parse of a record': row(parse, parse),
    'findCodes of a record': row(
      cost(records.length, index => findCodes(records[index] ?? '')),
      parse,
    ),
    'diagnose of a record': row(
      cost(records.length, index => diagnose(records[index] ?? '')),
      parse,
    ),
    'fingerprint of a record': row(
      cost(records.length, index => fingerprint(records[index] ?? '')),
      parse,
    ),
    'JSON.parse of a chain': row(parseChain, parseChain),
    'choosePrimary of a chain': row(
      cost(chains.length, index => choosePrimary(chains[index]?.errors ?? [])),
      parseChain,
    ),
  }
}

/** The same message over and over: what the time grows with. */
function growth(): Record<string, object> {
  const sentence = "'web-01' could not attach 'D:\\VMs\\x\\disk.vhdx': the file is in use (0x80070020). "
  return Object.fromEntries(
    [1, 10, 100, 700].map(times => {
      const text = sentence.repeat(times)
      const perUnit = (run: (text: string) => unknown) =>
        round((cost(1, () => run(text)) * 1000) / text.length, 1)
      return [
        text.length,
        { 'findCodes, ns a character': perUnit(findCodes), 'diagnose, ns a character': perUnit(diagnose) },
      ]
    }),
  )
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}

function main(): void {
  const results: Record<string, unknown> = {}
  for (const set of SETS) {
    console.log(`\n${set}: ${readMessages(set).length} messages, ${readChains(set).length} chains`)
    const figures = scores(set)
    console.table(figures)
    results[set] = figures
  }
  console.log('\nCost, and what it grows with (by characters of the text)')
  results.cost = costs()
  results.growth = growth()
  console.table(results.cost)
  console.table(results.growth)
  assert.ok(sink !== undefined)
  keepResult('diagnosis', { results })
}

main()
