/**
 * npm run bench -- calls [rounds]: what one GetErrorEx costs, on the way from JavaScript to WMI and back, next to
 * the floors under it and to other ways of doing the same: on a quiet computer, and beside as many spinning processes
 * as there are processors. The WMI is the simulator in this process.
 *
 * Each round visits every candidate, so that a noisy moment hits all of them; figures are medians over the rounds
 * and mean something only as ratios within one run.
 */
import { decodeErrorList } from '../lib/diagnosis/error-list'
import { connect } from '../lib/entries'
import { startSimulator } from '../simulator'
import { type Candidates, setUp } from './calls/candidates'
import { countCosts } from './calls/counted'
import { type BenchAddon, loadFloors } from './calls/floors'
import { Figures, pipelined, repeated, roundTrips } from './calls/measure'
import { coldStart } from './calls/processes'
import {
  costsReport,
  DEPTHS,
  figuresOf,
  GOAL_DEPTH,
  goalsOf,
  key,
  ratiosOf,
  textReport,
} from './calls/report'
import { ERROR_TEXT, JOB_PATH, SCENARIO } from './calls/scenario'
import { Spinners } from './calls/spinners'
import { keepResult } from './lib/results'

const DEFAULT_ROUNDS = 40
/** The rounds of one condition end here: fewer rounds are better than an endless bench. */
const LONGEST_RUN_MS = 60_000
const WARM_UP_ROUNDS = 3
/** Few calls in a round and many rounds: a disturbance then spoils a sample, not the figure. */
const ROUND_TRIPS = 40
const PIPELINED_CALLS = 500
const RAW_CALLS = 500
const DECODES = 100
const CONNECTS = 3
/** Processes take long, so only every so many rounds starts them. */
const PROCESS_ROUNDS = 6

type Step = () => Promise<void>

interface Steps {
  /** In the order of a round. */
  readonly eachRound: readonly Step[]
  readonly processes: readonly Step[]
}

function stepsOf({ calls, spawns }: Candidates, floors: BenchAddon, figures: Figures): Steps {
  const eachRound: Step[] = []
  for (const [name, { call, pipelined: overlaps }] of calls) {
    eachRound.push(async () => figures.record(key.roundTrip(name), await roundTrips(call, ROUND_TRIPS)))
    for (const depth of overlaps ? DEPTHS : []) {
      // One at a time takes as long as a round trip.
      const count = depth === 1 ? ROUND_TRIPS : Math.max(PIPELINED_CALLS, 2 * depth)
      const pipeline = () => pipelined(call, depth, count)
      eachRound.push(async () => figures.record(key.inFlight(name, depth), [await pipeline()]))
    }
  }
  eachRound.push(
    async () => figures.record(key.rawCall, [floors.rawCalls(JOB_PATH, RAW_CALLS)]),
    async () => figures.record(key.decode, [decodePart()]),
    async () => figures.record(key.warmStart, await roundTrips(connectAndCall, CONNECTS)),
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
  await session.getErrorEx(JOB_PATH)
  await session.close()
}

/** On copies, each as the addon hands a text over: flat, in two bytes a unit, never looked at before. */
function decodePart(): number {
  const bytes = Buffer.from(ERROR_TEXT, 'utf16le')
  const texts = Array.from({ length: DECODES }, () => [bytes.toString('utf16le')])
  let next = 0
  return repeated(() => void decodeErrorList(texts[next++] ?? null), DECODES)
}

interface Condition {
  readonly name: 'quiet' | 'busy'
  readonly figures: Figures
  readonly rounds: number
}

/** Rounds of all candidates; processes are timed on a quiet computer alone. */
async function measure(
  name: Condition['name'],
  wanted: number,
  candidates: Candidates,
  floors: BenchAddon,
): Promise<Condition> {
  const started = performance.now()
  const figures = new Figures()
  const { eachRound, processes } = stepsOf(candidates, floors, figures)
  let rounds = 0
  for (let round = -WARM_UP_ROUNDS; round < wanted; round++) {
    if (round > 0 && performance.now() - started > LONGEST_RUN_MS) break
    if (round === 0) figures.clear()
    // Back and forth: each candidate runs after both of its neighbours.
    for (const step of round % 2 === 0 ? eachRound : eachRound.toReversed()) await step()
    for (const step of name === 'quiet' && round % PROCESS_ROUNDS === 0 ? processes : []) await step()
    rounds = round + 1
  }
  return { name, figures, rounds }
}

async function main(): Promise<void> {
  const wanted = Number(process.argv[2] ?? DEFAULT_ROUNDS)
  if (!Number.isInteger(wanted) || wanted < 1) throw new Error('expected a number of rounds, 1 or more')
  startSimulator(SCENARIO, { recordCalls: false })
  const floors = loadFloors()
  const candidates = await setUp(floors, process.env.HYPERV_JOB_ERRORS_KOFFI)
  const quiet = await measure('quiet', wanted, candidates, floors)
  const spinners = new Spinners()
  await spinners.start()
  const spinning = spinners.count
  const busy = await measure('busy', wanted, candidates, floors)
  spinners.stop()
  await candidates.close()
  const counting = process.env.HYPERV_BENCH_COUNTING
  const costs = counting === undefined ? null : await countCosts(counting, GOAL_DEPTH)

  const wine = floors.wineVersion()
  const system = `${wine === null ? 'Windows' : `Wine ${wine}`}, simulator`
  const print = (text: string) => process.stdout.write(`${text}\n`)
  print(`Node ${process.versions.node}, ${system}, one text of ${ERROR_TEXT.length} characters`)
  for (const { name, figures, rounds } of [quiet, busy]) {
    const beside = name === 'quiet' ? '' : `, beside ${spinning} processes that spin`
    print(`\n${name}: ${rounds} rounds${beside}\n`)
    print(textReport(figures, goalsOf(figures, name), [...candidates.calls.keys()]))
  }
  print(costs === null ? 'not counted: costs of a call, which needs the cross compiler' : costsReport(costs))
  for (const [name, reason] of Object.entries(candidates.missing)) print(`not measured: ${name}: ${reason}`)
  const resultOf = ({ name, figures, rounds }: Condition) => ({
    rounds,
    microseconds: figuresOf(figures),
    ratios: ratiosOf(figures),
    goals: goalsOf(figures, name),
  })
  keepResult('calls', {
    system,
    textLength: ERROR_TEXT.length,
    spinning,
    quiet: resultOf(quiet),
    busy: resultOf(busy),
    costs,
    missing: candidates.missing,
  })
}

main()
