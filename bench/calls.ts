/**
 * npm run bench -- calls [rounds]: what one GetErrorEx costs, on the way from JavaScript to WMI and back, next to
 * the floors under it and to other ways of doing the same. The WMI is the simulator in this process.
 *
 * Each round visits every candidate, so that a noisy moment hits all of them; figures are medians over the rounds
 * and mean something only as ratios within one run.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from '../lib'
import { decodeErrorList } from '../lib/records/error-list'
import { startSimulator } from '../test/simulator'
import { type Candidates, setUp } from './calls/candidates'
import { type BenchAddon, loadFloors } from './calls/floors'
import { Figures, pipelined, repeated, roundTrips } from './calls/measure'
import { coldStart } from './calls/processes'
import { figuresOf, goalsOf, kDepths, key, ratiosOf, textReport } from './calls/report'
import { kErrorText, kJobPath, kScenario } from './calls/scenario'

const kDefaultRounds = 60
/** On a busy computer the rounds end here: fewer of them are better than a bench that nobody waits for. */
const kLongestRunMs = 60_000
const kWarmUpRounds = 3
/** Few calls in a round and many rounds: a disturbance then spoils a sample, not the figure. */
const kRoundTrips = 40
const kPipelinedCalls = 500
const kRawCalls = 500
const kDecodes = 100
const kConnects = 3
/** Processes take long, so only every so many rounds starts them. */
const kProcessRounds = 6

type Step = () => Promise<void>

interface Steps {
  /** In the order of a round. */
  readonly eachRound: readonly Step[]
  readonly processes: readonly Step[]
}

function stepsOf({ calls, spawns }: Candidates, floors: BenchAddon, figures: Figures): Steps {
  const eachRound: Step[] = []
  for (const [name, { call, pipelined: overlaps }] of calls) {
    eachRound.push(async () => figures.record(key.roundTrip(name), await roundTrips(call, kRoundTrips)))
    for (const depth of overlaps ? kDepths : []) {
      // One at a time takes as long as a round trip.
      const count = depth === 1 ? kRoundTrips : Math.max(kPipelinedCalls, 2 * depth)
      const pipeline = () => pipelined(call, depth, count)
      eachRound.push(async () => figures.record(key.inFlight(name, depth), [await pipeline()]))
    }
  }
  eachRound.push(
    async () => figures.record(key.rawCall, [floors.rawCalls(kJobPath, kRawCalls)]),
    async () => figures.record(key.decode, [decodePart()]),
    async () => figures.record(key.warmStart, await roundTrips(connectAndCall, kConnects)),
  )
  const processes: Step[] = []
  for (const [name, call] of spawns) {
    processes.push(async () => figures.record(key.process(name), await roundTrips(call, 1)))
  }
  processes.push(async () => {
    for (const [part, ms] of Object.entries(await coldStart())) figures.record(key.cold(part), [ms * 1000])
  })
  return { eachRound, processes }
}

async function connectAndCall(): Promise<void> {
  const session = await connect()
  await session.getErrorEx(kJobPath)
  await session.close()
}

/** On copies, each as the addon hands a text over: flat, in two bytes a unit, never looked at before. */
function decodePart(): number {
  const bytes = Buffer.from(kErrorText, 'utf16le')
  const texts = Array.from({ length: kDecodes }, () => [bytes.toString('utf16le')])
  let next = 0
  return repeated(() => void decodeErrorList(texts[next++] ?? null), kDecodes)
}

async function main(): Promise<void> {
  const started = performance.now()
  const wanted = Number(process.argv[2] ?? kDefaultRounds)
  if (!Number.isInteger(wanted) || wanted < 1) throw new Error('expected a number of rounds, 1 or more')
  startSimulator(kScenario, { countAllocations: false, recordCalls: false })
  const floors = loadFloors()
  const candidates = await setUp(floors, process.env.HYPERV_JOB_ERRORS_KOFFI)
  const figures = new Figures()
  const { eachRound, processes } = stepsOf(candidates, floors, figures)
  let rounds = 0
  for (let round = -kWarmUpRounds; round < wanted; round++) {
    if (round > 0 && performance.now() - started > kLongestRunMs) break
    if (round === 0) figures.clear()
    // Back and forth: each candidate runs after both of its neighbours.
    for (const step of round % 2 === 0 ? eachRound : eachRound.toReversed()) await step()
    for (const step of round % kProcessRounds === 0 ? processes : []) await step()
    rounds = round + 1
  }
  await candidates.close()

  const goals = goalsOf(figures)
  const wine = floors.wineVersion()
  const system = `${wine === null ? 'Windows' : `Wine ${wine}`}, simulator`
  process.stdout.write(
    `Node ${process.versions.node}, ${system}, ${rounds} rounds, one text of ${kErrorText.length} characters\n\n`,
  )
  process.stdout.write(textReport(figures, goals, [...candidates.calls.keys()]))
  for (const [name, reason] of Object.entries(candidates.missing)) {
    process.stdout.write(`not measured: ${name}: ${reason}\n`)
  }
  const folder = join(__dirname, '../../bench/results')
  mkdirSync(folder, { recursive: true })
  const result = {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    system,
    rounds,
    textLength: kErrorText.length,
    microseconds: figuresOf(figures),
    ratios: ratiosOf(figures),
    goals,
    missing: candidates.missing,
  }
  writeFileSync(join(folder, 'calls.json'), `${JSON.stringify(result, null, 2)}\n`)
}

main()
