/**
 * npm run bench -- calls [rounds]: what one GetErrorEx costs, on the way from JavaScript to WMI and back, next to
 * the floors under it and to other ways of doing the same: on a quiet computer, and beside as many spinning processes
 * as there are processors. The WMI is the simulator in this process.
 *
 * Each round visits every candidate, so that a noisy moment hits all of them; figures are medians over the rounds
 * and mean something only as ratios within one run. All round trips come before the first calls in flight: beside
 * others who want the processor, a process that has just used more than its share waits for it, and a round trip
 * right behind another candidate's thousand calls measures that.
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
  type Measured,
  ratiosOf,
  textReport,
} from './calls/report'
import { ERROR_TEXT, JOB_PATH, SCENARIO } from './calls/scenario'
import { Spinners } from './calls/spinners'
import { keepResult } from './lib/results'

const DEFAULT_ROUNDS = 40
/** No further round after that: fewer rounds are better than an endless bench. */
const LONGEST_VISIT_MS = 60_000
const WARM_UP_ROUNDS = 3
/** Few calls in a round and many rounds: a disturbance then spoils a sample, not the figure. */
const ROUND_TRIPS = 40
/** Enough for two collections of garbage, which would else fall into every other batch. */
const PIPELINED_CALLS = 2_000
const RAW_CALLS = 500
const DECODES = 100
const CONNECTS = 3
/** Processes take long, so that they are started once for so many rounds. */
const PROCESS_ROUNDS = 6

type Step = () => Promise<void>

/** The steps of a round, in their order. */
interface Rounds {
  readonly oneByOne: readonly Step[]
  readonly inFlight: readonly Step[]
  readonly processes: readonly Step[]
}

function roundsOf({ calls, spawns }: Candidates, floors: BenchAddon, figures: Figures): Rounds {
  const oneByOne: Step[] = []
  const inFlight: Step[] = []
  for (const [name, { call, pipelined: overlaps }] of calls) {
    oneByOne.push(async () => figures.record(key.roundTrip(name), await roundTrips(call, ROUND_TRIPS)))
    for (const depth of overlaps ? DEPTHS : []) {
      // One at a time takes as long as a round trip.
      const count = depth === 1 ? ROUND_TRIPS : Math.max(PIPELINED_CALLS, 2 * depth)
      const pipeline = () => pipelined(call, depth, count)
      inFlight.push(async () => figures.record(key.inFlight(name, depth), [await pipeline()]))
    }
  }
  oneByOne.push(
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
  return { oneByOne, inFlight, processes }
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

interface Condition extends Measured {
  readonly rounds: number
}

/** All candidates; processes are timed on a quiet computer alone. */
async function measure(
  name: Condition['name'],
  wanted: number,
  candidates: Candidates,
  floors: BenchAddon,
): Promise<Condition> {
  const figures = new Figures()
  const { oneByOne, inFlight, processes } = roundsOf(candidates, floors, figures)
  const warmUp = new Figures()
  const { oneByOne: first, inFlight: second } = roundsOf(candidates, floors, warmUp)
  await visit(first, WARM_UP_ROUNDS)
  const rounds = [await visit(oneByOne, wanted)]
  await visit(second, WARM_UP_ROUNDS)
  rounds.push(await visit(inFlight, wanted))
  if (name === 'quiet') await visit(processes, Math.ceil(wanted / PROCESS_ROUNDS))
  return { name, figures, rounds: Math.min(...rounds) }
}

/** Back and forth, so that each step comes after both of its neighbours; the rounds there was time for. */
async function visit(steps: readonly Step[], wanted: number): Promise<number> {
  const started = performance.now()
  let rounds = 0
  while (rounds < wanted && (rounds === 0 || performance.now() - started < LONGEST_VISIT_MS)) {
    for (const step of rounds % 2 === 0 ? steps : steps.toReversed()) await step()
    rounds += 1
  }
  return rounds
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
  print(`${quiet.rounds} rounds quiet, ${busy.rounds} busy, beside ${spinning} processes that spin\n`)
  print(textReport([quiet, busy], [...candidates.calls.keys()]))
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
