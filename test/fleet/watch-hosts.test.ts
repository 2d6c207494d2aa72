import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, mock, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { inspect } from 'node:util'
import { isHyperVError, LoadError, TimeoutError } from '../../lib/base/errors'
import { type FleetItem, openJournal, watchHosts } from '../../lib/entries/fleet'
import { Fleet, type WatchHostsOptions } from '../../lib/fleet/watch-hosts'
import { aboutJob, FakeNetwork, type FakeSession, failed, hung, state, watching } from './fake-network'

const folder = mkdtempSync(join(tmpdir(), 'hyperv-fleet-'))
after(() => rmSync(folder, { recursive: true, force: true }))
let files = 0
const newFile = () => join(folder, `journal-${++files}`)

const MINUTE_MS = 60_000
const DOWN = new TimeoutError('connect', 'HV-01', 30_000)

function fleetOf(network: FakeNetwork, hosts: readonly string[], options?: WatchHostsOptions): Fleet {
  return new Fleet(
    network.connect,
    hosts.map(host => ({ host })),
    options,
  )
}

/** A short text for an item: what a test compares. */
function brief(item: FleetItem): string {
  const what = item.kind === 'state' ? item.state : item.kind === 'gap' ? item.reason : item.job.instanceId
  return `${item.host} ${item.kind} ${what}`
}

async function take(fleet: Fleet, count: number): Promise<string[]> {
  const items: string[] = []
  while (items.length < count) {
    const { value } = await fleet.next()
    assert.ok(value !== undefined, `the end after ${items.join(', ')}`)
    items.push(brief(value))
  }
  return items
}

function refusal(code: string, message: RegExp): (error: unknown) => boolean {
  return error => isHyperVError(error) && error.code === code && message.test((error as Error).message)
}

describe('watchHosts', () => {
  test('delivers the items of every host, with its name and an id', async () => {
    const network = new FakeNetwork()
    await using fleet = fleetOf(network, ['HV-01', 'hv-02'], { include: ['failed'] })
    await network.until(() => network.sessions.size === 2)
    network.session('hv-02').push(failed('A'))
    const { value: item } = await fleet.next()
    assert.equal(item?.host, 'hv-02')
    assert.equal(item?.kind, 'failed')
    assert.equal(item?.kind === 'failed' ? item.id : '', 'hv-02|A|10')
    network.session('HV-01').push(failed('A'))
    const other = (await fleet.next()).value
    assert.equal(other?.kind === 'failed' ? other.id : '', 'hv-01|A|10')
  })

  test('delivers errors that came late, and a failure without them not once more', async () => {
    const file = newFile()
    const incomplete = { ...failed('A'), result: null, error: DOWN }
    const complete = { ...failed('A'), isLate: true }
    {
      await using journal = await openJournal(file)
      const network = new FakeNetwork()
      await using fleet = fleetOf(network, ['HV-01'], { journal, include: ['failed'] })
      await network.until(() => network.sessions.size === 1)
      network.session('HV-01').push(incomplete)
      const { value: item } = await fleet.next()
      assert.ok(item?.kind === 'failed' && item.error === DOWN)
      await journal.add(item)
    }
    await using journal = await openJournal(file)
    const network = new FakeNetwork()
    await using fleet = fleetOf(network, ['HV-01'], { journal, include: ['failed'] })
    await network.until(() => network.sessions.size === 1)
    network.session('HV-01').push(incomplete, complete, complete, incomplete, failed('B'))
    const { value: item } = await fleet.next()
    assert.ok(item?.kind === 'failed' && item.error === null && item.isLate)
    assert.deepEqual(await take(fleet, 1), ['HV-01 failed B'])
  })

  test('hands classes and kinds on, and delivers only the kinds that are wanted', async () => {
    const network = new FakeNetwork()
    await using fleet = fleetOf(network, ['HV-01'], { classes: 'all', include: ['failed', 'changed'] })
    await network.until(() => network.sessions.size === 1)
    const session = network.session('HV-01')
    session.push({ kind: 'changed', ...aboutJob('B', 4) }, failed('B'))
    assert.deepEqual(await take(fleet, 2), ['HV-01 changed B', 'HV-01 failed B'])
    assert.equal(session.watchOptions?.classes, 'all')
    assert.equal(session.watchOptions?.maxQueued, 100)
  })

  test('takes turns between hosts, in the order of each', async () => {
    const network = new FakeNetwork()
    await using fleet = fleetOf(network, ['HV-01', 'HV-02'], { include: ['failed'] })
    await network.until(() => network.sessions.size === 2)
    network.session('HV-01').push(failed('A'), failed('B'), failed('C'))
    network.session('HV-02').push(failed('D'))
    await turn()
    assert.deepEqual(await take(fleet, 4), [
      'HV-01 failed A',
      'HV-02 failed D',
      'HV-01 failed B',
      'HV-01 failed C',
    ])
  })

  test('leaves what the consumer has no time for in the session, and loses nothing of it', async () => {
    const network = new FakeNetwork()
    await using fleet = fleetOf(network, ['HV-01'], { include: ['failed'] })
    await network.until(() => network.sessions.size === 1)
    const session = network.session('HV-01')
    session.push(...Array.from({ length: 50 }, (_, index) => failed(`job-${index}`)))
    await turn()
    assert.ok(session.steps.length > 30, `${session.steps.length} wait in the session`)
    assert.equal(fleet.status()[0]?.counts.queued, 50 - session.steps.length)
    const items = await take(fleet, 50)
    assert.equal(new Set(items).size, 50)
  })

  test('goes by the name of this computer where no host is named', async () => {
    const network = new FakeNetwork()
    await using fleet = new Fleet(network.connect, [{}], undefined)
    assert.deepEqual(await take(fleet, 1), [`${hostname()} state watching`])
  })
})

describe('a host that fails', () => {
  test('is reported once, tried again, and costs the others nothing', async () => {
    const network = new FakeNetwork()
    let isUp = false
    network.on('HV-01', async () => (isUp ? watching() : Promise.reject(DOWN)))
    await using fleet = fleetOf(network, ['HV-01', 'HV-02'])
    const first = await take(fleet, 2)
    assert.deepEqual(first.sort(), ['HV-01 state reconnecting', 'HV-02 state watching'])
    const attempts = () => network.attempts.filter(host => host === 'HV-01').length
    await network.until(() => attempts() === 3)
    network.session('HV-02').push(failed('A'))
    assert.deepEqual(await take(fleet, 1), ['HV-02 failed A'])
    isUp = true
    assert.deepEqual(await take(fleet, 1), ['HV-01 state watching'])
  })

  test('in the middle of its watch is watched anew, with a gap, and what came already does not come again', async () => {
    const network = new FakeNetwork()
    await using fleet = fleetOf(network, ['HV-01'])
    await take(fleet, 1)
    const session = network.session('HV-01')
    session.push(failed('A'))
    session.fail(DOWN)
    assert.deepEqual(await take(fleet, 3), [
      'HV-01 failed A',
      'HV-01 gap connection',
      'HV-01 state reconnecting',
    ])
    assert.deepEqual(await take(fleet, 1), ['HV-01 state watching'])
    assert.equal(session.isClosed, true)
    network.session('HV-01').push(failed('A'), failed('B'))
    assert.deepEqual(await take(fleet, 1), ['HV-01 failed B'])
    const [status] = fleet.status()
    assert.deepEqual(
      { ...status?.counts },
      { failed: 2, ended: 0, gaps: 1, known: 1, attempts: 2, losses: 1, queued: 0 },
    )
    assert.equal(status?.lastError, DOWN)
    assert.ok(status?.lastErrorAt instanceof Date)
  })

  test('by itself brings its connection back, which is reported as the session reports it', async () => {
    const network = new FakeNetwork()
    await using fleet = fleetOf(network, ['HV-01'])
    await take(fleet, 1)
    network.session('HV-01').push(state('reconnecting', DOWN))
    assert.deepEqual(await take(fleet, 1), ['HV-01 state reconnecting'])
    assert.equal(fleet.status()[0]?.state, 'reconnecting')
    network.session('HV-01').push(state('watching'))
    assert.deepEqual(await take(fleet, 1), ['HV-01 state watching'])
    assert.equal(fleet.status()[0]?.state, 'watching')
    assert.equal(fleet.status()[0]?.session?.state, 'connected')
    assert.equal(network.attempts.length, 1)
  })

  test('because nothing can be watched from here ends the iteration', async () => {
    const network = new FakeNetwork()
    const reason = new LoadError('no addon')
    network.on('HV-01', () => Promise.reject(reason))
    const fleet = fleetOf(network, ['HV-01', 'HV-02'], { include: ['failed'] })
    await assert.rejects(fleet.next(), reason)
    assert.deepEqual(await fleet.next(), { done: true, value: undefined })
    await fleet.close()
    assert.equal(network.session('HV-02').isClosed, true)
  })
})

describe('maxConnecting', () => {
  test('bounds how many hosts connect at a time', async () => {
    const network = new FakeNetwork()
    const waiting: ((session: FakeSession) => void)[] = []
    const hosts = Array.from({ length: 10 }, (_, index) => `HV-${index}`)
    for (const host of hosts) network.on(host, () => new Promise(resolve => waiting.push(resolve)))
    await using fleet = fleetOf(network, hosts, { maxConnecting: 3 })
    for (let connected = 0; connected < hosts.length; connected++) {
      const expected = Math.min(3, hosts.length - connected)
      await network.until(() => network.connecting === expected)
      waiting.shift()?.(await watching())
      await take(fleet, 1)
    }
    assert.equal(network.mostConnecting, 3)
  })

  test('does not let hosts that never answer keep the others waiting', async () => {
    const network = new FakeNetwork()
    for (const host of ['hung-1', 'hung-2', 'hung-3']) network.on(host, hung)
    const fleet = fleetOf(network, ['hung-1', 'hung-2', 'hung-3', 'HV-01'], { maxConnecting: 1 })
    const started = performance.now()
    assert.deepEqual(await take(fleet, 1), ['HV-01 state watching'])
    assert.ok(performance.now() - started < 10_000)
    const closing = performance.now()
    await fleet.close()
    assert.ok(performance.now() - closing < 1_000, 'hung hosts do not delay the end')
    assert.equal(network.connecting, 0)
  })
})

describe('with a journal', () => {
  test('a failure comes until it was added, and then no more', async () => {
    const file = newFile()
    const network = new FakeNetwork()
    const run = async (add: boolean): Promise<string[]> => {
      await using journal = await openJournal(file)
      await using fleet = fleetOf(network, ['HV-01'], { journal, include: ['failed'] })
      const before = network.attempts.length
      await network.until(() => network.attempts.length > before && network.connecting === 0)
      network.session('HV-01').push(failed('A'), failed(add ? 'B' : 'C'))
      const items: string[] = []
      for await (const item of fleet) {
        items.push(brief(item))
        if (add) await journal.add(item)
        if (brief(item) === `HV-01 failed ${add ? 'B' : 'C'}`) break
      }
      return items
    }
    assert.deepEqual(await run(false), ['HV-01 failed A', 'HV-01 failed C'])
    assert.deepEqual(await run(true), ['HV-01 failed A', 'HV-01 failed B'])
    assert.deepEqual(await run(false), ['HV-01 failed C'])
  })

  test('every kind of item can be added; only failures and ends are kept', async () => {
    await using journal = await openJournal(newFile())
    const network = new FakeNetwork()
    await using fleet = fleetOf(network, ['HV-01'], { journal })
    await network.until(() => network.sessions.size === 1)
    network
      .session('HV-01')
      .push(
        { kind: 'gap', reason: 'connection', dropped: 0, job: null, host: '' },
        { kind: 'ended', ...aboutJob('A', 7), result: null, error: null },
        failed('A'),
      )
    const items: FleetItem[] = []
    for await (const item of fleet) {
      items.push(item)
      assert.equal(journal.has(item), false)
      await journal.add(item)
      if (item.kind === 'failed') break
    }
    assert.deepEqual(items.map(brief), [
      'HV-01 state watching',
      'HV-01 gap connection',
      'HV-01 ended A',
      'HV-01 failed A',
    ])
    assert.equal(journal.size, 2)
  })

  /** What a fleet reports first when it begins so long after `file` was used last. */
  async function reportedAfter(file: string, ms: number): Promise<FleetItem[]> {
    mock.timers.tick(ms)
    await using journal = await openJournal(file)
    await using fleet = fleetOf(new FakeNetwork(), ['HV-01', 'HV-02'], { journal })
    const items: FleetItem[] = []
    while (items.filter(({ kind }) => kind === 'state').length < 2) {
      const { value } = await fleet.next()
      if (value !== undefined) items.push(value)
    }
    const { value } = await Promise.race([fleet.next(), turn({ value: undefined })])
    return value === undefined ? items : [...items, value]
  }

  test('a host that was not watched for longer than a job lives is reported, with the span', async () => {
    const file = newFile()
    mock.timers.enable({ apis: ['Date'], now: Date.UTC(2026, 0, 1) })
    try {
      const gaps = async (ms: number) =>
        (await reportedAfter(file, ms)).filter(item => item.kind === 'gap' && item.reason === 'not-watched')
      assert.deepEqual(await gaps(0), [], 'never watched before')
      assert.deepEqual(await gaps(4 * MINUTE_MS), [], 'jobs of that time are there still')
      const [gap, other, ...more] = await gaps(8 * MINUTE_MS)
      assert.equal(more.length, 0)
      assert.deepEqual([gap?.host, other?.host].sort(), ['HV-01', 'HV-02'])
      assert.deepEqual(
        gap?.kind === 'gap' && gap.reason === 'not-watched' ? [gap.from, gap.to, gap.job] : null,
        [new Date(Date.UTC(2026, 0, 1, 0, 4)), new Date(Date.UTC(2026, 0, 1, 0, 12)), null],
      )
    } finally {
      mock.timers.reset()
    }
  })

  test('a host counts as watched only as long as nothing it reported would be lost with the process', async () => {
    const file = newFile()
    mock.timers.enable({ apis: ['Date'], now: 0 })
    const network = new FakeNetwork()
    try {
      const journal = await openJournal(file)
      const fleet = fleetOf(network, ['HV-01', 'HV-02'], { journal })
      await take(fleet, 2)
      network.session('HV-01').push(failed('A'))
      await take(fleet, 1)
      mock.timers.tick(20 * MINUTE_MS)
      await fleet.close()
      await journal.close()
      const again = await openJournal(file)
      assert.equal(again.lastWatched('HV-01'), null)
      assert.deepEqual(again.lastWatched('HV-02'), new Date(20 * MINUTE_MS))
      await again.close()
    } finally {
      mock.timers.reset()
    }
  })

  test('what is watched is noted every minute', async () => {
    mock.timers.enable({ apis: ['Date', 'setInterval'], now: 0 })
    try {
      await using journal = await openJournal(newFile())
      await using fleet = fleetOf(new FakeNetwork(), ['HV-01'], { journal })
      await take(fleet, 1)
      mock.timers.tick(MINUTE_MS)
      await journal.add({ id: 'written after the mark' })
      assert.deepEqual(journal.lastWatched('HV-01'), new Date(MINUTE_MS))
    } finally {
      mock.timers.reset()
    }
  })
})

test('a process that stood still reports what it was not watching', async () => {
  mock.timers.enable({ apis: ['Date', 'setInterval'], now: 0 })
  try {
    await using fleet = fleetOf(new FakeNetwork(), ['HV-01'])
    await take(fleet, 1)
    mock.timers.setTime(60 * MINUTE_MS)
    mock.timers.tick(MINUTE_MS)
    assert.deepEqual(await take(fleet, 1), ['HV-01 gap not-watched'])
  } finally {
    mock.timers.reset()
  }
})

describe('hosts come and go', () => {
  test('one that is added is watched', async () => {
    const network = new FakeNetwork()
    await using fleet = fleetOf(network, [])
    assert.deepEqual(fleet.status(), [])
    fleet.add({ host: 'HV-01' })
    assert.deepEqual(await take(fleet, 1), ['HV-01 state watching'])
    assert.throws(() => fleet.add({ host: 'hv-01' }), refusal('ERR_INVALID_ARG', /not watched yet/))
  })

  test('one that is removed is not watched any more, and its session is closed', async () => {
    const network = new FakeNetwork()
    const fleet = fleetOf(network, ['HV-01', 'HV-02'])
    await take(fleet, 2)
    network.session('HV-01').push(failed('A'))
    await turn()
    assert.equal(fleet.remove('hv-01'), true)
    assert.equal(fleet.remove('hv-01'), false)
    assert.deepEqual(
      fleet.status().map(({ host }) => host),
      ['HV-02'],
    )
    assert.deepEqual(await take(fleet, 1), ['HV-01 failed A'], 'what was there already is delivered')
    await fleet.close()
    assert.equal(network.session('HV-01').isClosed, true)
    assert.throws(() => fleet.add({ host: 'HV-03' }), refusal('ERR_CLOSED', /closed/))
  })

  test('one that is removed while it waits for its turn never connects', async () => {
    const network = new FakeNetwork()
    network.on('hung', hung)
    const fleet = fleetOf(network, ['hung', 'HV-01'], { maxConnecting: 1 })
    await network.until(() => network.connecting === 1)
    assert.equal(fleet.status()[1]?.state, 'waiting')
    fleet.remove('HV-01')
    await fleet.close()
    assert.deepEqual(network.attempts, ['hung'])
  })
})

describe('the end', () => {
  test('comes with close, for whoever waits, and closes every session', async () => {
    const network = new FakeNetwork()
    const fleet = fleetOf(network, ['HV-01', 'HV-02'], { include: ['failed'] })
    await network.until(() => network.sessions.size === 2)
    const waiting = [fleet.next(), fleet.next()]
    await Promise.all([fleet.close(), fleet.close()])
    for (const end of waiting) assert.deepEqual(await end, { done: true, value: undefined })
    for (const host of ['HV-01', 'HV-02']) assert.equal(network.session(host).isClosed, true)
    assert.deepEqual(
      fleet.status().map(({ state }) => state),
      ['waiting', 'waiting'],
    )
  })

  test('comes with the reason of the signal', async () => {
    const network = new FakeNetwork()
    const stop = new AbortController()
    const fleet = fleetOf(network, ['HV-01'], { signal: stop.signal, include: ['failed'] })
    await network.until(() => network.sessions.size === 1)
    const reason = new Error('enough')
    const next = fleet.next()
    stop.abort(reason)
    await assert.rejects(next, reason)
    assert.deepEqual(await fleet.next(), { done: true, value: undefined })
    await fleet.close()
    assert.equal(network.session('HV-01').isClosed, true)
    assert.throws(() => fleetOf(network, ['HV-01'], { signal: stop.signal }), reason)
  })

  test('comes with a break, after which nothing is left running', async () => {
    const network = new FakeNetwork()
    for await (const _ of fleetOf(network, ['HV-01'])) break
    assert.equal(network.session('HV-01').isClosed, true)
  })
})

describe('bad input', () => {
  const BAD: readonly [what: string, hosts: unknown, options: unknown, message: RegExp][] = [
    ['no hosts', undefined, {}, /an array of options for connect for `hosts`/],
    ['names of hosts', ['HV-01'], {}, /options for connect for `host`/],
    ['a host that is none', [{ host: 'a b' }], {}, /a host name or address/],
    ['a host twice', [{ host: 'HV-01' }, { host: 'hv-01' }], {}, /each host once for `hosts`/],
    ['an addon that is none', [{ host: 'HV-01', addon: 7 }], {}, /`addon`/],
    ['a journal that is a path', [], { journal: 'C:\\journal' }, /a journal of openJournal for `journal`/],
    ['a limit of none', [], { maxConnecting: 0 }, /`maxConnecting`/],
    ['a queue of none', [], { maxQueued: 0 }, /`maxQueued`/],
    ['an unknown kind', [], { include: ['all'] }, /`include`/],
    ['an unknown class', [], { classes: ['Win32_Process'] }, /`classes`/],
    ['options that are none', [], 7, /an object for `options`/],
  ]
  for (const [what, hosts, options, message] of BAD) {
    test(`${what} is refused`, () => {
      assert.throws(
        () => watchHosts(hosts as [], options as WatchHostsOptions),
        refusal('ERR_INVALID_ARG', message),
      )
    })
  }

  test('a name that is none is refused', async () => {
    await using fleet = watchHosts([])
    assert.throws(() => fleet.remove(7 as never), refusal('ERR_INVALID_ARG', /`name`/))
  })
})

test('nothing that is printed holds a password', async () => {
  const network = new FakeNetwork()
  const credentials = { user: 'DOMAIN\\user', password: 'swordfish' }
  await using fleet = new Fleet(network.connect, [{ host: 'HV-01', credentials }], undefined)
  await take(fleet, 1)
  assert.doesNotMatch(inspect([fleet, fleet.status()], { depth: 20, showHidden: true }), /swordfish/)
})
