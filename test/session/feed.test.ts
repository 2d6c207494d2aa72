import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EventFeed, type FeedListener } from '../../lib/session/watch/event-feed'
import { Transport } from '../../lib/wmi/transport'
import { event, FAILED, fakeHost, job } from '../support/fake-host'

const SETTINGS = {
  host: null,
  namespace: 'root\\virtualization\\v2',
  user: null,
  password: null,
  authority: null,
  locale: null,
  maxWorkers: 2,
  maxQueued: 8,
}

const quiet: FeedListener = { subscribed() {}, events() {}, lost() {}, failed() {} }

test('a listener that throws keeps the others from nothing, and listens no longer', async () => {
  const addon = fakeHost()
  const transport = new Transport(SETTINGS, addon)
  const feed = new EventFeed(transport)
  const thrown: unknown[] = []
  feed.listen(['Msvm_MigrationJob'], {
    ...quiet,
    events() {
      throw new Error('from a listener')
    },
    failed: error => thrown.push(error),
  })
  let resolve = (_count: number) => {}
  const heard = new Promise<number>(settle => {
    resolve = settle
  })
  let count = 0
  feed.listen(['Msvm_MigrationJob'], {
    ...quiet,
    events() {
      count += 1
      if (count === 2) resolve(count)
    },
  })
  addon.events.raise(event('Creation', job('A', FAILED)))
  addon.events.raise(event('Creation', job('B', FAILED)))
  assert.equal(await heard, 2)
  assert.deepEqual(
    thrown.map(error => (error as Error).message),
    ['from a listener'],
  )
  feed.close()
  transport.close()
})

test('after its last listener has left, a feed serves those that come later', async () => {
  const addon = fakeHost()
  const transport = new Transport(SETTINGS, addon)
  const feed = new EventFeed(transport)
  const subscribedOnce = async () => {
    let stop = () => {}
    await new Promise<void>(resolve => {
      stop = feed.listen(['Msvm_MigrationJob'], { ...quiet, subscribed: () => resolve() })
    })
    stop()
  }
  await subscribedOnce()
  await subscribedOnce()
  await subscribedOnce()
  while (feed.stats() !== null) await new Promise(setImmediate)
  assert.ok(addon.sessions.slice(1).every(session => session.isClosed))
  transport.close()
})
