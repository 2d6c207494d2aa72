/**
 * Far more jobs than a host usually has, and far more errors than a job. Not for a server in another process: each
 * property is a call there.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { connect } from '../../lib/entries'
import type { Scenario } from '../../simulator'
import { median } from '../support/quantile'
import { driveServer, simulated, withAddon } from './harness'

function manyJobs(count: number): Scenario {
  return {
    jobs: Array.from({ length: count }, (_, i) => ({
      class: 'Msvm_MigrationJob',
      properties: { InstanceID: `JOB-${i}`, JobState: 4, VirtualSystemName: `vm-${i}` },
    })),
  }
}

const MANY = manyJobs(3_000)
/** As counting would make it: the time of a job then grows with their number. */
const UNCOUNTED = { countAllocations: false }

/** The longest time between two turns of the event loop until `work` has ended, in milliseconds. */
async function longestTurn(work: Promise<unknown>): Promise<number> {
  let longest = 0
  let last = performance.now()
  let ended = false
  const turns = (async () => {
    while (!ended) {
      await turn()
      const now = performance.now()
      longest = Math.max(longest, now - last)
      last = now
    }
  })()
  try {
    await work
  } finally {
    ended = true
    await turns
  }
  return longest
}

const ROUNDS = 5

/** How much of the time of a call its longest turn takes, the median of some rounds; and what the last one answered. */
async function longestShare<Answer>(name: string, call: () => Promise<Answer>) {
  const shares: number[] = []
  let answer: Answer | undefined
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now()
    const answered = call()
    const longest = await longestTurn(answered)
    const total = performance.now() - started
    answer = await answered
    shares.push(longest / total)
    console.log(`# ${name} in ${total.toFixed(0)} ms, the longest turn ${longest.toFixed(0)} ms`)
  }
  return { share: median(shares), answer: answer as Answer }
}

/** The least time of so many listings of so many jobs, over some rounds: what the machine does beside it only adds. */
async function listingTime(listings: number, count: number): Promise<number> {
  const simulator = driveServer(manyJobs(count), UNCOUNTED)
  const session = await connect(withAddon({}, simulator.addon))
  try {
    let least = Number.POSITIVE_INFINITY
    for (let round = 0; round < ROUNDS; round++) {
      const started = performance.now()
      for (let i = 0; i < listings; i++) assert.equal((await session.jobs()).length, count)
      least = Math.min(least, performance.now() - started)
    }
    return least
  } finally {
    await session.close()
    simulator.stop()
  }
}

describe('a long listing', () => {
  test('of 4,096 jobs, the most that a host keeps, takes no longer for a job than one of 512', async () => {
    // As many jobs each time: what else goes on then takes as much of both.
    const many = await listingTime(1, 4_096)
    const few = await listingTime(8, 512)
    console.log(`# 4096 jobs in ${many.toFixed(0)} ms, 8 times 512 in ${few.toFixed(0)} ms`)
    // 1 when each job takes the same time, 8 when each is searched for among all.
    assert.ok(many < 2 * few, `${(many / few).toFixed(1)} times the time for the same jobs at once`)
  })

  simulated(
    'leaves the event loop free',
    MANY,
    async ctx => {
      const session = await ctx.connect()
      const { share, answer } = await longestShare('3000 jobs', () => session.jobs())
      assert.deepEqual(
        answer.map(job => job.instanceId),
        MANY.jobs?.map(job => job.properties.InstanceID),
      )
      assert.ok(share < 1 / 3, `a turn takes ${share} of the time`)
    },
    UNCOUNTED,
  )

  simulated(
    'can be given up at any moment',
    MANY,
    async ctx => {
      const session = await ctx.connect()
      for (let afterMs = 1; afterMs < 300; afterMs += 15) {
        const controller = new AbortController()
        const listing = session.jobs({ signal: controller.signal })
        setTimeout(() => controller.abort(new Error('enough')), afterMs)
        await listing.catch(error => assert.match(error.message, /enough/))
      }
      assert.equal((await session.job('JOB-0')).instanceId, 'JOB-0')
    },
    UNCOUNTED,
  )
})

describe('a long answer', () => {
  // One is no text, and another longer than all that is converted in one turn.
  const texts = Array.from({ length: 4_000 }, (_, i) => (i === 2_000 ? null : `${i} ${'x'.repeat(4_000)}`))
  texts[3_000] = 'y'.repeat(4_000_000)
  const scenario: Scenario = {
    jobs: [
      {
        class: 'Msvm_MigrationJob',
        properties: { InstanceID: 'JOB', JobState: 10 },
        getErrorEx: [{ errors: texts }],
      },
    ],
  }

  simulated(
    'becomes texts of JavaScript in pieces, all of them and in their order',
    scenario,
    async ctx => {
      const session = await ctx.connect()
      const { share, answer } = await longestShare('4000 texts', () => session.getErrorEx('JOB'))
      assert.deepEqual(answer.raw, texts)
      assert.equal(answer.undecodable.length, texts.length)
      assert.ok(share < 1 / 3, `a turn takes ${share} of the time`)
    },
    UNCOUNTED,
  )
})
