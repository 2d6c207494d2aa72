import assert from 'node:assert/strict'
import { channel, tracingChannel } from 'node:diagnostics_channel'
import { describe, test } from 'node:test'
import { connect } from '../../lib/entries/index'
import { simulate } from '../../lib/entries/testing'

const SCENARIO = {
  jobs: [{ class: 'Msvm_MigrationJob', properties: { InstanceID: 'A', JobState: 4 } }],
}

type Event = readonly [name: string, message: Record<string, unknown>]

/** Collects what a tracing channel publishes, each message as it is at that moment. */
function trace(events: Event[]) {
  const record = (name: string) => (message: object) => {
    events.push([name, { ...message }])
  }
  const subscribers = {
    start: record('start'),
    end: record('end'),
    asyncStart: record('asyncStart'),
    asyncEnd: record('asyncEnd'),
    error: record('error'),
  }
  const traced = tracingChannel<object>('hyperv-job-errors:call')
  traced.subscribe(subscribers)
  return { [Symbol.dispose]: () => traced.unsubscribe(subscribers) }
}

describe('the tracing channel of calls', () => {
  test('says what is called where, and how long it took', async () => {
    const session = await connect({ addon: simulate(SCENARIO), host: 'HV-01' })
    const events: Event[] = []
    using _ = trace(events)
    const { errors } = await session.getErrorEx('A')
    assert.equal(errors, null)
    assert.deepEqual(
      events.map(([name]) => name),
      ['start', 'end', 'asyncStart', 'asyncEnd'],
    )
    const { durationMs, ...message } = events[3]?.[1] ?? {}
    assert.ok(typeof durationMs === 'number' && durationMs >= 0)
    assert.deepEqual(message, {
      operation: 'GetErrorEx',
      object: 'Msvm_MigrationJob.InstanceID="A"',
      host: 'HV-01',
      namespace: 'root\\virtualization\\v2',
      result: undefined,
    })
    await session.close()
  })

  test('carries the error of a call that fails, and the call rejects all the same', async () => {
    const host = simulate(SCENARIO)
    const session = await connect({ addon: host })
    const events: Event[] = []
    using _ = trace(events)
    host.failNext('execMethod', { hresult: '0x80041003' })
    const reason = await session.getErrorEx('A').then(
      () => assert.fail('it succeeded'),
      (error: unknown) => error,
    )
    const ends = events.filter(([name]) => name === 'error' || name === 'asyncEnd')
    assert.deepEqual(
      ends.map(([name, { error }]) => [name, error]),
      [
        ['error', reason],
        ['asyncEnd', reason],
      ],
    )
    await session.close()
  })
})

test('a lost connection and its return are published, with the reason', async () => {
  const host = simulate(SCENARIO)
  const session = await connect({ addon: host, host: 'HV-01' })
  const messages: unknown[] = []
  const record = (message: unknown) => messages.push(message)
  channel('hyperv-job-errors:reconnect').subscribe(record)
  host.disconnect()
  await session.jobs()
  channel('hyperv-job-errors:reconnect').unsubscribe(record)
  const brief = messages.map(message => {
    const { host, namespace, state, error } = message as Record<string, unknown>
    return [host, namespace, state, error !== null]
  })
  const at = ['HV-01', 'root\\virtualization\\v2']
  assert.deepEqual(brief, [
    [...at, 'disconnected', true],
    [...at, 'reconnecting', true],
    [...at, 'connected', false],
  ])
  await session.close()
})

test('a gap of a watch is published, also where the watch does not deliver gaps', async () => {
  const host = simulate(SCENARIO)
  const session = await connect({ addon: host, host: 'HV-01' })
  const messages: unknown[] = []
  const published = new Promise<void>(resolve => {
    const gaps = channel('hyperv-job-errors:gap')
    gaps.subscribe(function record(message) {
      messages.push(message)
      gaps.unsubscribe(record)
      resolve()
    })
  })
  const items = session.watch({ include: ['state'] })
  assert.equal((await items.next()).value?.kind, 'state')
  host.disconnect()
  await published
  assert.deepEqual(messages, [{ host: 'HV-01', reason: 'connection', dropped: 0, job: null }])
  await session.close()
})
