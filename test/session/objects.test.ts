import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { connect, JobFailedError, type WqlValue, wql } from '../../lib/entries'
import { HANGS, hresult, instance, properties } from '../support/fake-addon'
import { event, FAILED, fakeHost, job, NO_ERRORS, pathOf } from '../support/fake-host'

const ID = 'A1B2C3D4-0000-4000-8000-0123456789AB'
const MACHINE = instance(
  'Msvm_ComputerSystem',
  { Name: ID, ElementName: 'ledger-db' },
  `Msvm_ComputerSystem.Name="${ID}"`,
)
const isAboutMachines = (query: string) => query.includes('FROM Msvm_ComputerSystem')

describe('wql', () => {
  test('makes a value part of the text, never of the syntax', () => {
    const name = `x' OR Name <> '\\"`
    assert.equal(
      wql`SELECT * FROM Msvm_ComputerSystem WHERE ElementName = ${name}`,
      `SELECT * FROM Msvm_ComputerSystem WHERE ElementName = 'x\\' OR Name <> \\'\\\\\\"'`,
    )
    assert.equal(
      wql`SELECT * FROM A WHERE B = ${4} AND C = ${18446744073709551615n} AND D = ${true} AND E IS ${null}`,
      'SELECT * FROM A WHERE B = 4 AND C = 18446744073709551615 AND D = TRUE AND E IS NULL',
    )
  })

  test('refuses values that are none, and values between quotes', () => {
    for (const value of [undefined, {}, [], Number.NaN, Symbol('s'), 'a\0b']) {
      assert.throws(() => wql`SELECT * FROM A WHERE B = ${value as WqlValue}`, { code: 'ERR_INVALID_ARG' })
    }
    assert.throws(() => wql`SELECT * FROM A WHERE B = '${'x'}'`, /without quotes around it/)
  })
})

describe('objects of any class', () => {
  test('come as plain instances', async () => {
    const addon = fakeHost(new Map(), ({ operation, object }) => {
      if (operation === 'getObject') return MACHINE
      return operation === 'query' && isAboutMachines(object) ? [MACHINE] : undefined
    })
    const session = await connect({ addon })
    const expected = {
      className: 'Msvm_ComputerSystem',
      path: MACHINE.path,
      properties: {
        Name: { type: 'string', array: false, value: ID },
        ElementName: { type: 'string', array: false, value: 'ledger-db' },
      },
    }
    const plain = (value: unknown) => JSON.parse(JSON.stringify(value))
    assert.deepEqual(plain(await session.getObject(MACHINE.path ?? '')), expected)
    assert.deepEqual(plain(await session.query(wql`SELECT * FROM Msvm_ComputerSystem WHERE Name = ${ID}`)), [
      expected,
    ])
    await session.close()
  })

  test('are asked for by queries alone', async () => {
    const session = await connect({ addon: fakeHost() })
    for (const text of [
      '',
      'DELETE FROM A',
      'SELECT',
      'SELECT * FROM A\0',
      `SELECT ${'x'.repeat(70_000)}`,
      5,
    ]) {
      await assert.rejects(session.query(text as string), { code: 'ERR_INVALID_ARG' })
    }
    await session.close()
  })
})

describe('the name of a virtual machine', () => {
  test('takes one query for many, and none for what is known', async () => {
    const addon = fakeHost(new Map(), ({ operation, object }) =>
      operation === 'query' && isAboutMachines(object) ? [MACHINE] : undefined,
    )
    const session = await connect({ addon })
    const ids = [ID, ID.toLowerCase(), 'GONE', 'OTHER']
    assert.deepEqual(await Promise.all(ids.map(id => session.virtualMachineName(id))), [
      'ledger-db',
      'ledger-db',
      null,
      null,
    ])
    assert.equal(await session.virtualMachineName(ID), 'ledger-db')
    assert.equal(addon.count('query'), 1)
    await session.close()
    await assert.rejects(session.virtualMachineName(ID), { code: 'ERR_CLOSED' })
  })

  test('is on the items of a watch, and on what wait resolves to', async () => {
    const jobs = new Map([[pathOf('J'), job('J', { VirtualSystemName: ID })]])
    const addon = fakeHost(jobs, ({ operation, object }) =>
      operation === 'query' && isAboutMachines(object) ? [MACHINE] : undefined,
    )
    const session = await connect({ addon, host: 'HV-02' })
    const watch = session.watch({ include: ['failed', 'ended'] })
    const waiting = session.wait('J')
    while (addon.count('nextEvents') === 0) await new Promise(setImmediate)
    addon.events.raise(
      event('Modification', job('J', { VirtualSystemName: ID, JobState: 7 })),
      event('Creation', job('K', { ...FAILED, VirtualSystemName: ID })),
    )
    const machine = { id: ID, name: 'ledger-db' }
    assert.deepEqual((await waiting).virtualMachine, machine)
    for (const _ of [1, 2]) {
      const { value: item } = await watch.next()
      assert.ok(item?.kind === 'failed' || item?.kind === 'ended')
      assert.deepEqual([item.virtualMachine, item.host], [machine, 'HV-02'])
      assert.equal(item.id, `hv-02|Msvm_MigrationJob|${item.job.instanceId}|${item.kind}`)
    }
    await session.close()
  })

  test('delays no item and fails none when it cannot be found', async () => {
    for (const answer of [HANGS, hresult(0x80041003)]) {
      const jobs = new Map([[pathOf('J'), job('J', { ...FAILED, VirtualSystemName: ID })]])
      const addon = fakeHost(jobs, ({ operation, object }) =>
        operation === 'query' && isAboutMachines(object) ? answer : undefined,
      )
      const session = await connect({ addon })
      const started = performance.now()
      const { value: item } = await session.watch({ include: ['failed'] }).next()
      assert.ok(item?.kind === 'failed' && performance.now() - started < 1_500)
      assert.deepEqual(item.virtualMachine, { id: ID, name: null })
      await session.close({ timeoutMs: 1 })
    }
  })

  test('of a job that is no migration is found by what the job affects', async () => {
    const path = 'Msvm_ConcreteJob.InstanceID="C"'
    const concrete = instance('Msvm_ConcreteJob', { InstanceID: 'C', ...FAILED }, path)
    const full = (relative: string | null) => `\\\\HV-01\\root\\virtualization\\v2:${relative}`
    const affected = [
      { AffectedElement: full('Msvm_Memory.DeviceID="x",SystemName="y"'), AffectingElement: full(path) },
      { AffectedElement: full(MACHINE.path), AffectingElement: full(path) },
    ].map(values => instance('Msvm_AffectedJobElement', values))
    const addon = fakeHost(new Map(), ({ operation, object }) => {
      if (operation !== 'query') return undefined
      if (object.includes('Msvm_AffectedJobElement')) return affected
      if (isAboutMachines(object)) return [MACHINE]
      return object.includes('Msvm_ConcreteJob') ? [concrete] : []
    })
    const session = await connect({ addon })
    const { value: item } = await session.watch({ classes: ['Msvm_ConcreteJob'], include: ['failed'] }).next()
    assert.ok(item?.kind === 'failed')
    assert.deepEqual(item.virtualMachine, { id: ID, name: 'ledger-db' })
    await session.close()
  })

  test('is found for a job record, within the time that is given', async () => {
    const path = 'Msvm_ConcreteJob.InstanceID="C"'
    const full = (relative: string | null) => `\\\\HV-01\\root\\virtualization\\v2:${relative}`
    const affected = instance('Msvm_AffectedJobElement', {
      AffectedElement: full(MACHINE.path),
      AffectingElement: full(path),
    })
    const jobs = new Map([[pathOf('J'), job('J', { VirtualSystemName: ID })]])
    for (const isHanging of [false, true]) {
      const addon = fakeHost(jobs, ({ operation, object }) => {
        if (operation !== 'query') return undefined
        if (object.includes('Msvm_AffectedJobElement')) return [affected]
        if (isAboutMachines(object)) return isHanging ? HANGS : [MACHINE]
        return object.includes('Msvm_ConcreteJob')
          ? [instance('Msvm_ConcreteJob', { InstanceID: 'C' }, path)]
          : [job('J', { VirtualSystemName: ID })]
      })
      const session = await connect({ addon })
      const [migration, concrete] = await session.jobs({ classes: ['Msvm_MigrationJob', 'Msvm_ConcreteJob'] })
      assert.ok(migration && concrete)
      for (const record of [migration, concrete]) {
        assert.deepEqual(await session.virtualMachineOf(record, isHanging ? { timeoutMs: 1 } : {}), {
          id: ID,
          name: isHanging ? null : 'ledger-db',
        })
      }
      for (const bad of [null, 'J', {}, { kind: 'concrete' }]) {
        await assert.rejects(session.virtualMachineOf(bad as never), { code: 'ERR_INVALID_ARG' })
      }
      await session.close({ timeoutMs: 1 })
      await assert.rejects(session.virtualMachineOf(migration), { code: 'ERR_CLOSED' })
    }
  })
})

describe('invoke', () => {
  const STARTED = properties({
    ReturnValue: 4096,
    Job: '\\\\HV-01\\root\\virtualization\\v2:Msvm_ConcreteJob.InstanceID="C"',
  })
  const concrete = (values: object) =>
    instance(
      'Msvm_ConcreteJob',
      { InstanceID: 'C', ErrorCode: 0, ...values },
      'Msvm_ConcreteJob.InstanceID="C"',
    )
  const hostWith = (answer: unknown, values: object) =>
    fakeHost(new Map(), ({ operation, method }) => {
      if (operation === 'getObject') return concrete(values)
      return operation === 'execMethod' ? (method === 'GetErrorEx' ? NO_ERRORS : answer) : undefined
    })
  const MACHINE_PATH = `Msvm_ComputerSystem.Name="${ID}"`

  test('resolves at once with what a method without a job answers', async () => {
    const session = await connect({ addon: hostWith(properties({ ReturnValue: 0, Text: 'x' }), {}) })
    const { returnValue, out, job } = await session.invoke(MACHINE_PATH, 'RequestStateChange', {
      RequestedState: 2,
    })
    assert.deepEqual([returnValue, out.Text, job], [0, 'x', null])
    await session.close()
  })

  test('waits for the job that a method has started', async () => {
    const session = await connect({ addon: hostWith(STARTED, { JobState: 7 }) })
    const { returnValue, job } = await session.invoke(MACHINE_PATH, 'RequestStateChange')
    assert.deepEqual([returnValue, job?.className, job?.jobState], [4096, 'Msvm_ConcreteJob', 7])
    await session.close()
  })

  test('rejects with the errors of the job when that fails', async () => {
    const session = await connect({ addon: hostWith(STARTED, FAILED) })
    await assert.rejects(session.invoke(MACHINE_PATH, 'RequestStateChange'), error => {
      assert.ok(error instanceof JobFailedError && error.result !== null)
      return true
    })
    await session.close()
  })

  test('rejects for another ReturnValue, and for a job that is not named', async () => {
    const refused = async (answer: unknown, expected: object) => {
      const session = await connect({ addon: hostWith(answer, {}) })
      await assert.rejects(session.invoke(MACHINE_PATH, 'RequestStateChange'), expected)
      await session.close()
    }
    await refused(properties({ ReturnValue: 32775 }), { code: 'ERR_METHOD', returnValue: 32775 })
    await refused(properties({ ReturnValue: 4096 }), { code: 'ERR_PROTOCOL' })
    await refused(properties({ ReturnValue: 4096, Job: 'junk' }), { code: 'ERR_PROTOCOL' })
    await refused(properties({}), { code: 'ERR_PROTOCOL' })
  })

  test('ends at its deadline and with its signal', async () => {
    const session = await connect({ addon: hostWith(STARTED, { JobState: 4 }) })
    await assert.rejects(session.invoke(MACHINE_PATH, 'Any', {}, { timeoutMs: 50 }), {
      code: 'ERR_TIMEOUT',
      operation: 'invoke',
    })
    const reason = new Error('enough')
    await assert.rejects(
      session.invoke(MACHINE_PATH, 'Any', {}, { signal: AbortSignal.abort(reason) }),
      reason,
    )
    await session.close({ timeoutMs: 1 })
  })
})

test('a job that completed with warnings comes with what they are', async () => {
  const warned = job('W', { JobState: 32768 })
  const raw = '<INSTANCE CLASSNAME="Msvm_Error"/>'
  const addon = fakeHost(
    new Map([
      [pathOf('W'), warned],
      [pathOf('S'), job('S', { JobState: 7 })],
    ]),
    ({ operation }) =>
      operation === 'execMethod' ? properties({ ReturnValue: 0, Errors: [raw] }) : undefined,
  )
  const session = await connect({ addon })
  const watch = session.watch({ include: ['ended'] })
  const results = new Map<unknown, number | undefined>()
  for (const _ of [1, 2]) {
    const { value: item } = await watch.next()
    assert.ok(item?.kind === 'ended')
    results.set(item.job.instanceId, item.result?.errors?.length)
  }
  assert.deepEqual([results.get('W'), results.get('S')], [1, undefined])
  await session.close()
})

test('a session shows where it is connected to and what it does, and no secret', async () => {
  const credentials = { user: 'CONTOSO\\ada', password: 'correct horse' }
  const session = await connect({ addon: fakeHost(), host: 'HV-02', credentials })
  const shown = inspect(session)
  assert.match(shown, /^Session \{\s+host: 'HV-02',\s+namespace: 'root/)
  assert.match(shown, /state: 'connected'/)
  assert.doesNotMatch(shown, /horse|ada/)
  await session.close()
})
