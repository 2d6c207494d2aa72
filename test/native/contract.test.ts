/**
 * What the native contract answers, word for word: objects, values, failures, events. The expected answers were written
 * by the addon on the C++ simulator; the host that is simulated in TypeScript gives the same ones. To write them anew:
 * `npm run build && HYPERV_WRITE_CONTRACT=1 npm run win -- dist/test/native/contract.test.js`.
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { loadAddon } from '../../lib/wmi/load'
import type { Scenario } from '../../simulator'
import { errorText } from '../support/cim-text'
import { RawSession } from './contract'
import { driveServer } from './harness'

const FIXTURE = join(__dirname, '../../../test/fixtures/contract.json')
const WRITES = process.env.HYPERV_WRITE_CONTRACT === '1'
const expected: Record<string, unknown> = WRITES ? {} : JSON.parse(readFileSync(FIXTURE, 'utf8'))

const VM = '11111111-2222-4333-8444-555555555555'
const HOST: Scenario = {
  jobs: [
    {
      class: 'Msvm_MigrationJob',
      properties: {
        InstanceID: 'A"\\',
        JobState: 10,
        ErrorCode: 32768,
        OperationalStatus: [2],
        VirtualSystemName: VM,
        Cancellable: false,
        Measured: { type: 'uint64', value: '18446744073709551615' },
      },
      getErrorEx: [{ errors: [null, errorText({ Message: 'why' })] }],
    },
    {
      class: 'Msvm_StorageJob',
      properties: { InstanceID: 'B', JobState: 4, Measured: { type: 'real32[]', value: [0.1, 'INF'] } },
    },
  ],
  instances: [
    { class: 'Msvm_ComputerSystem', properties: { Name: VM, ElementName: 'ledger-db', EnabledState: 2 } },
    { class: 'Some_Setting', properties: { InstanceID: 'S', Size: 5, Weight: -1, Tags: ['a', null] } },
  ],
  faults: [
    { operation: 'execMethod', method: 'getError', hresult: '0x80041004', description: 'From the test.' },
    { operation: 'getObject', object: 'Refused', hresult: '0x80041003' },
  ],
}

const JOB = 'Msvm_MigrationJob.InstanceID="A\\"\\\\"'
const exec = (path: string, method: string, pairs: [string, never][] | null | 'none', names?: string[]) =>
  ((session, ticket) =>
    session.execMethod(
      ticket,
      path,
      pairs === 'none' ? null : (/^\w+/.exec(path)?.[0] ?? ''),
      method,
      pairs === 'none' || pairs === null ? null : pairs.flat(),
      names ?? null,
    )) as Parameters<RawSession['run']>[0]

const GETS = [
  JOB,
  'msvm_migrationjob.instanceid="a\\"\\\\"',
  `\\\\.\\root\\virtualization\\v2:${JOB}`,
  `\\\\hv-01\\ROOT\\virtualization\\v2:${JOB}`,
  `\\\\HV-02\\root\\virtualization\\v2:${JOB}`,
  `root\\cimv2:${JOB}`,
  'Msvm_MigrationJob.InstanceID="Z"',
  'CIM_ConcreteJob.InstanceID="B"',
  'Msvm_StorageJob="B"',
  'Msvm_StorageJob.Name="B"',
  'Msvm_StorageJob.InstanceID="B",Name="B"',
  'Msvm_StorageJob',
  'Sim_Types.Name="all"',
  'Nothing.Name="x"',
  'not a path',
  'Msvm_StorageJob.InstanceID=B"',
  'Refused',
  `Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${VM}"`,
  `Msvm_ComputerSystem.Name="${VM}",CreationClassName="msvm_computersystem"`,
  `Msvm_ComputerSystem.Name="${VM}"`,
  'Some_Setting.InstanceID="S"',
]

const QUERIES = [
  'SELECT * FROM Msvm_MigrationJob',
  'select InstanceID, JobState from CIM_ConcreteJob',
  'SELECT JobState FROM Msvm_StorageJob',
  "SELECT InstanceID FROM CIM_ConcreteJob WHERE JobState = 4 AND InstanceID = 'b'",
  'SELECT InstanceID FROM CIM_ConcreteJob WHERE JobState <> 4',
  'SELECT InstanceID FROM CIM_ConcreteJob WHERE NOT JobState != 4 OR (JobState >= 10 AND JobState < 11)',
  'SELECT InstanceID FROM CIM_ConcreteJob WHERE Caption IS NULL AND ErrorCode IS NOT NULL',
  'SELECT InstanceID FROM CIM_ConcreteJob WHERE ErrorCode = NULL',
  'SELECT InstanceID FROM CIM_ConcreteJob WHERE Cancellable = FALSE',
  'SELECT InstanceID FROM CIM_ConcreteJob WHERE Cancellable = 0',
  "SELECT InstanceID FROM CIM_ConcreteJob WHERE JobState = '4'",
  "SELECT InstanceID FROM CIM_ConcreteJob WHERE __CLASS = 'msvm_storagejob'",
  'SELECT InstanceID FROM Msvm_MigrationJob WHERE __RELPATH = "Msvm_MigrationJob.InstanceID=\\"A\\\\\\"\\\\\\\\\\""',
  'SELECT Name FROM Sim_Types WHERE Uint32 = 4294967295 AND Uint64 > 18446744073709551000 AND Sint64 < 0',
  "SELECT Name FROM Sim_Types WHERE Uint64 = '18446744073709551615'",
  "SELECT Name FROM Sim_Types WHERE Datetime = '20260314150926.535897+060' AND Real32 = 0.5",
  'SELECT Name FROM Sim_Types WHERE Char16 = 223',
  "SELECT Name FROM Sim_Types WHERE Char16 = 'ß'",
  "SELECT Name FROM Sim_Types WHERE Reference > 'A' AND String <> 'x'",
  "SELECT Name FROM Sim_Types WHERE StringArray = 'first'",
  `SELECT * FROM Msvm_ComputerSystem WHERE Name = '${VM.toLowerCase()}'`,
  'SELECT * FROM Msvm_VirtualSystemManagementService',
  'SELECT * FROM Sim_Types WHERE Name = "all"',
  'SELECT Name FROM Some_Setting',
  'SELECT InstanceID FROM Some_Setting WHERE Weight = -1',
  'SELECT * FROM Nothing',
  'SELECT Nope FROM Msvm_StorageJob',
  'SELECT * FROM Msvm_StorageJob WHERE Nope = 1',
  'SELECT * FROM Msvm_StorageJob WITHIN 2',
  "SELECT * FROM Msvm_StorageJob WHERE TargetInstance ISA 'CIM_Job'",
  'SELECT * FROM Msvm_StorageJob WHERE JobState =',
  'SELECT * FROM Msvm_StorageJob WHERE JobState = 4 4',
  "SELECT * FROM Msvm_StorageJob WHERE InstanceID = 'B",
  'SELEKT * FROM Msvm_StorageJob',
  '',
]

const CALLS: readonly [string, Parameters<RawSession['run']>[0]][] = [
  ['GetErrorEx as getErrorEx calls it', exec(JOB, 'GetErrorEx', 'none', ['ReturnValue', 'Errors'])],
  [
    'out-parameters by names in another case and order',
    exec(JOB, 'getErrorEx', 'none', ['errors', 'RETURNVALUE', 'x']),
  ],
  ['all out-parameters', exec(JOB, 'GetErrorEx', null)],
  ['a fault with a description', exec(JOB, 'GetError', 'none')],
  ['a job that has gone', exec('Msvm_MigrationJob.InstanceID="Z"', 'GetErrorEx', 'none')],
  ['an unknown method', exec(JOB, 'Nope', 'none')],
  ['an unknown method, looked up', exec(JOB, 'Nope', null)],
  ['an unknown class', exec('Nothing.Name="x"', 'GetErrorEx', 'none')],
  ['an unknown class, looked up', exec('Nothing.Name="x"', 'GetErrorEx', null)],
  ['a class instead of an instance', exec('Msvm_MigrationJob', 'GetErrorEx', 'none')],
  ['a method without the in-parameters that it has', exec(JOB, 'RequestStateChange', 'none')],
  ['in-parameters of a method that has none', exec(JOB, 'GetErrorEx', [['X', 1 as never]])],
  ['an unknown in-parameter', exec(JOB, 'RequestStateChange', [['X', 1 as never]])],
  ['RequestStateChange without a state', exec(JOB, 'RequestStateChange', [])],
  ['RequestStateChange of an ended job', exec(JOB, 'RequestStateChange', [['RequestedState', 4 as never]])],
  [
    'RequestStateChange to a state that is not supported',
    exec(JOB, 'RequestStateChange', [['RequestedState', 2 as never]]),
  ],
  [
    'RequestStateChange of a running job',
    exec('Msvm_StorageJob.InstanceID="B"', 'RequestStateChange', [['requestedstate', 5 as never]]),
  ],
  [
    'RequestStateChange of a virtual machine',
    exec(`Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${VM}"`, 'RequestStateChange', [
      ['RequestedState', 2 as never],
    ]),
  ],
  [
    'Echo of 32-bit integers beyond their range',
    exec('Sim_Types.Name="all"', 'Echo', [
      ['Sint32', 4294967295 as never],
      ['Uint32', -1 as never],
    ]),
  ],
  [
    'Echo of reals and NULL items',
    exec('Sim_Types.Name="all"', 'Echo', [
      ['Real32', 0.1 as never],
      ['Uint64Array', [1n, null] as never],
      ['Boolean', null as never],
    ]),
  ],
  [
    'Echo of a datetime that is none',
    exec('Sim_Types.Name="all"', 'Echo', [['Datetime', 'yesterday' as never]]),
  ],
  ['Echo of an integer out of range', exec('Sim_Types.Name="all"', 'Echo', [['Uint16', 65536 as never]])],
  ['Echo of an embedded object', exec('Sim_Types.Name="all"', 'Echo', [['ObjectArray', [] as never]])],
]

const EVENT_QUERIES = [
  "SELECT * FROM __InstanceOperationEvent WHERE TargetInstance ISA 'Msvm_StorageJob'",
  "SELECT * FROM __InstanceModificationEvent WHERE TargetInstance ISA 'CIM_Job' AND TargetInstance.JobState = 7 AND PreviousInstance.JobState = 4",
  "SELECT * FROM __InstanceOperationEvent WHERE TargetInstance ISA 'Nothing'",
  "SELECT TargetInstance FROM __InstanceOperationEvent WHERE TargetInstance ISA 'CIM_Job'",
  'SELECT * FROM __InstanceOperationEvent',
  'SELECT * FROM __InstanceOperationEvent WHERE TargetInstance.JobState = 4',
  "SELECT * FROM __InstanceOperationEvent WHERE TIME_CREATED = 1 AND TargetInstance ISA 'CIM_Job'",
  'SELECT * FROM Msvm_StorageJob',
  'SELECT * FROM Nothing',
  "SELECT * FROM __InstanceOperationEvent WITHIN -1 WHERE TargetInstance ISA 'CIM_Job'",
  'nonsense',
]

/** A server and a connection, for one table of operations. */
async function onRawSession(
  body: (session: RawSession, server: ReturnType<typeof driveServer>) => Promise<void>,
) {
  const server = driveServer(HOST)
  const session = RawSession.make(server.addon ?? loadAddon())
  try {
    assert.deepEqual(await session.run((native, ticket) => native.connect(ticket)), { result: 'undefined' })
    await body(session, server)
  } finally {
    session.close()
    server.stop()
  }
}

/** What is answered otherwise than expected: all of it is worth knowing at once. */
let differences: { readonly name: string; readonly answer: unknown; readonly expected: unknown }[] = []

function compare(name: string, answer: unknown): void {
  if (WRITES) expected[name] = answer
  else if (!isDeepStrictEqual(answer, expected[name])) {
    differences.push({ name, answer, expected: expected[name] })
  }
}

afterEach(() => {
  const found = differences
  differences = []
  assert.deepEqual(found, [])
})

describe('the native contract', () => {
  test('gives objects by their path, or says why not', () =>
    onRawSession(async session => {
      for (const path of GETS) {
        compare(`getObject ${path}`, await session.run((native, ticket) => native.getObject(ticket, path)))
      }
    }))

  test('answers queries, or says why not', () =>
    onRawSession(async session => {
      for (const wql of QUERIES)
        compare(`query ${wql}`, await session.run((native, ticket) => native.query(ticket, wql)))
    }))

  test('runs methods, or says why not', () =>
    onRawSession(async session => {
      for (const [name, start] of CALLS) compare(`execMethod: ${name}`, await session.run(start))
    }))

  test('reports events of creation, change and removal', () =>
    onRawSession(async (session, server) => {
      const next = () => session.run((native, ticket) => native.nextEvents(ticket))
      compare('nextEvents without a subscription', await next())
      for (const [index, wql] of EVENT_QUERIES.entries()) {
        compare(`subscribe ${wql}`, await session.run((native, ticket) => native.subscribe(ticket, wql)))
        if (index > 1) continue
        const id = `JOB-${index}`
        server.addJob({ class: 'Msvm_StorageJob', properties: { InstanceID: id, JobState: 4 } })
        server.setJob('Msvm_StorageJob', id, { JobState: 4 })
        server.setJob('Msvm_StorageJob', id, { JobState: 7, ErrorCode: 0 })
        server.removeJob('Msvm_StorageJob', id)
        compare(`events of ${wql}`, await next())
      }
      server.disconnectAll('0x800706BE')
      compare('nextEvents of a lost connection', await next())
      compare(
        'a query on a lost connection',
        await session.run((native, ticket) => native.query(ticket, QUERIES[0] ?? '')),
      )
    }))

  const places: readonly [string, object][] = [
    ['an unknown host', { host: 'HV-99' }],
    ['an account for this computer', { host: 'localhost', user: 'u', password: 'p' }],
    ['another namespace', { namespace: 'root/HyperVCluster/v2' }],
    ['an account for the host', { host: 'hv-01', user: 'CONTOSO\\u', password: 'p', locale: 'MS_409' }],
  ]
  test('connects, or says why not', async () => {
    const server = driveServer(HOST)
    const addon = server.addon ?? loadAddon()
    const unknown = RawSession.make(addon)
    compare('a call before connect', await unknown.run((native, ticket) => native.getObject(ticket, JOB)))
    unknown.close()
    compare('a call after close', await unknown.run((native, ticket) => native.getObject(ticket, JOB)))
    for (const [name, settings] of places) {
      const session = RawSession.make(addon, settings)
      compare(`connect: ${name}`, await session.run((native, ticket) => native.connect(ticket)))
      session.close()
    }
    server.stop()
    if (WRITES) writeFileSync(FIXTURE, `${JSON.stringify(expected, null, 1)}\n`)
  })
})
