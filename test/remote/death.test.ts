/** What only a server process can show: that it dies at any moment, and comes back. */
import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { connect, type WbemError } from '../../lib'
import { failedJob, kJobId, kJobPath } from '../native/harness'
import type { Operation, Scenario } from '../simulator'
import { kNoRemoteServer } from '../simulator/remote'
import { eventually, reached, served } from './harness'

const kServerUnavailable = 0x800706ba
const kCallFailed = 0x800706be

const kJob = failedJob({ errors: ['<oops'] })

/** The first calls of the operation take so long that only their end by force can be seen. */
function hanging(operation: Operation): Scenario {
  return { ...kJob, faults: [{ operation, calls: [1], hangMs: 60_000 }] }
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
    const call = failure(session.execMethod(kJobPath, 'GetErrorEx'))
    await reached(server, 'execMethod')
    await server.kill()
    const killed = performance.now()
    const { code, hresult, category, operation } = await call
    assert.deepEqual(
      { code, hresult, category, operation },
      {
        code: 'ERR_WBEM',
        hresult: kCallFailed,
        category: 'disconnected',
        operation: 'IWbemServices::ExecMethod',
      },
    )
    assert.ok(performance.now() - killed < 5_000, 'long before the call would have ended')
    assert.equal(session.stats().state, 'disconnected')
  })

  served('is noticed by the next call', kJob, async ({ server, connect }) => {
    const session = await connect()
    await session.getErrorEx(kJobId)
    await server.kill()
    const error = await failure(session.execMethod(kJobPath, 'GetErrorEx'))
    assert.ok([kServerUnavailable, kCallFailed].includes(error.hresult), error.message)
    assert.equal(error.category, 'disconnected')
  })

  served('ends an attempt to connect', kJob, async ({ server, connect }) => {
    await server.serve(hanging('connect'))
    const attempt = failure(connect())
    await reached(server, 'connect')
    await server.kill()
    const { hresult, operation } = await attempt
    assert.deepEqual(
      { hresult, operation },
      { hresult: kCallFailed, operation: 'IWbemLocator::ConnectServer' },
    )
  })

  served('makes new connections impossible, and says so', kJob, async ({ server }) => {
    await server.kill()
    const { code, hresult, category, operation } = await failure(connect())
    assert.deepEqual(
      { code, hresult, category, operation },
      {
        code: 'ERR_WBEM',
        hresult: kServerUnavailable,
        category: 'disconnected',
        operation: 'IWbemLocator::ConnectServer',
      },
    )
  })

  served('holds no call beyond its deadline', kJob, async ({ server, connect }) => {
    const session = await connect()
    await server.kill()
    const started = performance.now()
    await assert.rejects(session.getErrorEx(kJobId, { timeoutMs: 300 }), {
      code: 'ERR_TIMEOUT',
      operation: 'GetErrorEx',
      timeoutMs: 300,
    })
    assert.ok(performance.now() - started < 2_000)
    await server.restart()
    assert.deepEqual((await session.getErrorEx(kJobId)).raw, ['<oops'])
  })
})

describe('the return of the server', () => {
  served('is found by the next call without anybody asking', kJob, async ({ server, connect }) => {
    const session = await connect()
    await session.getErrorEx(kJobId)
    await server.restart()
    assert.deepEqual((await session.getErrorEx(kJobId)).raw, ['<oops'])
    const { calls, failures, repetitions, reconnects, state } = session.stats()
    assert.deepEqual(
      { calls, failures, repetitions, reconnects, state },
      { calls: 2, failures: {}, repetitions: 1, reconnects: 1, state: 'connected' },
    )
  })

  for (const [what, operation, call] of [
    ['a method call', 'execMethod', session => session.getErrorEx(kJobId)],
    ['a look-up of an object', 'getObject', session => session.job(kJobId)],
    ['a query', 'query', session => session.jobs()],
    ['an enumeration', 'next', session => session.jobs()],
  ] as [string, Operation, (session: Awaited<ReturnType<typeof connect>>) => Promise<unknown>][]) {
    served(`repeats ${what} that was cut off`, hanging(operation), async ({ server, connect }) => {
      const session = await connect()
      const interrupted = call(session)
      await reached(server, operation)
      await server.kill()
      await Promise.all([server.restart(kJob), interrupted])
      assert.equal(session.stats().repetitions, 1)
      assert.equal(session.stats().reconnects, 1)
    })
  }

  served('costs none of 100 concurrent calls', kJob, async ({ server, connect }) => {
    const session = await connect()
    const states: string[] = []
    session.on('state', state => states.push(state))
    const calls = Array.from({ length: 100 }, () => session.getErrorEx(kJobId))
    await reached(server, 'execMethod')
    await server.restart()
    const results = await Promise.all(calls)
    assert.ok(results.every(({ raw }) => raw?.[0] === '<oops'))
    await session.getErrorEx(kJobId)
    assert.deepEqual(states, ['disconnected', 'reconnecting', 'connected'])
  })

  served('lets an earlier session and a new one work side by side', kJob, async ({ server, connect }) => {
    const before = await connect()
    await server.restart()
    const after = await connect()
    for (const session of [before, after, before])
      assert.deepEqual((await session.getErrorEx(kJobId)).raw, ['<oops'])
  })
})

describe('a server process', () => {
  const options = { skip: kNoRemoteServer }

  it('ends with the process that started it, even when that is killed', options, async () => {
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
