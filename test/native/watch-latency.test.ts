/** How long after an event the item comes, measured against the event itself in the same run. */
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { deadlineOf, Transport } from '../../lib/native/transport'
import type { NativeObject } from '../../lib/native/types'
import { kDefaultNamespace } from '../../lib/options'
import { median } from '../support/quantile'
import { eventually, kFailed, kMigration, kPatienceMs, migration, next, onHost } from './watching'

const kFailures = 50
/** What one `Next` of the addon may wait: an item that missed its wake-up would be so late. */
const kWakeUpMs = 250

describe('a failed job', () => {
  onHost(
    'is delivered with its errors in the wake-up that brings the event',
    {},
    async ({ simulator, session }) => {
      const bare = bareEvents()
      await bare.subscribed
      await using watch = session.watch({ include: ['failed', 'state'] })
      await next(watch, 'state')
      await eventually('both subscriptions', () => simulator.subscriptions().length === 2)

      const toEvent: number[] = []
      const toItem: number[] = []
      for (let i = 0; i < kFailures; i++) {
        const id = `JOB-${i}`
        simulator.addJob(migration(id))
        await bare.event()
        const started = performance.now()
        simulator.setJob(kMigration, id, kFailed)
        const since = () => performance.now() - started
        const [event, item] = await Promise.all([bare.event().then(since), next(watch, 'failed').then(since)])
        toEvent.push(event)
        toItem.push(item)
        await delay(5)
      }
      bare.stop()

      const [event, item] = [median(toEvent), median(toItem)]
      console.log(
        `# ${kFailures} failures: the bare event after ${event.toFixed(2)} ms, the item with its errors after ` +
          `${item.toFixed(2)} ms (medians), at the latest ${Math.max(...toItem).toFixed(2)} ms`,
      )
      assert.ok(item - event < kWakeUpMs, `${item - event} ms later than the event`)
    },
  )
})

/** A subscription with nothing above the addon. */
function bareEvents() {
  const none = { host: null, user: null, password: null, authority: null, locale: null }
  const transport = new Transport({ ...none, namespace: kDefaultNamespace, maxWorkers: 1, maxQueued: 8 })
  const target = { operation: 'watch', object: 'the bare events' }
  const run = (start: Parameters<Transport['run']>[2]) =>
    transport.run(target, deadlineOf({ timeoutMs: kPatienceMs, signal: undefined }), start)
  const wql = `SELECT * FROM __InstanceOperationEvent WHERE TargetInstance ISA '${kMigration}'`
  const waiting: NativeObject[] = []
  return {
    subscribed: run((native, ticket) => native.connect(ticket)).then(() =>
      run((native, ticket) => native.subscribe(ticket, wql)),
    ),
    /** Resolves with the next event. */
    async event(): Promise<void> {
      while (waiting.length === 0) {
        waiting.push(...((await run((native, ticket) => native.nextEvents(ticket))) as NativeObject[]))
      }
      waiting.shift()
    },
    stop: () => transport.close(),
  }
}
