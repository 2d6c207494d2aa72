/** What only a server process can show: that it dies at any moment, and comes back. */
import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { connect, type WbemError } from '../../lib/entries'
import type { Operation, Scenario } from '../../simulator'
import { NO_REMOTE_SERVER } from '../../simulator/remote'
import { failedJob, JOB_ID, JOB_PATH } from '../native/harness'
import { eventually, reached, served } from './harness'

const SERVER_UNAVAILABLE = 0x800706ba
const CALL_FAILED = 0x800706be

const JOB = failedJob({ errors: ['<oops'] })

/** The first calls of the operation take so long that only their end by force can be seen. */
function hanging(operation: Operation): Scenario {
  return { ...JOB, faults: [{ operation, calls: [1], hangMs: 60_000 }] }
}

function failure(call: Promise<unknown>): Promise<WbemError> {
  return call.then(
    () => assert.fail('the server is dead'),
    (error: WbemError) => error,
  )
}

describe('the death of the server', () => {
  served('ends the call that it executes, at once', hanging('execMethod'), async ({ server, connect }) => {
    const session = await connect()
    const call = failure(session.execMethod(JOB_PATH, 'GetErrorEx'))
    await reached(server, 'execMethod')
    await server.kill()
    const killed = performance.now()
    const { code, hresult, category, operation } = await call
    assert.deepEqual(
      { code, hresult, category, operation },
      {
        code: 'ERR_WBEM',
        hresult: CALL_FAILED,
        category: 'disconnected',
        operation: 'IWbemServices::ExecMethod',
      },
    )
    assert.ok(performance.now() - killed < 5_000, 'long before the call would have ended')
    assert.equal(session.stats().state, 'disconnected')
  })

  served('is noticed by the next call', JOB, async ({ server, connect }) => {
    const session = await connect()
    await session.getErrorEx(JOB_ID)
    await server.kill()
    const error = await failure(session.execMethod(JOB_PATH, 'GetErrorEx'))
    assert.ok([SERVER_UNAVAILABLE, CALL_FAILED].includes(error.hresult), error.message)
    assert.equal(error.category, 'disconnected')
  })

  served('ends an attempt to connect', JOB, async ({ server, connect }) => {
    await server.serve(hanging('connect'))
    const attempt = failure(connect())
    await reached(server, 'connect')
    await server.kill()
    const { hresult, operation } = await attempt
    assert.deepEqual(
      { hresult, operation },
      { hresult: CALL_FAILED, operation: 'IWbemLocator::ConnectServer' },
    )
  })

  served('makes new connections impossible, and says so', JOB, async ({ server }) => {
    await server.kill()
    const { code, hresult, category, operation } = await failure(connect())
    assert.deepEqual(
      { code, hresult, category, operation },
      {
        code: 'ERR_WBEM',
        hresult: SERVER_UNAVAILABLE,
        category: 'disconnected',
        operation: 'IWbemLocator::ConnectServer',
      },
    )
  })

  served('holds no call beyond its deadline', JOB, async ({ server, connect }) => {
    const session = await connect()
    await server.kill()
    const started = performance.now()
    await assert.rejects(session.getErrorEx(JOB_ID, { timeoutMs: 300 }), {
      code: 'ERR_TIMEOUT',
      operation: 'GetErrorEx',
      timeoutMs: 300,
    })
    assert.ok(performance.now() - started < 2_000)
    await server.restart()
    assert.deepEqual((await session.getErrorEx(JOB_ID)).raw, ['<oops'])
  })
})

describe('the return of the server', () => {
  served('is found by the next call without anybody asking', JOB, async ({ server, connect }) => {
    const session = await connect()
    await session.getErrorEx(JOB_ID)
    await server.restart()
    assert.deepEqual((await session.getErrorEx(JOB_ID)).raw, ['<oops'])
    const { calls, failures, repetitions, reconnects, state } = session.stats()
    assert.deepEqual(
      { calls, failures, repetitions, reconnects, state },
      { calls: 2, failures: {}, repetitions: 1, reconnects: 1, state: 'connected' },
    )
  })

  for (const [what, operation, call] of [
    ['a method call', 'execMethod', session => session.getErrorEx(JOB_ID)],
    ['a look-up of an object', 'getObject', session => session.job(JOB_ID)],
    ['a query', 'query', session => session.jobs()],
    ['an enumeration', 'next', session => session.jobs()],
  ] as [string, Operation, (session: Awaited<ReturnType<typeof connect>>) => Promise<unknown>][]) {
    served(`repeats ${what} that was cut off`, hanging(operation), async ({ server, connect }) => {
      const session = await connect()
      const interrupted = call(session)
      await reached(server, operation)
      await server.kill()
      await Promise.all([server.restart(JOB), interrupted])
      assert.equal(session.stats().repetitions, 1)
      assert.equal(session.stats().reconnects, 1)
    })
  }

  served('costs none of 100 concurrent calls', JOB, async ({ server, connect }) => {
    const session = await connect()
    const states: string[] = []
    session.on('state', state => states.push(state))
    const calls = Array.from({ length: 100 }, () => session.getErrorEx(JOB_ID))
    await reached(server, 'execMethod')
    await server.restart()
    const results = await Promise.all(calls)
    assert.ok(results.every(({ raw }) => raw?.[0] === '<oops'))
    await session.getErrorEx(JOB_ID)
    assert.deepEqual(states, ['disconnected', 'reconnecting', 'connected'])
  })

  served('lets an earlier session and a new one work side by side', JOB, async ({ server, connect }) => {
    const before = await connect()
    await server.restart()
    const after = await connect()
    for (const session of [before, after, before])
      assert.deepEqual((await session.getErrorEx(JOB_ID)).raw, ['<oops'])
  })
})

describe('a server process', () => {
  const options = { skip: NO_REMOTE_SERVER }

  test('ends with the process that started it, even when that is killed', options, async () => {
    const parent: ChildProcess = fork(join(__dirname, 'orphan.js'), [], { execArgv: [] })
    const [pid] = (await once(parent, 'message')) as [number]
    assert.ok(isRunning(pid))
    parent.kill('SIGKILL')
    assert.ok(await eventually(() => !isRunning(pid)))
  })
})

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
