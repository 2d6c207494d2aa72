/** Far more jobs than a host usually has. Not for a server in another process: each property is a call there. */
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Scenario } from '../../simulator'
import { simulated } from './harness'

const MANY: Scenario = {
  jobs: Array.from({ length: 3_000 }, (_, i) => ({
    class: 'Msvm_MigrationJob',
    properties: { InstanceID: `JOB-${i}`, JobState: 4, VirtualSystemName: `vm-${i}` },
  })),
}

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

describe('a long listing', () => {
  simulated('leaves the event loop free', MANY, async ctx => {
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
    console.log(`# ${jobs.length} jobs in ${total.toFixed(0)} ms, the longest turn ${longest.toFixed(0)} ms`)
    assert.ok(longest < total / 3, `a turn of ${longest} ms of ${total} ms`)
  })

  simulated('can be given up at any moment', MANY, async ctx => {
    const session = await ctx.connect()
    for (let afterMs = 1; afterMs < 300; afterMs += 15) {
      const controller = new AbortController()
      const listing = session.jobs({ signal: controller.signal })
      setTimeout(() => controller.abort(new Error('enough')), afterMs)
      await listing.catch(error => assert.match(error.message, /enough/))
    }
    assert.equal((await session.job('JOB-0')).instanceId, 'JOB-0')
  })
})
