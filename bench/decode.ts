/**
 * Measures the decoder against JSON.parse and three XML parsers: `npm run bench -- decode`.
 *
 * All run in one process, in turns of one batch each and in a changing order, on the same messages. JSON is the
 * decoded instance as JSON.stringify writes it, types included, so that the same record can be made of it; it is
 * shorter than the XML. MB/s count the units of what each one reads. The last column compares medians of single
 * calls, which hold no collection: on a busy machine collections weigh most on those who leave most to collect.
 */

import assert from 'node:assert/strict'
import { decodeInstance, decodeMsvmError } from '../lib/entries/cimxml'
import { collectGarbage } from '../test/support/garbage'
import { median, quantile } from '../test/support/quantile'
import { flat, makeMessages } from './lib/messages'
import { keepResult } from './lib/results'
import { recordByFastXmlParser, recordByJson, recordByParseXml, recordBySaxes } from './lib/rivals'
import { SHAPES } from './lib/shapes'

const MESSAGES = 256
const ROUNDS = 60
const WARM_UPS = 20
/** Few enough that the young generation takes what they allocate without a collection. */
const GARBAGE_BATCH = 16
const SHAPE_ROUNDS = 80
/** Read by each batch of a shape. */
const SHAPE_UNITS = 400_000

interface Candidate {
  readonly name: string
  readonly run: (text: string) => unknown
  readonly texts: readonly string[]
}

interface Measurement {
  readonly name: string
  readonly instancesPerSecond: number
  readonly megabytesPerSecond: number
  readonly p50Us: number
  readonly p99Us: number
  readonly garbageBytes: number
}

function candidatesFor(texts: readonly string[]): Candidate[] {
  const json = texts.map(text => flat(JSON.stringify(decodeInstance(text))))
  return [
    { name: 'decodeMsvmError', run: decodeMsvmError, texts },
    { name: 'decodeInstance', run: decodeInstance, texts },
    { name: 'JSON.parse', run: JSON.parse, texts: json },
    { name: 'JSON.parse + record', run: recordByJson, texts: json },
    { name: 'saxes + record', run: recordBySaxes, texts },
    { name: '@rgrove/parse-xml + record', run: recordByParseXml, texts },
    { name: 'fast-xml-parser + record', run: recordByFastXmlParser, texts },
  ]
}

/** All that make a record have to make the same one, or there is nothing to compare. */
function checkRecords(candidates: readonly Candidate[]): void {
  for (const { name, run, texts } of candidates) {
    if (!name.includes('record')) continue
    for (const [index, text] of texts.entries()) {
      assert.deepEqual(run(text), decodeMsvmError(candidates[0]?.texts[index] ?? ''), name)
    }
  }
}

/** What the last call returned: nothing may be optimised away. */
let sink: unknown

/** Runs all texts once and returns the nanoseconds of each. */
function runBatch({ run, texts }: Candidate): number[] {
  return texts.map(text => {
    const start = process.hrtime.bigint()
    sink = run(text)
    return Number(process.hrtime.bigint() - start)
  })
}

/**
 * The bytes one call allocates beyond what its result takes: the growth of the heap over calls, first as it is
 * and then after a collection that leaves the results.
 */
function garbageOf({ run, texts }: Candidate): number {
  const kept: unknown[] = new Array(GARBAGE_BATCH).fill(null)
  const measured = Array.from({ length: 15 }, () => {
    kept.fill(null)
    collectGarbage()
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < GARBAGE_BATCH; i++) kept[i] = run(texts[i] as string)
    const allocated = process.memoryUsage().heapUsed - before
    collectGarbage()
    return (allocated - (process.memoryUsage().heapUsed - before)) / GARBAGE_BATCH
  })
  return median(measured)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function measure(candidates: readonly Candidate[]): Measurement[] {
  const times = candidates.map((): number[][] => [])
  for (let round = -WARM_UPS; round < ROUNDS; round++) {
    for (let turn = 0; turn < candidates.length; turn++) {
      const index = (turn + round + WARM_UPS) % candidates.length
      const batch = runBatch(candidates[index] as Candidate)
      if (round >= 0) times[index]?.push(batch)
    }
  }
  return candidates.map((candidate, index) => {
    const batches = times[index] ?? []
    const units = sum(candidate.texts.map(text => text.length))
    // One of the quicker rounds, collections included: what slows the others down are other processes.
    const seconds = quantile(batches.map(sum), 0.1) / 1e9
    return {
      name: candidate.name,
      instancesPerSecond: Math.round(candidate.texts.length / seconds),
      megabytesPerSecond: Number((units / seconds / 1e6).toFixed(1)),
      p50Us: Number((median(batches.flat()) / 1000).toFixed(2)),
      p99Us: Number((quantile(batches.flat(), 0.99) / 1000).toFixed(2)),
      garbageBytes: Math.round(garbageOf(candidate)),
    }
  })
}

/** JSON integers have no bigint; only the times are compared. */
function jsonOf(text: string): string {
  return flat(
    JSON.stringify(decodeInstance(text), (_, value) => (typeof value === 'bigint' ? Number(value) : value)),
  )
}

/** For each shape the speed over that of JSON.parse and the same record; in turns. */
function shapeRatios(): Record<string, number> {
  const ratios = Object.entries(SHAPES).map(([name, text]): [string, number] => {
    const json = jsonOf(text)
    const calls = Math.ceil(SHAPE_UNITS / text.length)
    const timed = (call: () => unknown) => {
      const start = process.hrtime.bigint()
      for (let i = 0; i < calls; i++) sink = call()
      return Number(process.hrtime.bigint() - start)
    }
    const rounds = Array.from({ length: SHAPE_ROUNDS }, () => ({
      ours: timed(() => decodeMsvmError(text)),
      json: timed(() => recordByJson(json)),
    }))
    const ratio = median(rounds.map(round => round.json)) / median(rounds.map(round => round.ours))
    return [name, Number(ratio.toFixed(2))]
  })
  return Object.fromEntries(ratios)
}

function main(): void {
  const sets = { 'one-byte': 'done', 'two-byte': '\u79fb\u884c' }
  const results: Record<string, Measurement[]> = {}
  for (const [name, word] of Object.entries(sets)) {
    const texts = makeMessages(MESSAGES, word)
    const candidates = candidatesFor(texts)
    checkRecords(candidates)
    const measured = measure(candidates)
    results[name] = measured
    const ours = measured[0] as Measurement
    console.log(
      `\n${name} strings, ${Math.round(sum(texts.map(text => text.length)) / texts.length)} units a message`,
    )
    console.table(
      Object.fromEntries(
        measured.map(({ name: candidate, ...figures }) => [
          candidate,
          {
            ...figures,
            'time, decodeMsvmError = 1': `${(figures.p50Us / ours.p50Us).toFixed(2)} x`,
          },
        ]),
      ),
    )
  }
  const shapes = shapeRatios()
  console.log('\nspeed over JSON.parse + record, by the shape of the text')
  console.table(shapes)
  assert.ok(sink !== undefined)
  keepResult('decode', { results, shapes })
}

main()
