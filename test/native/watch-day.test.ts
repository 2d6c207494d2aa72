/** A day of an agent, compressed: many events and many resubscriptions, and nothing that grows. */
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { Random } from '../fuzz/random'
import { kSamples, WorkingSet } from '../support/working-set'
import { eventually, kFailed, kMigration, migration, onHost } from './watching'

/** A day has about 100,000, a thousand of them after a resubscription; a test run takes a tenth. */
const kEvents = Number(process.env.WATCH_DAY_EVENTS ?? 10_000)
const kEventsPerConnection = 100
const kJobs = 50
const kTimeoutMs = 60_000 + kEvents * 10

describe('a watch of a whole day', () => {
  onHost(
    `takes ${kEvents} events and ${kEvents / kEventsPerConnection} resubscriptions in a flat working set`,
    { jobs: Array.from({ length: kJobs }, (_, i) => migration(`JOB-${i}`)) },
    async ({ simulator, session }) => {
      const random = new Random(20261122)
      const ids = Array.from({ length: kJobs }, (_, i) => `JOB-${i}`)
      let born = kJobs
      let changed = 0
      let failed = 0
      let expected = 0
      let connected = 0

      const watch = session.watch({ include: ['failed', 'changed', 'state'] })
      const consumer = (async () => {
        for await (const item of watch) {
          if (item.kind === 'changed') changed += 1
          if (item.kind === 'failed' && item.result?.errors?.length === 1) failed += 1
          if (item.kind === 'state' && item.state === 'watching') connected += 1
        }
      })()
      const caughtUp = () =>
        eventually('the watch is up to date', () => session.stats().pending === 0 && failed === expected)

      const workingSet = new WorkingSet()
      for (let event = 0; event < kEvents; event++) {
        if (event % kEventsPerConnection === 0) {
          const before = connected
          await caughtUp()
          simulator.disconnectAll('0x800706BE')
          await eventually('the subscription is back', () => connected > before)
        }
        if (event % (kEvents / kSamples) === 0) {
          await caughtUp()
          workingSet.sample()
        }
        const at = random.below(kJobs)
        const id = ids[at] ?? ''
        if (random.below(25) > 0) {
          simulator.setJob(kMigration, id, { PercentComplete: random.below(100) })
        } else {
          simulator.setJob(kMigration, id, kFailed)
          expected += 1
          await caughtUp()
          simulator.removeJob(kMigration, id)
          ids[at] = `JOB-${born}`
          simulator.addJob(migration(`JOB-${born}`))
          born += 1
        }
        if (event % 10 === 0) await turn()
      }
      await caughtUp()
      await watch.return()
      await consumer
      console.log(
        `# ${kEvents} events, ${connected} subscriptions, ${failed} failures with their errors, ${changed} changes ` +
          `told, growth: ${workingSet}`,
      )
      assert.equal(failed, expected)
      assert.ok(connected >= kEvents / kEventsPerConnection, `${connected} subscriptions`)
      workingSet.assertFlat()
    },
    { timeoutMs: kTimeoutMs, recordCalls: false },
  )
})
