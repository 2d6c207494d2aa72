import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { hasFailed } from '../../lib/entries'
import { DENIED, LOST } from './failures'
import { type App, launch, launchMonitorProcess, type Snapshot } from './launch'
import { itemOf, type Recorded, ReplayedSession, record, runInWindows } from './recording'
import { hurriedHost } from './scenario'

const DEADLINE_MS = 10_000

/** The only host. */
const hostOf = ({ hosts }: Snapshot) => hosts[0]!

/** The first snapshot of which this holds. */
async function until(app: App, holds: (snapshot: Snapshot) => boolean): Promise<Snapshot> {
  const deadline = Date.now() + DEADLINE_MS
  for (;;) {
    const snapshot = await app.bridge.snapshot()
    if (holds(snapshot)) return snapshot
    assert.ok(Date.now() < deadline, `it never was so: ${JSON.stringify(snapshot.hosts)}`)
    await delay(5)
  }
}

/** The next update that reaches the page. */
function nextUpdate(app: App) {
  return new Promise<Snapshot & { readonly removed: readonly string[] }>(resolve => {
    const stop = app.bridge.onUpdate(update => {
      stop()
      resolve(update)
    })
  })
}

describe('Electron example: the main process and its bridge', () => {
  let recorded: Recorded
  let session: ReplayedSession
  let app: App

  before(() => {
    recorded = record()
  })

  async function start(): Promise<void> {
    session = new ReplayedSession(recorded.jobs)
    app = await launch({ connect: async () => session })
    await until(app, snapshot => hostOf(snapshot)?.listed === true)
  }

  after(async () => {
    await app?.stop()
  })

  test('has records that the addon produced in Windows node.exe', () => {
    assert.equal(recorded.platform, 'win32')
    assert.equal(new Set(recorded.jobs.map(({ job }) => job.kind)).size, 6)
    assert.ok(recorded.jobs.some(({ answer }) => answer?.errors?.some(({ extra }) => 'TraceId' in extra)))
  })

  test('opens one window whose page is isolated, sandboxed and without Node', async () => {
    await start()
    assert.equal(app.windows.length, 1)
    const { contextIsolation, sandbox, nodeIntegration } = app.windows[0]!.webPreferences
    assert.deepEqual(
      { contextIsolation, sandbox, nodeIntegration },
      {
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
      },
    )
    assert.equal(app.sandboxed, true)
    assert.deepEqual(Object.keys(app.exposed), ['hyperv'])
    assert.deepEqual(Object.keys(app.bridge).sort(), [
      'cancel',
      'copy',
      'dismiss',
      'onOpen',
      'onUpdate',
      'readErrors',
      'retry',
      'snapshot',
    ])
  })

  test('lets the page go nowhere and grants it nothing', () => {
    assert.deepEqual(app.contents.openHandler?.(), { action: 'deny' })
    let prevented = 0
    for (const event of ['will-navigate', 'will-attach-webview']) {
      app.contents.emit(event, { preventDefault: () => prevented++ })
    }
    assert.equal(prevented, 2)
    const granted: boolean[] = []
    app.permission?.({}, 'clipboard-read', answer => granted.push(answer))
    assert.deepEqual(granted, [false])
  })

  test('serves the page under a strict policy and nothing else from the disk', async () => {
    const page = await app.respond?.({ url: 'app://window/index.html' })
    assert.equal(page?.status, 200)
    const policy = page?.headers.get('Content-Security-Policy') ?? ''
    assert.match(policy, /default-src 'none'/)
    assert.doesNotMatch(policy, /unsafe|https?:|\*/)
    for (const path of ['/../package.json', '/%2e%2e/package.json', '/..%5cmain/main.js', '/', '/main.js']) {
      assert.equal((await app.respond?.({ url: `app://window${path}` }))?.status, 404, path)
    }
  })

  test('hands the records to the page unchanged, bigint included', async () => {
    const { jobs } = await app.bridge.snapshot()
    assert.equal(jobs.length, recorded.jobs.length)
    for (const { job } of recorded.jobs) {
      const view = jobs.find(other => other.job.instanceId === job.instanceId)
      assert.deepEqual(view?.job, structuredClone(job))
    }
    session.deliver(...recorded.jobs.filter(({ job }) => hasFailed(job)).map(entry => itemOf(entry, true)))
    const key = `${hostOf(await app.bridge.snapshot()).name} Msvm_MigrationJob HOSTILE`
    const seen = await until(app, ({ jobs }) => jobs.find(view => view.key === key)?.report != null)
    const { report } = seen.jobs.find(view => view.key === key)!
    const [first] = report!.errors as { record: { extra: Record<string, unknown> } }[]
    assert.equal(first?.record.extra.TraceId, 0xffff_ffff_ffff_ffffn)
  })

  test('labels enumerations, which the page cannot', async () => {
    const { jobs } = await app.bridge.snapshot()
    const view = jobs.find(({ job }) => job.kind === 'migration' && hasFailed(job))
    assert.equal(view?.labels.jobState, 'Exception')
    assert.equal(view?.labels.jobType, 'Moving Virtual Machine')
  })

  test('says why errors could not be read', async () => {
    const key = `${hostOf(await app.bridge.snapshot()).name} Msvm_StorageJob UNREADABLE`
    const { jobs } = await until(app, ({ jobs }) => jobs.find(view => view.key === key)?.problem != null)
    assert.equal(jobs.find(view => view.key === key)?.report, null)
  })

  test('refuses every other sender on every channel', async () => {
    const { mainFrame } = app.contents
    const foreign = {
      'another window': { sender: {}, senderFrame: mainFrame },
      'a frame within the page': { sender: app.contents, senderFrame: { url: mainFrame.url } },
      'a frame that is gone': { sender: app.contents, senderFrame: null },
    }
    assert.equal(app.handlers.size, 6)
    for (const channel of app.handlers.keys()) {
      for (const [who, event] of Object.entries(foreign)) {
        await assert.rejects(app.invoke(channel, ['x', 'ticket'], event), /refused/, `${channel}: ${who}`)
      }
    }
    const { url } = mainFrame
    for (const elsewhere of ['https://example.com/', 'app://window.example.com/', 'file:///index.html']) {
      mainFrame.url = elsewhere
      await assert.rejects(app.invoke('hyperv:snapshot', []), /refused/, elsewhere)
    }
    mainFrame.url = url
  })

  test('refuses arguments that are none', async () => {
    const hostile = `${hostOf(await app.bridge.snapshot()).name} Msvm_MigrationJob HOSTILE`
    for (const [channel, args] of [
      ['hyperv:read-errors', [{}]],
      ['hyperv:read-errors', ['x'.repeat(10_000)]],
      ['hyperv:cancel', ['no such job']],
      ['hyperv:cancel', [1]],
      ['hyperv:copy', ['no such job', 'ticket']],
      ['hyperv:copy', [hostile, 'everything']],
      ['hyperv:dismiss', ['1']],
    ] as const) {
      await assert.rejects(app.invoke(channel, args), channel)
    }
  })

  test('copies a text for a ticket with the cause first, or the XML as it came', async () => {
    const failed = recorded.jobs.find(({ answer }) => answer?.primary === 1)!
    const key = `${hostOf(await app.bridge.snapshot()).name} Msvm_MigrationJob ${failed.job.instanceId}`
    await app.bridge.copy(key, 'ticket')
    assert.match(app.clipboard, /^Job: +Moving Virtual Machine\nState: +Exception \(10\)\n/)
    const places = ['Error 2 of 2 (primary)', 'SEC_E_NO_CREDENTIALS', 'Error 1 of 2'].map(text =>
      app.clipboard.indexOf(text),
    )
    assert.ok(
      places.every((place, at) => place > (places[at - 1] ?? 0)),
      app.clipboard,
    )
    await app.bridge.copy(key, 'raw')
    assert.equal(app.clipboard, `${failed.answer!.raw!.join('\n\n')}\n`)
  })

  test('reports a lost connection and of its return', async () => {
    const update = nextUpdate(app)
    session.deliver(
      { kind: 'gap', reason: 'connection', dropped: 0, job: null, host: 'HV-01' },
      { kind: 'state', state: 'reconnecting', error: LOST, host: 'HV-01' },
    )
    const { hosts, notices } = await update
    const { connection } = hosts[0]!
    assert.equal(connection.state, 'reconnecting')
    assert.equal(connection.problem?.category, 'disconnected')
    assert.match(notices[0]?.text ?? '', /connection was lost/)
    session.deliver({ kind: 'state', state: 'watching', error: null, host: 'HV-01' })
    await until(app, snapshot => hostOf(snapshot).connection.state === 'connected')
    await app.bridge.dismiss(notices[0]!.id)
    assert.deepEqual((await app.bridge.snapshot()).notices, [])
  })

  test('shows a job that vanished, and that changes were dropped', async () => {
    const job = recorded.jobs.find(entry => entry.job.jobState === 4)!.job
    session.deliver(
      { id: 'id', host: 'HV-01', virtualMachine: null, kind: 'gap', reason: 'vanished', dropped: 0, job },
      { kind: 'gap', reason: 'slow-consumer', dropped: 7, job: null, host: 'HV-01' },
    )
    const { jobs, notices } = await until(app, snapshot => snapshot.notices.length > 0)
    assert.equal(jobs.find(view => view.job.instanceId === job.instanceId)?.outcome, 'vanished')
    assert.match(notices[0]?.text ?? '', /^7 changes/)
  })

  test('does not take an older state for news of a job that has ended', async () => {
    const { job } = recorded.jobs.find(({ answer }) => answer?.primary === 1)!
    session.deliver({
      id: 'id',
      host: 'HV-01',
      virtualMachine: null,
      kind: 'changed',
      job: { ...job, jobState: 4, errorCode: 0 },
    })
    session.deliver({ kind: 'gap', reason: 'slow-consumer', dropped: 8, job: null, host: 'HV-01' })
    const { jobs } = await until(app, ({ notices }) => notices.some(({ text }) => text.startsWith('8 ')))
    assert.equal(jobs.find(view => view.job.instanceId === job.instanceId)?.outcome, 'failed')
  })

  test('says on the page when the watch ends for good, and connects again when asked', async () => {
    const old = session
    session = new ReplayedSession(recorded.jobs)
    old.fail(DENIED)
    const { hosts, jobs } = await until(app, snapshot => hostOf(snapshot).connection.state === 'failed')
    const { connection } = hosts[0]!
    assert.equal(connection.problem?.title, 'Access denied')
    assert.ok(jobs.length > 0, 'what was read stays')
    assert.equal(old.closed, true)
    await app.bridge.retry()
    await until(app, snapshot => hostOf(snapshot).connection.state === 'connected')
    assert.equal(session.watches, 1)
  })

  test('brings its window to the front when it is started a second time', () => {
    app.emit('second-instance')
    assert.equal(app.focused, 1)
  })

  test('tells of a job that fails while it is watched, and shows it when that is clicked', async () => {
    await until(app, snapshot => hostOf(snapshot).connection.state === 'connected')
    const before = app.notifications.length
    assert.equal(before, 0, 'nothing is told of what had failed before')
    const running = recorded.jobs.find(({ job }) => job.kind === 'migration' && job.jobState === 7)!
    const job = { ...running.job, instanceId: 'NEW', jobState: 4 }
    session.deliver({ id: 'id', host: 'HV-01', virtualMachine: null, kind: 'changed', job })
    const { answer } = recorded.jobs.find(({ answer }) => answer?.primary === 1)!
    session.deliver(itemOf({ job: { ...job, jobState: 10, errorCode: 32768 }, answer, failure: null }, true))
    const { jobs } = await until(app, ({ jobs }) =>
      jobs.some(view => view.key.endsWith(' NEW') && view.report),
    )
    const { key, report } = jobs.find(view => view.key.endsWith(' NEW'))!
    assert.equal(report?.diagnosis?.id, 'delegation-missing')
    assert.equal(app.notifications.length, 1)
    const [{ title, body, click }] = app.notifications as [App['notifications'][0]]
    assert.match(title, /^Failed: .+ \(.+\)$/)
    assert.match(body, /CredSSP/)
    const opened = new Promise(resolve => app.bridge.onOpen(resolve))
    const { focused } = app
    click()
    assert.equal(await opened, key)
    assert.equal(app.focused, focused + 1)
  })

  test('cancels a job on the host that it runs on', async () => {
    const { jobs } = await app.bridge.snapshot()
    const running = jobs.find(({ job }) => job.instanceId !== 'NEW' && job.kind === 'migration')!
    assert.deepEqual(await app.bridge.cancel(running.key), { outcome: 'accepted', problem: null })
    assert.deepEqual(session.cancelled, [running.job.instanceId])
  })

  test('closes the session before it quits', async () => {
    const open = session
    assert.equal(open.closed, false)
    app.quit()
    assert.equal(app.ended, false, 'it waits for the session')
    await new Promise<void>(resolve => (app.ended ? resolve() : app.once('quit', () => resolve())))
    assert.equal(open.closed, true)
    const sent = app.contents.sent.length
    open.deliver({ kind: 'gap', reason: 'slow-consumer', dropped: 1, job: null, host: 'HV-01' })
    await delay(150)
    assert.equal(app.contents.sent.length, sent, 'nothing is published afterwards')
  })

  test('quits at once as a second instance, without a window and without a session', async () => {
    const second = await launch({ connect: () => assert.fail('connected'), first: false })
    assert.equal(second.ended, true)
    assert.equal(second.windows.length, 0)
  })

  test('says on the page why it could not connect and what to do', async () => {
    let host: string | undefined
    const refused = await launch({
      host: 'HV-09',
      connect: async options => {
        host = options.host
        throw DENIED
      },
    })
    const { connection, listed, name } = hostOf(await nextUpdate(refused))
    assert.equal(connection.state, 'failed')
    assert.equal(connection.problem?.category, 'access-denied')
    assert.equal(listed, false)
    assert.equal(name, 'HV-09')
    assert.equal(host, 'HV-09')
    await refused.stop()
  })

  test('follows the jobs of a session of the addon under Windows', () => {
    const { connections, held } = JSON.parse(runInWindows('monitor-run', hurriedHost()))
    assert.deepEqual(connections, [{ state: 'connected' }])
    const failed = held.filter(({ outcome }: { outcome: string }) => outcome === 'failed')
    assert.deepEqual(
      failed.map(({ id, errors }: { id: string; errors: number }) => [id.slice(0, 8), errors]).sort(),
      [
        ['27B6D8E4', 2],
        ['4A58E1C9', 2],
        ['8C4E21D7', 2],
        ['F15A93B0', 3],
      ],
    )
  })

  test('watches several hosts, each on a session of its own', async () => {
    const sessions = new Map<string, ReplayedSession>()
    const both = await launch({
      host: 'hv-01, HV-02,HV-01',
      connect: async ({ host }) => {
        if (host === 'HV-02') throw DENIED
        const own = new ReplayedSession(recorded.jobs)
        sessions.set(host ?? '', own)
        return own
      },
    })
    const isThere = ({ hosts }: Snapshot) =>
      hosts[0]?.listed === true && hosts[1]?.connection.state === 'failed'
    const { hosts, jobs } = await until(both, isThere)
    assert.deepEqual(
      hosts.map(({ name, connection }) => [name, connection.state]),
      [
        ['HV-01', 'connected'],
        ['HV-02', 'failed'],
      ],
    )
    assert.deepEqual([...sessions.keys()], ['HV-01'])
    assert.deepEqual(new Set(jobs.map(({ host }) => host)), new Set(['HV-01']))
    await both.stop()
    assert.equal(sessions.get('HV-01')?.closed, true)
  })

  test('runs as well in a utility process, which ends when the session is closed', async () => {
    const own = new ReplayedSession(recorded.jobs)
    const monitor = launchMonitorProcess(async () => own)
    const { jobs, hosts } = await monitor.next()
    assert.equal(hosts[0]?.connection.state, 'connected')
    assert.equal(jobs.length, recorded.jobs.length)
    await monitor.close()
    assert.equal(own.closed, true)
  })

  test('gives up connecting when it is to quit meanwhile', async () => {
    let given: AbortSignal | undefined
    const hanging = await launch({
      connect: ({ signal }) => {
        given = signal
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      },
    })
    await hanging.stop()
    assert.equal(given?.aborted, true)
  })
})
