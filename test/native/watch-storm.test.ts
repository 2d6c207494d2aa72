/** A host on which many jobs come, change, fail and go while the connection breaks and the consumer is slow. */
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { WatchItem } from '../../lib'
import { Random } from '../fuzz/random'
import { eventually, kFailed, kMigration, migration, onHost } from './watching'

const kJobs = 500
const kFailures = 200
const kDisconnects = 3
/** All jobs come within this time; a longer one leaves the connection more time between its breaks. */
const kSeconds = Number(process.env.WATCH_STORM_SECONDS ?? 10)
/** Less than comes while the consumer takes its time. */
const kMaxQueued = 4
const kTimeoutMs = kSeconds * 1000 + 60_000
/** GetErrorEx takes a random time of up to this. */
const kMaxLatencyMs = 40
/** The consumer takes its time over some items: more comes meanwhile than is kept for it. */
const kSlowMs = 15 * kSeconds

describe('a watch of a busy host', () => {
  onHost(
    `reports each of ${kFailures} failures among ${kJobs} jobs once`,
    {},
    async ({ simulator, session }) => {
      const random = new Random(20261122)
      const failing = new Set<string>()
      while (failing.size < kFailures) failing.add(`JOB-${random.below(kJobs)}`)

      const counts = new Map<WatchItem['kind'], number>()
      const reported = new Map<string, number>()
      const gaps = { connection: 0, 'slow-consumer': 0, vanished: 0 }
      let dropped = 0
      let withErrors = 0
      const watch = session.watch({ maxQueued: kMaxQueued })
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
          if (random.below(20) === 0) await delay(kSlowMs)
        }
      })()

      await eventually('the subscription', () => simulator.subscriptions().length > 0)
      const started = performance.now()
      const breaks = Array.from({ length: kDisconnects }, (_, i) =>
        Math.floor(((i + 1) * kJobs) / (kDisconnects + 1)),
      )
      for (let i = 0; i < kJobs; i++) {
        const id = `JOB-${i}`
        const latencyMs = random.below(kMaxLatencyMs)
        const job = migration(id)
        simulator.addJob({ ...job, getErrorEx: [{ ...job.getErrorEx?.[0], latencyMs }] })
        setTimeout(
          () =>
            simulator.setJob(
              kMigration,
              id,
              failing.has(id) ? kFailed : { ...kFailed, JobState: 7, ErrorCode: 0 },
            ),
          random.below(1000),
        )
        if (breaks.includes(i)) simulator.disconnectAll('0x800706BE')
        const ahead = started + ((i + 1) * kSeconds * 1000) / kJobs - performance.now()
        if (ahead > 1) await delay(ahead)
      }
      await eventually('every failure is reported', () => reported.size === kFailures)
      await eventually('every success is reported', () => counts.get('ended') === kJobs - kFailures)
      // Whatever would be reported twice comes by now: nothing is under way any more.
      await eventually('all calls have ended', () => session.stats().pending === 0)
      await delay(500)
      await watch.return()
      await consumer

      console.log(
        `# ${kJobs} jobs in ${kSeconds} s, ${reported.size} failures reported, ${withErrors} with their errors, ` +
          `${kDisconnects} disconnects, ${JSON.stringify({ ...Object.fromEntries(counts), gaps })}, ${dropped} items dropped`,
      )
      assert.deepEqual([...reported.keys()].toSorted(), [...failing].toSorted())
      assert.deepEqual([...new Set(reported.values())], [1], 'each once')
      assert.equal(withErrors, kFailures)
      assert.ok(gaps['slow-consumer'] > 0 && dropped > 0, 'the consumer was too slow')
      assert.equal(gaps.connection, kDisconnects)
    },
    { timeoutMs: kTimeoutMs, recordCalls: false },
  )
})
