/** The same addon against the system's own WMI, which nobody here wrote: Wine's, or Windows'. */
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { deadlineOf, follow } from '../../lib/base/deadline'
import { connect, type Session } from '../../lib/entries'
import { checkConnectOptions } from '../../lib/session/connect-options'
import type { NativeObject } from '../../lib/wmi/addon'
import { propertiesFromNative } from '../../lib/wmi/from-native'
import { connecting, gettingObject, type Operation, querying } from '../../lib/wmi/operations'
import { Transport } from '../../lib/wmi/transport'

const HKEY_LOCAL_MACHINE = 0x80000002
/** Wine differs from Windows in places; under Wine its own answers are checked. */
const WINE = process.env.WINEPREFIX !== undefined

const sessions = new Map<string, Promise<Session>>()

function open(namespace: string): Promise<Session> {
  const known = sessions.get(namespace) ?? connect({ namespace })
  sessions.set(namespace, known)
  return known
}

after(async () => {
  for (const session of sessions.values()) await (await session).close()
})

describe("the system's registry provider", () => {
  test('lists real sub-keys with in-parameters of uint32 and string', async () => {
    const session = await open('root\\default')
    const { returnValue, out } = await session.execMethod('StdRegProv', 'EnumKey', {
      hDefKey: HKEY_LOCAL_MACHINE,
      sSubKeyName: 'Software\\Microsoft',
    })
    assert.equal(returnValue, 0)
    const names = out.sNames as string[]
    assert.ok(names.includes('Windows NT'), names.join())
  })

  test('answers a missing key with ReturnValue 2 and NULL names', async () => {
    const session = await open('root\\default')
    const { returnValue, out } = await session.execMethod('StdRegProv', 'EnumKey', {
      hDefKey: HKEY_LOCAL_MACHINE,
      sSubKeyName: 'Software\\No such key',
    })
    assert.equal(returnValue, 2)
    assert.equal(out.sNames, null)
  })

  test('reads a string value', async () => {
    const session = await open('root\\default')
    const { returnValue, out } = await session.execMethod('StdRegProv', 'GetStringValue', {
      hDefKey: HKEY_LOCAL_MACHINE,
      sSubKeyName: 'Software\\Microsoft\\Windows NT\\CurrentVersion',
      sValueName: 'CurrentVersion',
    })
    assert.equal(returnValue, 0)
    assert.match(String(out.sValue), /^\d+\.\d+$/)
  })

  test('reads parallel arrays of strings and integers', async () => {
    const session = await open('root\\default')
    const { out } = await session.execMethod('StdRegProv', 'EnumValues', {
      hDefKey: HKEY_LOCAL_MACHINE,
      sSubKeyName: 'Software\\Microsoft\\Windows NT\\CurrentVersion',
    })
    const names = out.sNames as string[]
    const types = out.Types as number[]
    assert.equal(names.length, types.length)
    assert.equal(types[names.indexOf('CurrentVersion')], 1)
  })

  test('refuses a parameter the method does not have, without calling it', async () => {
    const session = await open('root\\default')
    const call = session.execMethod('StdRegProv', 'EnumKey', { hKey: 1 })
    await assert.rejects(call, { code: 'ERR_INVALID_ARG', message: /hDefKey, sSubKeyName/ })
  })
})

describe("the system's processes", () => {
  test('says who owns this process', async () => {
    const session = await open('root\\cimv2')
    const { returnValue, out } = await session.execMethod(`Win32_Process.Handle="${process.pid}"`, 'GetOwner')
    assert.equal(returnValue, 0)
    assert.equal(typeof out.User, 'string')
    assert.equal(typeof out.Domain, 'string')
  })
})

/** Runs something below the public interface, which takes neither WQL nor instances of other classes. */
async function below<Result>(operation: Operation<Result>): Promise<Result> {
  const transport = new Transport(checkConnectOptions({ namespace: 'root\\cimv2' }).native)
  const deadline = deadlineOf({ timeoutMs: 30_000, signal: undefined })
  try {
    const connected = transport.run(connecting({ operation: 'connect', object: 'root\\cimv2' }), deadline)
    await follow(connected, deadline, () => new Error('no connection'))
    return await transport.run(operation, deadline)
  } finally {
    transport.close()
  }
}

function query(wql: string): Promise<readonly NativeObject[]> {
  return below(querying(wql))
}

describe("the system's instances", () => {
  test('have typed scalars: strings, integers of every width, datetimes, booleans', async () => {
    const [system] = await query('SELECT * FROM Win32_OperatingSystem')
    const properties = propertiesFromNative(system?.properties ?? []).properties
    assert.equal(properties.Caption?.type, 'string')
    assert.equal(typeof properties.FreePhysicalMemory?.value, 'bigint')
    assert.equal(properties.OSType?.type, 'uint16')
    assert.match(String(properties.LastBootUpTime?.value), /^\d{14}\.\d{6}[+-]\d{3}$/)
    assert.equal(typeof properties.Primary?.value, 'boolean')
  })

  test('have typed arrays of integers and of strings', async () => {
    const [enclosure] = await query('SELECT * FROM Win32_SystemEnclosure')
    const { ChassisTypes } = propertiesFromNative(enclosure?.properties ?? []).properties
    assert.equal(ChassisTypes?.type, 'uint16')
    assert.equal(ChassisTypes?.array, true)
    assert.ok(Array.isArray(ChassisTypes?.value) && ChassisTypes.value.every(Number.isInteger))
    const adapters = await query('SELECT * FROM Win32_NetworkAdapterConfiguration')
    const addresses = adapters.map(adapter => propertiesFromNative(adapter.properties).properties.IPAddress)
    assert.ok(addresses.length > 0)
    for (const address of addresses) assert.deepEqual([address?.type, address?.array], ['string', true])
  })

  test('are listed with their paths', async () => {
    const processes = await query('SELECT * FROM Win32_Process')
    assert.ok(processes.length > 0)
    assert.ok(processes.every(({ path }) => path?.startsWith('Win32_Process.Handle=')))
  })
})

describe('failures of the system', () => {
  test('has no such namespace', async () => {
    await assert.rejects(connect({ namespace: 'root\\no_such_namespace' }), {
      code: 'ERR_WBEM',
      hresult: 0x8004100e,
      category: 'no-hyperv',
    })
  })

  test('has no such class', async () => {
    const session = await open('root\\cimv2')
    await assert.rejects(session.execMethod('Win32_NoSuchClass', 'GetOwner'), { hresult: 0x80041002 })
  })

  test('has no such instance', async () => {
    const instance = below(gettingObject('Win32_Process.Handle="4294967295"'))
    await assert.rejects(instance, { code: 'ERR_WBEM', hresult: 0x80041002, category: 'job-not-found' })
  })

  test('takes no malformed path', async () => {
    const instance = below(gettingObject('Win32_Process.Handle='))
    // Wine answers WBEM_E_INVALID_QUERY, Windows documents WBEM_E_INVALID_OBJECT_PATH.
    const hresult = WINE ? 0x80041017 : 0x8004103a
    await assert.rejects(instance, { code: 'ERR_WBEM', hresult, category: 'invalid-argument' })
  })

  test('has no such method', async () => {
    const session = await open('root\\default')
    await assert.rejects(session.execMethod('StdRegProv', 'NoSuchMethod'), {
      hresult: 0x8004102e,
      category: 'not-supported',
    })
  })

  test('has no such host', {
    skip: WINE ? false : 'a look-up of an unknown host takes minutes on Windows',
  }, async () => {
    await assert.rejects(connect({ host: 'no-such-host.invalid' }), {
      code: 'ERR_WBEM',
      hresult: 0x80041015,
      category: 'disconnected',
    })
  })
})
