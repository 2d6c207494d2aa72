/** Far more jobs than a host usually has, and far more errors than a job. Not for a server in another process: each property is a call there. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { connect } from '../../lib/entries'
import type { Scenario } from '../../simulator'
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

/** The least time of three that a listing of so many jobs takes: what the machine does beside it only adds. */
async function listingTime(count: number): Promise<number> {
  const simulator = driveServer(manyJobs(count), UNCOUNTED)
  const session = await connect(withAddon({}, simulator.addon))
  try {
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < 3; i++) {
      const started = performance.now()
      const jobs = await session.jobs()
      least = Math.min(least, performance.now() - started)
      assert.equal(jobs.length, count)
    }
    return least
  } finally {
    await session.close()
    simulator.stop()
  }
}

describe('a long listing', () => {
  test('of 4,096 jobs, the most that a host keeps, takes no longer for a job than one of 512', async () => {
    const many = await listingTime(4_096)
    const few = await listingTime(512)
    console.log(`# 4096 jobs in ${many.toFixed(0)} ms, 512 in ${few.toFixed(0)} ms`)
    // 8 when each job takes the same time, 64 when each is searched for among all.
    assert.ok(many < 16 * few, `${(many / few).toFixed(1)} times the time for 8 times the jobs`)
  })

  simulated(
    'leaves the event loop free',
    MANY,
    async ctx => {
      const session = await ctx.connect()
      const started = performance.now()
      const listing = session.jobs()
      const longest = await longestTurn(listing)
      const total = performance.now() - started
      const jobs = await listing
      assert.deepEqual(
        jobs.map(job => job.instanceId),
        MANY.jobs?.map(job => job.properties.InstanceID),
      )
      console.log(
        `# ${jobs.length} jobs in ${total.toFixed(0)} ms, the longest turn ${longest.toFixed(0)} ms`,
      )
      assert.ok(longest < total / 3, `a turn of ${longest} ms of ${total} ms`)
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
      const started = performance.now()
      const answer = session.getErrorEx('JOB')
      const longest = await longestTurn(answer)
      const total = performance.now() - started
      const { raw, undecodable } = await answer
      assert.deepEqual(raw, texts)
      assert.equal(undecodable.length, texts.length)
      console.log(`# answered in ${total.toFixed(0)} ms, the longest turn ${longest.toFixed(0)} ms`)
      assert.ok(longest < total / 3, `a turn of ${longest} ms of ${total} ms`)
    },
    UNCOUNTED,
  )
})
