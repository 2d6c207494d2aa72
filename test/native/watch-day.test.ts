/** A day of an agent, compressed: many events and many resubscriptions, and nothing that grows. */
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { Random } from '../fuzz/random'
import { SAMPLES, WorkingSet } from '../support/working-set'
import { eventually, FAILED, MIGRATION, migration, onHost } from './watching'

/** A day has about 100,000, a thousand of them after a resubscription; a test run takes a tenth. */
const EVENTS = Number(process.env.WATCH_DAY_EVENTS ?? 10_000)
const EVENTS_PER_CONNECTION = 100
const JOBS = 50
const TIMEOUT_MS = 60_000 + EVENTS * 10

describe('a watch of a whole day', () => {
  onHost(
    `takes ${EVENTS} events and ${EVENTS / EVENTS_PER_CONNECTION} resubscriptions in a flat working set`,
    { jobs: Array.from({ length: JOBS }, (_, i) => migration(`JOB-${i}`)) },
    async ({ simulator, session }) => {
      const random = new Random(20261122)
      const ids = Array.from({ length: JOBS }, (_, i) => `JOB-${i}`)
      let born = JOBS
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
      for (let event = 0; event < EVENTS; event++) {
        if (event % EVENTS_PER_CONNECTION === 0) {
          const before = connected
          await caughtUp()
          simulator.disconnectAll('0x800706BE')
          await eventually('the subscription is back', () => connected > before)
        }
        if (event % (EVENTS / SAMPLES) === 0) {
          await caughtUp()
          workingSet.sample()
        }
        const at = random.below(JOBS)
        const id = ids[at] ?? ''
        if (random.below(25) > 0) {
          simulator.setJob(MIGRATION, id, { PercentComplete: random.below(100) })
        } else {
          simulator.setJob(MIGRATION, id, FAILED)
          expected += 1
          await caughtUp()
          simulator.removeJob(MIGRATION, id)
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
        `# ${EVENTS} events, ${connected} subscriptions, ${failed} failures with their errors, ${changed} changes ` +
          `reported, growth: ${workingSet}`,
      )
      assert.equal(failed, expected)
      assert.ok(connected >= EVENTS / EVENTS_PER_CONNECTION, `${connected} subscriptions`)
      workingSet.assertFlat()
    },
    { timeoutMs: TIMEOUT_MS, recordCalls: false },
  )
})
