/**
 * npm run soak -- --minutes N: calls, listings, watches, aborted calls, sessions that come and go, and lost connections,
 * all at once against the simulator in this process. Says at the end what grew, and whether COM objects, BSTRs, arrays,
 * threads and handles are as many as before. Exit code 1 when something is left or certainly grows. A watch remembers a
 * job for five minutes after it has gone, so a run of less than a quarter of an hour cannot tell growth from that.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { connect, type Session } from '../lib/entries'
import { type Simulator, startSimulator } from '../simulator'
import { collectGarbage } from '../test/support/garbage'
import { ERROR_TEXT } from './calls/scenario'
import { keepResult } from './lib/results'
import { processCost } from './sessions/process'
import { type Slope, slopeOf } from './soak/slope'

const SAMPLE_MS = 500
/** Until caches, pools, compiled code and what is remembered of jobs are what they will be. */
const WARM_UP_MINUTES = 7
const SHORTEST_JUDGED_MINUTES = 15
/** Threads that are idle end after ten seconds. */
const RELEASE_MS = 15_000
/** Growth that is certain and beyond this is a leak; MiB an hour. */
const LIMIT_MB_PER_HOUR = 8
const MB = 1024 * 1024

const CLASS = 'Msvm_MigrationJob'
const STEADY = 'STEADY'

interface Sample {
  readonly heapMb: number
  readonly externalMb: number
  readonly residentMb: number
  readonly threads: number
  readonly descriptors: number
}

interface Tally {
  calls: number
  failures: number
  reported: number
  reconnects: number
}

/** Repeats `work` until the time is over; what is expected to fail is counted. */
async function repeat(
  until: number,
  pauseMs: number,
  tally: Tally,
  work: () => Promise<void>,
): Promise<void> {
  while (performance.now() < until) {
    try {
      await work()
    } catch {
      tally.failures++
    }
    await delay(pauseMs)
  }
}

function sampleOf(): Sample {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  const cost = processCost()
  return {
    heapMb: heapUsed / MB,
    externalMb: external / MB,
    residentMb: cost?.residentMb ?? process.memoryUsage().rss / MB,
    threads: cost?.threads ?? Number.NaN,
    descriptors: cost?.descriptors ?? Number.NaN,
  }
}

function loadOf(simulator: Simulator, session: Session, until: number, tally: Tally): Promise<void>[] {
  const call = async () => {
    await session.getErrorEx(STEADY)
    tally.calls++
  }
  let next = 0
  const failJob = async () => {
    const id = `J${next++}`
    simulator.addJob({
      class: CLASS,
      properties: { InstanceID: id, JobState: 4 },
      getErrorEx: [{ errors: [ERROR_TEXT] }],
    })
    await delay(30)
    simulator.setJob(CLASS, id, { JobState: 10, ErrorCode: 32768 })
    await delay(300)
    simulator.removeJob(CLASS, id)
  }
  const abortCall = async () => {
    const signal = AbortSignal.timeout(3)
    await session.execMethod(`${CLASS}.InstanceID="${STEADY}"`, 'GetErrorEx', {}, { signal })
  }
  const visit = async () => {
    const other = await connect()
    try {
      const watch = other.watch()
      await watch.next()
      await other.getErrorEx(STEADY)
      await watch.return?.()
    } finally {
      await other.close()
    }
  }
  const loseConnection = async () => {
    await delay(5_000)
    simulator.disconnectAll('0x800706BA')
    tally.reconnects++
  }
  const watch = async () => {
    for await (const item of session.watch()) if (item.kind === 'failed') tally.reported++
  }
  watch().catch(() => {})
  return [
    ...Array.from({ length: 4 }, () => repeat(until, 2, tally, call)),
    repeat(until, 250, tally, async () => void (await session.jobs())),
    repeat(until, 10, tally, failJob),
    repeat(until, 50, tally, abortCall),
    repeat(until, 1_000, tally, visit),
    repeat(until, 0, tally, loseConnection),
  ]
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '1' } } })
  const minutes = Number(values.minutes)
  if (!(minutes >= 0.5)) throw new Error('expected --minutes with a number, 0.5 or more')
  const simulator = startSimulator(
    {
      jobs: [
        {
          class: CLASS,
          properties: { InstanceID: STEADY, JobState: 10 },
          getErrorEx: [{ errors: [ERROR_TEXT] }],
        },
      ],
    },
    { recordCalls: false, countAllocations: true },
  )
  const first = await connect()
  await first.jobs()
  await first.close()
  await delay(RELEASE_MS)
  const baseline = simulator.counts()
  const before = sampleOf()

  const tally: Tally = { calls: 0, failures: 0, reported: 0, reconnects: 0 }
  const session = await connect()
  const until = performance.now() + minutes * 60_000
  const load = loadOf(simulator, session, until, tally)
  const samples: Sample[] = []
  while (performance.now() < until) {
    await delay(SAMPLE_MS)
    samples.push(sampleOf())
  }
  await Promise.all(load)
  await session.close()

  const deadline = performance.now() + RELEASE_MS
  const isBalanced = () => {
    const { objects, bstrs, arrays } = simulator.counts()
    return isDeepStrictEqual([objects, bstrs, arrays], [baseline.objects, baseline.bstrs, baseline.arrays])
  }
  while (!isBalanced() && performance.now() < deadline) await delay(100)
  await delay(Math.max(0, deadline - performance.now()))
  const balanced = isBalanced()
  const after = sampleOf()
  simulator.stop()

  const isJudged = minutes >= SHORTEST_JUDGED_MINUTES
  const warmUp = isJudged ? WARM_UP_MINUTES : minutes / 2
  const warm = samples.slice(Math.floor((samples.length * warmUp) / minutes))
  const hours = (minutes - warmUp) / 60
  const slopes = {
    'JavaScript heap': slopeOf(
      warm.map(({ heapMb }) => heapMb),
      hours,
    ),
    'external memory': slopeOf(
      warm.map(({ externalMb }) => externalMb),
      hours,
    ),
    'resident memory': slopeOf(
      warm.map(({ residentMb }) => residentMb),
      hours,
    ),
  }
  const grows = ({ perHour, plusMinus }: Slope) => isJudged && perHour - plusMinus > LIMIT_MB_PER_HOUR
  console.log(`${minutes} minutes: ${JSON.stringify(tally)}`)
  for (const [what, slope] of Object.entries(slopes)) {
    const { perHour, plusMinus } = slope
    const sure = grows(slope) ? 'GROWS' : 'does not certainly grow'
    const verdict = isJudged ? sure : 'too short a run to say'
    console.log(`${what}: ${perHour.toFixed(2)} ± ${plusMinus.toFixed(2)} MiB an hour, ${verdict}`)
  }
  console.log(`COM objects, BSTRs and arrays: ${balanced ? 'as many as before' : 'LEFT'}`)
  console.log(
    `threads: ${before.threads}, then ${after.threads}; descriptors: ${before.descriptors}, then ${after.descriptors}`,
  )
  if (isJudged) {
    keepResult('soak', { minutes, tally, slopes, balanced, before, after, samples: thinned(samples) })
  }
  return balanced && !Object.values(slopes).some(grows) && after.threads <= before.threads ? 0 : 1
}

/** As many as a plot can show. */
function thinned(samples: readonly Sample[]): readonly Sample[] {
  const every = Math.ceil(samples.length / 200)
  return samples.filter((_, index) => index % every === 0)
}

main().then(code => {
  process.exitCode = code
})
