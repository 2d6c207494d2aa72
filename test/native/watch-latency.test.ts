/** How long after an event the item comes, measured against the event itself in the same run. */
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { deadlineOf, follow } from '../../lib/base/deadline'
import { DEFAULT_NAMESPACE } from '../../lib/session/connect-options'
import type { NativeObject } from '../../lib/wmi/addon'
import { AWAITING_EVENTS, connecting, type Operation, subscribing } from '../../lib/wmi/operations'
import { Transport } from '../../lib/wmi/transport'
import { median } from '../support/quantile'
import { eventually, FAILED, MIGRATION, migration, next, onHost, PATIENCE_MS } from './watching'

const FAILURES = 50
/** What one `Next` of the addon may wait: an item that missed its wake-up would be so late. */
const WAKE_UP_MS = 250

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
      for (let i = 0; i < FAILURES; i++) {
        const id = `JOB-${i}`
        simulator.addJob(migration(id))
        await bare.event()
        const started = performance.now()
        simulator.setJob(MIGRATION, id, FAILED)
        const since = () => performance.now() - started
        const [event, item] = await Promise.all([bare.event().then(since), next(watch, 'failed').then(since)])
        toEvent.push(event)
        toItem.push(item)
        await delay(5)
      }
      bare.stop()

      const [event, item] = [median(toEvent), median(toItem)]
      console.log(
        `# ${FAILURES} failures: the bare event after ${event.toFixed(2)} ms, the item with its errors after ` +
          `${item.toFixed(2)} ms (medians), at the latest ${Math.max(...toItem).toFixed(2)} ms`,
      )
      assert.ok(item - event < WAKE_UP_MS, `${item - event} ms later than the event`)
    },
  )
})

/** A subscription with nothing above the addon. */
function bareEvents() {
  const none = { host: null, user: null, password: null, authority: null, locale: null }
  const transport = new Transport({ ...none, namespace: DEFAULT_NAMESPACE, maxWorkers: 1, maxQueued: 8 })
  const run = <Result>(operation: Operation<Result>) =>
    transport.run(operation, deadlineOf({ timeoutMs: PATIENCE_MS, signal: undefined }))
  const wql = `SELECT * FROM __InstanceOperationEvent WHERE TargetInstance ISA '${MIGRATION}'`
  const waiting: NativeObject[] = []
  return {
    subscribed: follow(
      run(connecting({ operation: 'connect', object: 'the bare events' })),
      deadlineOf({ timeoutMs: PATIENCE_MS, signal: undefined }),
      () => new Error('no connection'),
    ).then(() => run(subscribing(wql, MIGRATION))),
    /** Resolves with the next event. */
    async event(): Promise<void> {
      while (waiting.length === 0) {
        waiting.push(...(await run(AWAITING_EVENTS)))
      }
      waiting.shift()
    },
    stop: () => transport.close(),
  }
}
