import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connect, type Session } from '../../lib/entries'
import { simulate } from '../../lib/entries/testing'

const MACHINE = '3F0C7A52-9B1E-4D67-8A35-C2E1F0947B6D'

/** Every call of a session that can fail, and one way in which it does. */
const CALLS: Readonly<Record<string, (session: Session) => Promise<unknown>>> = {
  getErrorEx: session => session.getErrorEx('nope'),
  getError: session => session.getError('nope'),
  execMethod: session => session.execMethod('Msvm_MigrationJob.InstanceID="nope"', 'GetErrorEx'),
  job: session => session.job('nope'),
  jobs: session => session.jobs({ classes: ['Msvm_StorageJob'] }),
  formatError: session => session.formatError(['<']),
  cancel: session => session.cancel('nope', 'kill'),
  wait: session => session.wait('nope'),
  invoke: session => session.invoke('Msvm_MigrationJob.InstanceID="nope"', 'GetErrorEx'),
  getObject: session => session.getObject('Msvm_ComputerSystem.Name="nope"'),
  query: session => session.query('SELECT * FROM Msvm_StorageJob'),
  virtualMachineName: session => session.virtualMachineName(MACHINE),
}

function opened(): Promise<Session> {
  return connect({ addon: simulate({ faults: [{ operation: 'query', hresult: '0x80041003' }] }) })
}

/** The functions in a stack, without those of Node.js. */
function functionsIn(error: unknown): string[] {
  assert.ok(error instanceof Error)
  const lines = (error.stack ?? '')
    .split('\n')
    .filter(line => /^\s+at /.test(line) && !line.includes('node:'))
  return lines.map(line => /^\s+at (?:async )?(\S+)/.exec(line)?.[1] ?? line)
}

async function thirdLevel(call: () => Promise<unknown>): Promise<unknown> {
  return await call()
}

async function secondLevel(call: () => Promise<unknown>): Promise<unknown> {
  return await thirdLevel(call)
}

async function caught(call: () => Promise<unknown>): Promise<unknown> {
  try {
    await secondLevel(call)
  } catch (error) {
    return error
  }
  return assert.fail('it did not fail')
}

describe('the stack of a failing call', () => {
  test('covers every call that a session has', async () => {
    const session = await opened()
    const others = ['constructor', 'open', 'watch', 'stats', 'close', 'virtualMachineOf']
    const own = Object.getOwnPropertyNames(Object.getPrototypeOf(session))
    assert.deepEqual(own.filter(name => !others.includes(name)).sort(), Object.keys(CALLS).sort())
    await session.close()
  })

  for (const [name, call] of Object.entries(CALLS)) {
    test(`begins with the lines that awaited ${name}`, async () => {
      const session = await opened()
      assert.deepEqual(functionsIn(await caught(async () => await call(session))).slice(1, 3), [
        'thirdLevel',
        'secondLevel',
      ])
      await session.close()
    })
  }

  test('begins with the caller of connect, and of a call with a wrong argument', async () => {
    const denied = simulate({ faults: [{ operation: 'connect', hresult: '0x80041003' }] })
    for (const options of [{ addon: denied }, { hots: 'HV-02' } as never]) {
      assert.deepEqual(functionsIn(await caught(async () => await connect(options))).slice(1, 3), [
        'thirdLevel',
        'secondLevel',
      ])
    }
  })

  test("leaves the reason of the caller's signal alone", async () => {
    const session = await opened()
    const reason = await caught(() => session.job('nope'))
    assert.ok(reason instanceof Error)
    const { stack } = reason
    const error = await caught(() => session.getErrorEx('nope', { signal: AbortSignal.abort(reason) }))
    assert.equal(error, reason)
    assert.equal(reason.stack, stack)
    await session.close()
  })
})
