/**
 * The simulator's notification queries by themselves, read by a small client of its own: what the tests of watching
 * rest on. Long because it is one contract, written in tables and short cases over the same few helpers.
 */

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { type Scenario, type Simulator, startSimulator } from '../../simulator'
import { INFINITE, NOTIFICATION_FLAGS, Probe, type ProbedEvent, type Reading } from '../../simulator/probe'

const NO_ERROR = 0
const TIMED_OUT = 0x40004
/** Longer than anything here takes: a test that waits so long has failed. */
const PATIENCE_MS = 10_000

const MIGRATION = 'Msvm_MigrationJob'
const ANY_CHANGE = 'SELECT * FROM __InstanceOperationEvent'
const OF_MIGRATIONS = `${ANY_CHANGE} WHERE TargetInstance ISA '${MIGRATION}'`

const migration = (id: string, more: object = {}, properties: object = {}) => ({
  class: MIGRATION,
  properties: { InstanceID: id, JobState: 4, ...properties },
  ...more,
})

interface Context {
  readonly simulator: Simulator
  open(query?: string): Promise<Probe>
}

/** Polls: a promise is settled before the thread behind it has ended. */
async function eventually<T>(value: () => T, expected: T): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  while (!isDeepStrictEqual(value(), expected) && Date.now() < deadline) await delay(1)
  assert.deepEqual(value(), expected)
}

/** A test with the simulator running; after it no client may hold anything. */
function simulated(name: string, scenario: Scenario, body: (context: Context) => Promise<void>): void {
  test(name, { timeout: 3 * PATIENCE_MS }, async () => {
    const simulator = startSimulator(scenario, { countAllocations: true })
    const probes: Probe[] = []
    try {
      const baseline = simulator.counts()
      await body({
        simulator,
        async open(query = OF_MIGRATIONS) {
          const probe = await Probe.open(query)
          probes.push(probe)
          return probe
        },
      })
      await Promise.all(probes.map(probe => probe.close()))
      await eventually(() => simulator.counts(), baseline)
      assert.deepEqual(simulator.subscriptions(), [])
    } finally {
      await Promise.all(probes.map(probe => probe.close()))
      simulator.stop()
    }
  })
}

const summary = ({ class: name, target }: ProbedEvent) =>
  `${name.replace(/^__Instance|Event$/g, '')} ${target.InstanceID} ${target.JobState}`

/** The next `count` events, in short. */
async function read(probe: Probe, count: number): Promise<string[]> {
  const { hresult, events } = await probe.next(PATIENCE_MS, count)
  assert.equal(hresult, NO_ERROR)
  return events.map(summary)
}

async function assertNone(probe: Probe): Promise<void> {
  const { hresult, events } = await probe.next(0)
  assert.deepEqual([hresult, events.map(summary)], [TIMED_OUT, []])
}

describe('events of the simulator', () => {
  simulated(
    'come from the timeline, with the job as it was at each step',
    {
      jobs: [
        migration('A', {
          timeline: [
            { afterMs: 200, create: true },
            { afterMs: 230, set: { JobState: 7, PercentComplete: 100 } },
            { afterMs: 260, remove: true },
          ],
        }),
      ],
    },
    async ({ open }) => {
      const probe = await open()
      const { hresult, events } = await probe.next(PATIENCE_MS, 3)
      assert.equal(hresult, NO_ERROR)
      assert.deepEqual(events.map(summary), ['Creation A 4', 'Modification A 7', 'Deletion A 7'])
      assert.deepEqual(
        events.map(event => event.previous?.JobState),
        [undefined, 4, undefined],
      )
      assert.deepEqual(
        events.map(event => event.target.PercentComplete),
        [null, 100, 100],
      )
      await assertNone(probe)
    },
  )

  simulated('come from what a test does to jobs', { jobs: [migration('A')] }, async ({ simulator, open }) => {
    const probe = await open()
    simulator.addJob(migration('B'))
    simulator.setJob(MIGRATION, 'a', { JobState: 10 })
    simulator.removeJob(MIGRATION, 'A')
    assert.deepEqual(await read(probe, 3), ['Creation B 4', 'Modification A 10', 'Deletion A 10'])
    assert.throws(() => simulator.addJob(migration('b')), /there is such a job already/)
    assert.throws(() => simulator.setJob(MIGRATION, 'A', {}), /there is no Msvm_MigrationJob A/)
    assert.throws(() => simulator.removeJob(MIGRATION, 'A'), /there is no Msvm_MigrationJob A/)
    assert.throws(
      () => simulator.setJob(MIGRATION, 'B', { InstanceID: 'C' }),
      /the key for .properties\.InstanceID/,
    )
    assert.throws(() => simulator.setJob(MIGRATION, 'B', { News: 1 }), /since the start/)
    await assertNone(probe)
  })

  simulated(
    'count the timeline of an added job from then on, and end it when the job is changed by hand',
    {},
    async ({ simulator, open }) => {
      const probe = await open()
      const timeline = [
        { afterMs: 30, create: true },
        { afterMs: 60, set: { JobState: 7 } },
        { afterMs: 90, remove: true },
      ]
      simulator.addJob(migration('A', { timeline }))
      assert.throws(() => simulator.addJob(migration('A')), /already/)
      assert.deepEqual(await read(probe, 1), ['Creation A 4'])
      simulator.setJob(MIGRATION, 'A', { JobState: 10 })
      assert.deepEqual(await read(probe, 2), ['Modification A 10', 'Deletion A 10'])
      simulator.addJob(migration('A'))
      assert.deepEqual(await read(probe, 1), ['Creation A 4'])
    },
  )

  simulated('report a job that a method ends', { jobs: [migration('A')] }, async ({ open }) => {
    const probe = await open()
    assert.equal(await probe.requestState('Msvm_MigrationJob.InstanceID="A"', 4), NO_ERROR)
    assert.deepEqual(await read(probe, 1), ['Modification A 8'])
    assert.equal(await probe.requestState('Msvm_MigrationJob.InstanceID="A"', 4), NO_ERROR)
    await assertNone(probe)
  })

  simulated('have the types that WMI gives them', { jobs: [migration('A')] }, async ({ simulator, open }) => {
    const CIM_OBJECT = 13
    const CIM_UINT64 = 21
    const CIM_UINT8_ARRAY = 0x2000 | 17
    const [NULL, BSTR, UNKNOWN] = [1, 8, 13]
    const before = Date.now()
    const probe = await open()
    simulator.setJob(MIGRATION, 'A', { JobState: 7 })
    const event = (await probe.next(PATIENCE_MS)).events[0]!
    const typed = (name: string) => [event.properties[name]?.type, event.properties[name]?.vt]
    assert.deepEqual(typed('TargetInstance'), [CIM_OBJECT, UNKNOWN])
    assert.deepEqual(typed('PreviousInstance'), [CIM_OBJECT, UNKNOWN])
    assert.deepEqual(typed('TIME_CREATED'), [CIM_UINT64, BSTR])
    assert.deepEqual(typed('SECURITY_DESCRIPTOR'), [CIM_UINT8_ARRAY, NULL])
    assert.equal(event.target.__PATH, '\\\\HV-01\\root\\virtualization\\v2:Msvm_MigrationJob.InstanceID="A"')
    const created = Number(BigInt(String(event.timeCreated)) / 10_000n - 11_644_473_600_000n)
    // The clocks of the two need not tick together.
    assert.ok(created > before - 1000 && created < Date.now() + 1000, `created at ${created}`)
  })

  simulated(
    'are those since the subscription, for each subscription',
    { jobs: [migration('A')] },
    async ({ simulator, open }) => {
      simulator.setJob(MIGRATION, 'A', { JobState: 5 })
      const first = await open()
      simulator.setJob(MIGRATION, 'A', { JobState: 6 })
      const second = await open()
      simulator.setJob(MIGRATION, 'A', { JobState: 7 })
      // The same values again are no change.
      simulator.setJob(MIGRATION, 'A', { JobState: 7 })
      assert.deepEqual(
        simulator.subscriptions().map(({ query, waiting }) => [query, waiting]),
        [
          [OF_MIGRATIONS, 2],
          [OF_MIGRATIONS, 1],
        ],
      )
      assert.deepEqual(await read(first, 2), ['Modification A 6', 'Modification A 7'])
      assert.deepEqual(await read(second, 1), ['Modification A 7'])
      await assertNone(second)
    },
  )

  const FILTERS: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'only creations',
      `SELECT * FROM __InstanceCreationEvent WHERE TargetInstance ISA '${MIGRATION}'`,
      ['Creation M 4'],
    ],
    [
      'only modifications',
      `select * from __instancemodificationevent where targetinstance isa "${MIGRATION}"`,
      ['Modification M 10'],
    ],
    [
      'only deletions',
      `SELECT * FROM __InstanceDeletionEvent WHERE TargetInstance ISA '${MIGRATION}'`,
      ['Deletion M 10'],
    ],
    [
      'those of subclasses',
      `${ANY_CHANGE} WHERE TargetInstance ISA 'CIM_ConcreteJob'`,
      ['Creation M 4', 'Creation S 4', 'Modification M 10', 'Deletion M 10'],
    ],
    [
      'those of several classes',
      `${ANY_CHANGE} WHERE (TargetInstance ISA '${MIGRATION}' OR TargetInstance ISA 'Msvm_StorageJob') AND TargetInstance.JobState = 4`,
      ['Creation M 4', 'Creation S 4'],
    ],
    ['none of another class', `${ANY_CHANGE} WHERE TargetInstance ISA 'Msvm_ConcreteJob'`, []],
    [
      'those whose instance fulfils a condition',
      `${ANY_CHANGE} WHERE TargetInstance ISA '${MIGRATION}' AND (TargetInstance.JobState = 10 OR TargetInstance.Caption = 'x')`,
      ['Modification M 10', 'Deletion M 10'],
    ],
    [
      'those whose previous instance fulfils a condition',
      `${ANY_CHANGE} WHERE TargetInstance ISA '${MIGRATION}' AND PreviousInstance.JobState <> TRUE AND PreviousInstance.JobState < 10`,
      [],
    ],
    [
      'a change of state by both instances',
      `${ANY_CHANGE} WHERE TargetInstance ISA '${MIGRATION}' AND PreviousInstance.JobState <> 10 AND TargetInstance.JobState = 10`,
      ['Modification M 10'],
    ],
    [
      'none for a property the instance lacks',
      `${ANY_CHANGE} WHERE TargetInstance ISA '${MIGRATION}' AND TargetInstance.Nothing = 1`,
      [],
    ],
    [
      'as they happen in spite of WITHIN',
      `${ANY_CHANGE} WITHIN 60 WHERE TargetInstance ISA 'Msvm_StorageJob'`,
      ['Creation S 4'],
    ],
  ]
  for (const [what, query, expected] of FILTERS) {
    simulated(`give a query ${what}`, {}, async ({ simulator, open }) => {
      const probe = await open(query)
      simulator.addJob(migration('M'))
      simulator.addJob({ class: 'Msvm_StorageJob', properties: { InstanceID: 'S', JobState: 4 } })
      simulator.setJob(MIGRATION, 'M', { JobState: 10 })
      simulator.removeJob(MIGRATION, 'M')
      const { events } = await probe.next(0, 9)
      assert.deepEqual(events.map(summary), expected)
    })
  }
})

describe('Next of a subscription', () => {
  simulated('polls with a time-out of 0', {}, async ({ simulator, open }) => {
    const probe = await open()
    await assertNone(probe)
    simulator.addJob(migration('A'))
    assert.equal((await probe.next(0)).events.length, 1)
    await assertNone(probe)
  })

  simulated('waits as long as its time-out, and then gives what came', {}, async ({ simulator, open }) => {
    const probe = await open()
    const nothing = await probe.next(80)
    assert.equal(nothing.hresult, TIMED_OUT)
    assert.ok(nothing.elapsedMs >= 75, `waited ${nothing.elapsedMs} ms`)

    simulator.addJob(migration('A'))
    simulator.addJob(migration('B'))
    const some = await probe.next(80, 5)
    assert.equal(some.hresult, TIMED_OUT)
    assert.deepEqual(some.events.map(summary), ['Creation A 4', 'Creation B 4'])
    assert.ok(some.elapsedMs >= 75, `waited ${some.elapsedMs} ms`)
  })

  simulated('returns as soon as it has its number, oldest first', {}, async ({ simulator, open }) => {
    const probe = await open()
    for (const id of ['A', 'B', 'C']) simulator.addJob(migration(id))
    const start = performance.now()
    assert.deepEqual(await read(probe, 2), ['Creation A 4', 'Creation B 4'])
    assert.deepEqual(await read(probe, 1), ['Creation C 4'])
    assert.ok(performance.now() - start < PATIENCE_MS / 2)
  })

  simulated('waits without end for an event that comes at last', {}, async ({ simulator, open }) => {
    const probe = await open()
    const reading = probe.next(INFINITE)
    await nextCalls(simulator, 1)
    simulator.addJob(migration('A'))
    assert.deepEqual((await reading).events.map(summary), ['Creation A 4'])
  })

  simulated('refuses a count of 0 and a time-out below -1', {}, async ({ open }) => {
    const probe = await open()
    assert.equal((await probe.next(0, 0)).hresult, 0x80041008)
    assert.equal((await probe.next(-2)).hresult, 0x80041008)
  })
})

/** Waits until that many calls of Next have arrived. */
async function nextCalls(simulator: Simulator, count: number): Promise<void> {
  await eventually(() => simulator.calls().filter(call => call.operation === 'next').length, count)
}

describe('a notification query', () => {
  const REFUSED: readonly (readonly [string, string, number])[] = [
    ['a text that is no query', 'SELECT', 0x80041058],
    [
      'an interval that is no number',
      `${ANY_CHANGE} WITHIN x WHERE TargetInstance ISA '${MIGRATION}'`,
      0x80041058,
    ],
    ['a negative interval', `${ANY_CHANGE} WITHIN -1 WHERE TargetInstance ISA '${MIGRATION}'`, 0x80041058],
    ['ISA without quotes', `${ANY_CHANGE} WHERE TargetInstance ISA ${MIGRATION}`, 0x80041058],
    ['an unknown event class', `SELECT * FROM __Nothing WHERE TargetInstance ISA '${MIGRATION}'`, 0x80041010],
    ['a class that is none of events', `SELECT * FROM ${MIGRATION}`, 0x80041017],
    [
      'a watched class that does not exist',
      `${ANY_CHANGE} WHERE TargetInstance ISA 'Msvm_Nothing'`,
      0x80041010,
    ],
    [
      'columns',
      `SELECT TargetInstance FROM __InstanceCreationEvent WHERE TargetInstance ISA '${MIGRATION}'`,
      0x80041017,
    ],
    [
      'a condition on the event itself',
      `${ANY_CHANGE} WHERE TargetInstance ISA '${MIGRATION}' AND TIME_CREATED > 1`,
      0x80041017,
    ],
    ['every instance of the namespace', ANY_CHANGE, 0x80042001],
    ['one branch without a class', `${OF_MIGRATIONS} OR TargetInstance.JobState = 10`, 0x80042001],
    ['all classes but one', `${ANY_CHANGE} WHERE NOT TargetInstance ISA '${MIGRATION}'`, 0x80042001],
  ]
  simulated('is refused when it is none that can be served', {}, async () => {
    for (const [what, query, hresult] of REFUSED) assert.equal(await Probe.tryOpen(query), hresult, what)
  })

  simulated('needs both flags and WQL', {}, async () => {
    for (const flags of [0, 0x10, 0x20, NOTIFICATION_FLAGS | 1]) {
      assert.equal(await Probe.tryOpen(OF_MIGRATIONS, { flags }), 0x80041008, `flags ${flags}`)
    }
    assert.equal(await Probe.tryOpen(OF_MIGRATIONS, { language: 'SQL' }), 0x80041018)
  })

  simulated(
    'needs WITHIN when the scenario says so',
    { events: { needsWithin: true } },
    async ({ simulator }) => {
      assert.equal(await Probe.tryOpen(OF_MIGRATIONS), 0x80042002)
      assert.equal(await Probe.tryOpen(OF_MIGRATIONS.replace('WHERE', 'WITHIN 0 WHERE')), 0x80042002)
      assert.deepEqual(simulator.subscriptions(), [])
    },
  )

  simulated(
    'with WITHIN finds what differs from one poll to the next',
    { jobs: [migration('A'), migration('B'), migration('C')], events: { needsWithin: true } },
    async ({ simulator, open }) => {
      const probe = await open(OF_MIGRATIONS.replace('WHERE', 'WITHIN 0.2 WHERE'))
      simulator.setJob(MIGRATION, 'A', { JobState: 5 })
      simulator.addJob(migration('short'))
      simulator.setJob(MIGRATION, 'A', { JobState: 7 })
      simulator.removeJob(MIGRATION, 'short')
      simulator.setJob(MIGRATION, 'B', { JobState: 5 })
      simulator.setJob(MIGRATION, 'B', { JobState: 4 })
      simulator.addJob(migration('long'))
      simulator.setJob(MIGRATION, 'long', { JobState: 10 })
      simulator.removeJob(MIGRATION, 'C')
      simulator.addJob(migration('C', {}, { JobState: 5 }))
      await assertNone(probe)
      const { events, elapsedMs } = await probe.next(PATIENCE_MS, 3)
      assert.deepEqual(events.map(summary), ['Modification A 7', 'Creation long 10', 'Modification C 5'])
      assert.equal(events[0]?.previous?.JobState, 4)
      assert.ok(elapsedMs < 1000, `came after ${elapsedMs} ms`)
      await assertNone(probe)
      simulator.removeJob(MIGRATION, 'A')
      assert.deepEqual(await read(probe, 1), ['Deletion A 7'])
    },
  )

  simulated(
    'beyond the quota fails until another is released',
    { events: { maxSubscriptions: 2 } },
    async ({ open }) => {
      const first = await open()
      await open()
      assert.equal(await Probe.tryOpen(OF_MIGRATIONS), 0x8004106c)
      await first.close()
      await open()
    },
  )

  simulated(
    'drops what a slow reader leaves no room for, and counts it',
    { events: { dropAfter: 2 } },
    async ({ simulator, open }) => {
      const probe = await open()
      for (const id of ['A', 'B', 'C', 'D']) simulator.addJob(migration(id))
      assert.deepEqual(simulator.subscriptions(), [{ query: OF_MIGRATIONS, waiting: 2, dropped: 2 }])
      assert.deepEqual(await read(probe, 1), ['Creation A 4'])
      simulator.addJob(migration('E'))
      assert.deepEqual(await read(probe, 2), ['Creation B 4', 'Creation E 4'])
      await probe.close()
      assert.equal(simulator.droppedEvents(), 2)
    },
  )

  simulated(
    'fails and waits as the faults say',
    { faults: [{ operation: 'subscribe', calls: [1], hresult: '0x80041006', hangMs: 60 }] },
    async ({ open }) => {
      const start = performance.now()
      assert.equal(await Probe.tryOpen(OF_MIGRATIONS), 0x80041006)
      assert.ok(performance.now() - start >= 55)
      await open()
    },
  )
})

describe('a subscription that fails', () => {
  simulated(
    'goes on failing, and makes room for another',
    {
      events: { maxSubscriptions: 1 },
      faults: [{ operation: 'next', calls: [2], hresult: '0x800706BA' }],
    },
    async ({ simulator, open }) => {
      const probe = await open()
      simulator.addJob(migration('A'))
      assert.equal((await probe.next(0)).hresult, NO_ERROR)
      for (let i = 0; i < 3; ++i) assert.equal((await probe.next(0)).hresult, 0x800706ba)
      assert.deepEqual(simulator.subscriptions(), [])
      const other = await open()
      simulator.addJob(migration('B'))
      assert.deepEqual(await read(other, 1), ['Creation B 4'])
      assert.equal((await probe.next(0)).hresult, 0x800706ba)
    },
  )

  simulated(
    'with everything else at a disconnection, also while it waits',
    { jobs: [migration('A')], faults: [{ operation: 'next', calls: [2], hangMs: 60_000 }] },
    async ({ simulator, open }) => {
      const waiting = await open()
      const hanging = await open()
      const idle = await open()
      const readings = [waiting.next(INFINITE)]
      await nextCalls(simulator, 1)
      readings.push(hanging.next(0))
      await nextCalls(simulator, 2)
      simulator.disconnectAll('0x800706BE')
      for (const { hresult } of await Promise.all(readings)) assert.equal(hresult, 0x800706be)
      assert.equal((await idle.next(INFINITE)).hresult, 0x800706be)
      assert.equal(await idle.requestState('Msvm_MigrationJob.InstanceID="A"', 4), 0x800706be)
      assert.deepEqual(simulator.subscriptions(), [])

      const later = await open()
      assert.equal(await later.requestState('Msvm_MigrationJob.InstanceID="A"', 4), NO_ERROR)
      assert.deepEqual(await read(later, 1), ['Modification A 8'])
      simulator.disconnectAll('0x80041033')
      assert.equal((await later.next(0)).hresult, 0x80041033)
      assert.equal((await idle.next(0)).hresult, 0x800706be)
    },
  )

  test('when the simulator stops, also while it waits or hangs', { timeout: 3 * PATIENCE_MS }, async () => {
    const hanging = { faults: [{ operation: 'next', calls: [2], hangMs: 60_000 }] } as const
    const simulator = startSimulator(hanging, { countAllocations: true })
    const baseline = simulator.counts().objects
    const probes = [await Probe.open(OF_MIGRATIONS), await Probe.open(OF_MIGRATIONS)]
    const readings: Promise<Reading>[] = []
    for (const probe of probes) {
      readings.push(probe.next(INFINITE))
      await nextCalls(simulator, readings.length)
    }
    simulator.stop()
    for (const { hresult } of await Promise.all(readings)) assert.equal(hresult, 0x80041033)
    await Promise.all(probes.map(probe => probe.close()))
    // The class object has gone as well.
    await eventually(() => simulator.counts().objects, baseline - 1)
  })

  test('holds the process up neither while it waits nor while it hangs', {
    timeout: PATIENCE_MS,
  }, async () => {
    const script = `
      const { startSimulator } = require(${JSON.stringify(join(__dirname, '../../simulator'))})
      const { Probe } = require(${JSON.stringify(join(__dirname, '../../simulator/probe'))})
      const simulator = startSimulator({ faults: [{ operation: 'next', calls: [2], hangMs: 60000 }] })
      const query = ${JSON.stringify(OF_MIGRATIONS)}
      Promise.all([Probe.open(query), Probe.open(query)]).then(probes => {
        for (const probe of probes) void probe.next(-1)
        setInterval(() => {
          if (simulator.calls().filter(call => call.operation === 'next').length === 2) process.exit(7)
        }, 5)
      })`
    const child = spawn(process.execPath, ['-e', script], { stdio: 'ignore' })
    assert.deepEqual(await once(child, 'exit'), [7, null])
  })
})

describe('many events', () => {
  test('reach each subscription completely and in order, and leave nothing behind', async () => {
    const JOBS = 300
    const simulator = startSimulator({}, { countAllocations: true, recordCalls: false })
    const read = async (): Promise<string[]> => {
      const probe = await Probe.open(OF_MIGRATIONS)
      const seen: string[] = []
      while (seen.length < 3 * JOBS) {
        const { hresult, events } = await probe.next(PATIENCE_MS, Math.min(64, 3 * JOBS - seen.length))
        assert.equal(hresult, NO_ERROR)
        seen.push(...events.map(summary))
      }
      await probe.close()
      return seen
    }
    try {
      const baseline = simulator.counts()
      const readings = [read(), read()]
      await eventually(() => simulator.subscriptions().length, 2)
      const expected: string[] = []
      for (let i = 0; i < JOBS; ++i) {
        simulator.addJob(migration(`J${i}`))
        simulator.setJob(MIGRATION, `J${i}`, { JobState: 10 })
        simulator.removeJob(MIGRATION, `J${i}`)
        expected.push(`Creation J${i} 4`, `Modification J${i} 10`, `Deletion J${i} 10`)
        // Now and then the readers' promises settle.
        if (i % 20 === 0) await delay(0)
      }
      for (const seen of await Promise.all(readings)) assert.deepEqual(seen, expected)
      await eventually(() => simulator.counts(), baseline)
    } finally {
      simulator.stop()
    }
  })
})
