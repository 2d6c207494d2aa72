/**
 * npm run bench -- answers: how long the event loop is held by answers of 1 to 10,000 errors and by a listing of as many
 * jobs as a host keeps, through the addon and the simulator in this process, and what decoding in slices costs beside
 * decoding in one piece.
 */
import { decodeErrorList, decodeErrorListInSlices, isLong } from '../lib/diagnosis/error-list'
import { connect, type Session } from '../lib/entries'
import { startSimulator } from '../simulator'
import { median, quantile } from '../test/support/quantile'
import { ERROR_TEXT } from './calls/scenario'
import { keepResult, rounded } from './lib/results'

const COUNTS = [1, 3, 100, 10_000]
const ROUNDS = 7
/** A host keeps no more. */
const LISTED_JOBS = 4_096
const LISTED_CLASS = 'Msvm_StorageJob'
const CLASS = 'Msvm_MigrationJob'
/** What a job of the demo has. */
const LISTED_PROPERTIES = {
  Caption: 'Storage Job',
  Description: 'Storage Job',
  ElementName: 'Moving Storage',
  OperationalStatus: [2, 15],
  StatusDescriptions: ['OK', 'Completed'],
  HealthState: 5,
  JobStatus: 'Job is completed',
  TimeSubmitted: '20260314091204.118000+060',
  StartTime: '20260314091204.118000+060',
  ElapsedTime: '00000000000003.402000:000',
  PercentComplete: 100,
  DeleteOnCompletion: true,
  ErrorCode: 0,
  JobState: 7,
  TimeBeforeRemoval: '00000000000500.000000:000',
  Cancellable: false,
  JobType: 3,
  Child: 'D:\\Hyper-V\\Virtual Hard Disks\\ledger-db.vhdx',
}
/** Small answers are over too soon to be seen alone. */
const repeats = (count: number) => Math.max(1, Math.floor(300 / count))

interface Figures {
  readonly errors: number
  /** Milliseconds: one call; the longest that the event loop was held, p99 of its turns and their longest. */
  readonly callMs: number
  readonly turnP99Ms: number
  readonly turnMaxMs: number
  /** All texts in one piece, which is how long they would hold the event loop; in slices over that, null where they are not. */
  readonly undividedMs: number
  readonly slicedOverUndivided: number | null
}

interface Listing {
  readonly jobs: number
  readonly callMs: number
  readonly turnP99Ms: number
  readonly turnMaxMs: number
}

/** The times between turns of the event loop while `work` runs. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number[]> {
  const turns: number[] = []
  let last = performance.now()
  let running = true
  const turn = () => {
    const now = performance.now()
    turns.push(now - last)
    last = now
    if (running) setImmediate(turn)
  }
  setImmediate(turn)
  await work()
  running = false
  return turns
}

async function timed(work: () => unknown): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

async function main(): Promise<void> {
  const jobs = COUNTS.map(count => ({
    class: CLASS,
    properties: { InstanceID: String(count), JobState: 10 },
    getErrorEx: [{ errors: new Array<string>(count).fill(ERROR_TEXT) }],
  }))
  const listed = Array.from({ length: LISTED_JOBS }, (_, index) => ({
    class: LISTED_CLASS,
    properties: { ...LISTED_PROPERTIES, InstanceID: `listed ${index}` },
  }))
  const simulator = startSimulator({ jobs: [...jobs, ...listed] }, { recordCalls: false })
  const session = await connect()
  const idle = await turnsDuring(() => new Promise(resolve => setTimeout(resolve, 500)))
  const results: Figures[] = []
  for (const count of COUNTS) {
    const path = `${CLASS}.InstanceID="${count}"`
    const call = async () => {
      for (let i = 0; i < repeats(count); i++) await session.getErrorEx(path)
    }
    const { raw } = await session.getErrorEx(path)
    const calls: number[] = []
    const turns: number[] = []
    const undivided: number[] = []
    const ratios: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      turns.push(...(await turnsDuring(async () => calls.push((await timed(call)) / repeats(count)))))
      const whole = await timed(() => decodeErrorList(raw))
      undivided.push(whole)
      if (raw === null || !isLong(raw)) continue
      ratios.push((await timed(() => decodeErrorListInSlices(raw, () => {}))) / whole)
    }
    results.push({
      errors: count,
      callMs: rounded(median(calls)),
      turnP99Ms: rounded(quantile(turns, 0.99)),
      turnMaxMs: rounded(Math.max(...turns)),
      undividedMs: rounded(median(undivided)),
      slicedOverUndivided: ratios.length === 0 ? null : rounded(median(ratios)),
    })
  }
  const listing = await measureListing(session)
  await session.close()
  simulator.stop()
  console.log(`turns of the idle event loop: p99 ${rounded(quantile(idle, 0.99))} ms`)
  console.table(results)
  console.table([listing])
  keepResult('answers', { idleTurnP99Ms: rounded(quantile(idle, 0.99)), results, listing })
}

async function measureListing(session: Session): Promise<Listing> {
  const calls: number[] = []
  const turns: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const list = async () => {
      const { length } = await session.jobs({ classes: [LISTED_CLASS] })
      if (length !== LISTED_JOBS) throw new Error(`${length} jobs instead of ${LISTED_JOBS}`)
    }
    turns.push(...(await turnsDuring(async () => calls.push(await timed(list)))))
  }
  return {
    jobs: LISTED_JOBS,
    callMs: rounded(median(calls)),
    turnP99Ms: rounded(quantile(turns, 0.99)),
    turnMaxMs: rounded(Math.max(...turns)),
  }
}

main()
