/** Many sessions of one process: they share threads, and one that hangs costs the others nothing. */
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { connect } from '../../lib/entries'
import { JOB_ID, simulated, withAddon } from './harness'
import { eventually, FAILED, MIGRATION, migration, onHost } from './watching'

const SESSIONS = 60
const HANGING = 6
const CALLS = 8
/** The bound that work/call_pool.h states, and one thread for each session that executes nothing else. */
const SHARED_WORKERS = 32

const HANGS = `${MIGRATION}.InstanceID="HANGS"`

describe('many sessions', () => {
  simulated(
    'share their threads, and are served beside some that hang',
    {
      jobs: [migration(JOB_ID), migration('HANGS')],
      faults: [{ operation: 'execMethod', object: HANGS, hangMs: 3_000 }],
    },
    async ctx => {
      const sessions = await Promise.all(Array.from({ length: SESSIONS }, () => ctx.connect()))
      const others = sessions.slice(HANGING)
      const given = sessions
        .slice(0, HANGING)
        .flatMap(session => Array.from({ length: CALLS }, () => session.execMethod(HANGS, 'GetErrorEx')))
      const ended = Promise.allSettled(given)
      await delay(200)
      for (const session of sessions.slice(0, HANGING)) {
        const { workers } = session.stats()
        assert.ok(workers >= 1 && workers <= 4, `a session that hangs holds ${workers} threads`)
      }
      const started = performance.now()
      await Promise.all(others.map(session => session.getErrorEx(JOB_ID)))
      assert.ok(performance.now() - started < 2_000, 'calls to the others do not wait for what hangs')
      const { idleWorkers } = others[0]!.stats()
      assert.ok(idleWorkers <= SHARED_WORKERS, `${idleWorkers} threads wait for work`)

      const closing = performance.now()
      await Promise.all(sessions.map(session => session.close({ timeoutMs: 500 })))
      assert.ok(performance.now() - closing < 2_000, 'close waits as long as it was told, for all at once')
      for (const call of await ended) {
        assert.equal(call.status === 'rejected' && call.reason.code, 'ERR_CLOSED')
      }
    },
    { needsAddon: true },
  )

  onHost('each report a failure once', { jobs: [migration(JOB_ID)] }, async ({ simulator }) => {
    const options = withAddon(undefined, simulator.addon)
    const sessions = await Promise.all(Array.from({ length: SESSIONS }, () => connect(options)))
    const reports = new Array<number>(SESSIONS).fill(0)
    const ending = new AbortController()
    let watching = 0
    const watches = sessions.map(async (session, index) => {
      for await (const item of session.watch({ signal: ending.signal })) {
        if (item.kind === 'state' && item.state === 'watching') watching++
        if (item.kind === 'failed') reports[index]! += 1
      }
    })
    await eventually('all watch', () => watching === SESSIONS)
    simulator.setJob(MIGRATION, JOB_ID, FAILED)
    await eventually('all report', () => !reports.includes(0))
    await delay(200)
    assert.deepEqual(reports, new Array(SESSIONS).fill(1))
    for (const session of sessions) assert.equal(session.stats().feed?.workers, 1, 'a thread that listens')
    ending.abort()
    await Promise.allSettled(watches)
    await Promise.all(sessions.map(session => session.close()))
  })
})
