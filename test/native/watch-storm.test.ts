/** A host on which many jobs come, change, fail and go while the connection breaks and the consumer is slow. */
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { WatchItem } from '../../lib/entries'
import { Random } from '../fuzz/random'
import { eventually, FAILED, MIGRATION, migration, onHost } from './watching'

const JOBS = 500
const FAILURES = 200
const DISCONNECTS = 3
/** All jobs come within this time; a longer one leaves the connection more time between its breaks. */
const SECONDS = Number(process.env.WATCH_STORM_SECONDS ?? 10)
/** Less than comes while the consumer takes its time. */
const MAX_QUEUED = 4
const TIMEOUT_MS = SECONDS * 1000 + 60_000
/** GetErrorEx takes a random time of up to this. */
const MAX_LATENCY_MS = 40
/** The consumer takes its time over some items: more comes meanwhile than is kept for it. */
const SLOW_MS = 15 * SECONDS

describe('a watch of a busy host', () => {
  onHost(
    `reports each of ${FAILURES} failures among ${JOBS} jobs once`,
    {},
    async ({ simulator, session }) => {
      const random = new Random(20261122)
      const failing = new Set<string>()
      while (failing.size < FAILURES) failing.add(`JOB-${random.below(JOBS)}`)

      const counts = new Map<WatchItem['kind'], number>()
      const reported = new Map<string, number>()
      const gaps = { connection: 0, 'slow-consumer': 0, vanished: 0 }
      let dropped = 0
      let withErrors = 0
      const watch = session.watch({ maxQueued: MAX_QUEUED })
      const consumer = (async () => {
        for await (const item of watch) {
          counts.set(item.kind, (counts.get(item.kind) ?? 0) + 1)
          if (item.kind === 'gap') {
            gaps[item.reason] += 1
            dropped += item.dropped
          }
          if (item.kind === 'failed') {
            const id = item.job.instanceId ?? ''
            reported.set(id, (reported.get(id) ?? 0) + 1)
            if (item.result?.errors?.[0]?.message === `why ${id} failed`) withErrors += 1
          }
          if (random.below(20) === 0) await delay(SLOW_MS)
        }
      })()

      await eventually('the subscription', () => simulator.subscriptions().length > 0)
      const started = performance.now()
      const breaks = Array.from({ length: DISCONNECTS }, (_, i) =>
        Math.floor(((i + 1) * JOBS) / (DISCONNECTS + 1)),
      )
      for (let i = 0; i < JOBS; i++) {
        const id = `JOB-${i}`
        const latencyMs = random.below(MAX_LATENCY_MS)
        const job = migration(id)
        simulator.addJob({ ...job, getErrorEx: [{ ...job.getErrorEx?.[0], latencyMs }] })
        setTimeout(
          () =>
            simulator.setJob(
              MIGRATION,
              id,
              failing.has(id) ? FAILED : { ...FAILED, JobState: 7, ErrorCode: 0 },
            ),
          random.below(1000),
        )
        if (breaks.includes(i)) simulator.disconnectAll('0x800706BE')
        const ahead = started + ((i + 1) * SECONDS * 1000) / JOBS - performance.now()
        if (ahead > 1) await delay(ahead)
      }
      await eventually('every failure is reported', () => reported.size === FAILURES)
      await eventually('every success is reported', () => counts.get('ended') === JOBS - FAILURES)
      // Whatever would be reported twice comes by now: nothing is under way any more.
      await eventually('all calls have ended', () => session.stats().pending === 0)
      await delay(500)
      await watch.return()
      await consumer

      console.log(
        `# ${JOBS} jobs in ${SECONDS} s, ${reported.size} failures reported, ${withErrors} with their errors, ` +
          `${DISCONNECTS} disconnects, ${JSON.stringify({ ...Object.fromEntries(counts), gaps })}, ${dropped} items dropped`,
      )
      assert.deepEqual([...reported.keys()].toSorted(), [...failing].toSorted())
      assert.deepEqual([...new Set(reported.values())], [1], 'each once')
      assert.equal(withErrors, FAILURES)
      assert.ok(gaps['slow-consumer'] > 0 && dropped > 0, 'the consumer was too slow')
      assert.equal(gaps.connection, DISCONNECTS)
    },
    { timeoutMs: TIMEOUT_MS, recordCalls: false },
  )
})
