/** The scenario check, on any OS: what it refuses and where, and what it completes. */

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { InvalidArgumentError } from '../../lib/base/errors'
import { checkScenario } from '../../lib/testing/check-scenario'
import { ONE_OF_EACH_TYPE } from '../../lib/testing/classes'
import type { JobPlan } from '../../lib/testing/model'

const FIXTURES = join(__dirname, '../../../test/fixtures')

const job = (more: object = {}, properties: object = {}) => ({
  jobs: [{ class: 'Msvm_MigrationJob', properties: { InstanceID: 'A', ...properties }, ...more }],
})
const fault = (more: object) => ({ faults: [{ operation: 'execMethod', ...more }] })

/** What is wrong, the scenario, and the message it is refused with. */
const REFUSED: readonly (readonly [string, unknown, RegExp])[] = [
  ['an array for a scenario', [], /^expected an object for `scenario`, received an array$/],
  [
    'a key in another case than it is known in',
    { Jobs: [] },
    /^expected the key jobs for `scenario`, received "Jobs" \(string\)$/,
  ],
  [
    'an empty computer name',
    { computer: '' },
    /^expected a non-empty string for `computer`, received "" \(string\)$/,
  ],
  ['jobs that are no list', { jobs: {} }, /^expected an array for `jobs`, received an object$/],
  [
    'a job of an unknown class, and names the known ones',
    { jobs: [{ class: 'Msvm_Nope', properties: {} }] },
    /^expected one of Msvm_MigrationJob, .* for `jobs\[0\]\.class`/,
  ],
  [
    'a job without properties',
    { jobs: [{ class: 'Msvm_StorageJob' }] },
    /^expected an object for `jobs\[0\]\.properties`, received undefined$/,
  ],
  [
    'a job without an InstanceID',
    job({}, { InstanceID: null }),
    /^expected a non-empty string for `jobs\[0\]\.properties\.InstanceID`, received null$/,
  ],
  [
    'two jobs of one class with one InstanceID',
    { jobs: [...job().jobs, ...job().jobs] },
    /^expected an id no other job.* for `jobs\[1\]\.properties\.InstanceID`/,
  ],
  [
    'an integer outside its type',
    job({}, { JobState: 65536 }),
    /expected an integer from 0 to 65535 \(uint16\) for `.*JobState`, received 65536 \(number\)$/,
  ],
  [
    'a text where an integer belongs',
    job({}, { JobState: '10' }),
    /expected an integer for `.*JobState`, received "10" \(string\)$/,
  ],
  [
    'a scalar where an array belongs',
    job({}, { OperationalStatus: 2 }),
    /expected an array for `.*OperationalStatus`, received 2 \(number\)$/,
  ],
  [
    'NULL in an array of integers',
    job({}, { OperationalStatus: [2, null] }),
    /expected an integer for `.*OperationalStatus\[1\]`, received null$/,
  ],
  [
    'a number where a text belongs',
    job({}, { Caption: 1 }),
    /expected a string \(string\) for `.*Caption`, received 1 \(number\)$/,
  ],
  [
    'a text where a boolean belongs',
    job({}, { Cancellable: 'yes' }),
    /expected a boolean for `.*Cancellable`, received "yes" \(string\)$/,
  ],
  [
    'an event without a time',
    job({ timeline: [{ set: {} }] }),
    /^expected milliseconds .* for `jobs\[0\]\.timeline\[0\]\.afterMs`, received undefined$/,
  ],
  [
    'an event whose time is misspelt',
    job({ timeline: [{ afterMS: 1 }] }),
    /^expected the key afterMs for `jobs\[0\]\.timeline\[0\]`, received "afterMS" \(string\)$/,
  ],
  [
    'an event before the start',
    job({ timeline: [{ afterMs: -1 }] }),
    /expected milliseconds from 0 to 86400000 for `.*afterMs`, received -1 \(number\)$/,
  ],
  [
    'an event that creates and removes',
    job({ timeline: [{ afterMs: 1, create: true, remove: true }] }),
    /expected create or remove.* for `.*timeline\[0\]`/,
  ],
  [
    'an event that changes the key',
    job({ timeline: [{ afterMs: 1, set: { InstanceID: 'B' } }] }),
    /expected nothing, since it is the key for `.*timeline\[0\]\.set\.InstanceID`/,
  ],
  [
    'errors that are no list',
    job({ getErrorEx: [{ errors: 'x' }] }),
    /^expected an array for `jobs\[0\]\.getErrorEx\[0\]\.errors`, received "x" \(string\)$/,
  ],
  [
    'an error that is no text',
    job({ getErrorEx: [{ errors: [7] }] }),
    /expected a string for `.*errors\[0\]`, received 7 \(number\)$/,
  ],
  [
    'an unknown shape',
    job({ getErrorEx: [{ shape: 'round' }] }),
    /expected one of null, array, .* for `.*getErrorEx\[0\]\.shape`, received "round" \(string\)$/,
  ],
  [
    'a negative ReturnValue',
    job({ getErrorEx: [{ returnValue: -1 }] }),
    /expected an integer from 0 to 4294967295.* for `.*returnValue`/,
  ],
  [
    'a fault of an unknown operation',
    fault({ operation: 'exec' }),
    /^expected one of connect, .* for `faults\[0\]\.operation`, received "exec" \(string\)$/,
  ],
  [
    'a fault with a method of an operation that has none',
    fault({ operation: 'query', method: 'X' }),
    /^expected none but for execMethod.* for `faults\[0\]\.method`/,
  ],
  [
    'call numbers from 0',
    fault({ calls: [0] }),
    /^expected a call number from 1 for `faults\[0\]\.calls\[0\]`, received 0 \(number\)$/,
  ],
  [
    'an HRESULT of fewer than eight digits',
    fault({ hresult: '0x1' }),
    /^expected a failing HRESULT such as "0x800706BA" for `faults\[0\]\.hresult`, received "0x1" \(string\)$/,
  ],
  ['an HRESULT that is no failure', fault({ hresult: '0x00000001' }), /expected a failing HRESULT/],
  [
    'an event rule in another case than it is known in',
    { events: { needswithin: true } },
    /^expected the key needsWithin for `events`, received "needswithin" \(string\)$/,
  ],
  [
    'a need for WITHIN that is no boolean',
    { events: { needsWithin: 2 } },
    /^expected a boolean for `events\.needsWithin`, received 2 \(number\)$/,
  ],
  [
    'a quota that is no count',
    { events: { maxSubscriptions: -1 } },
    /^expected an integer from 0 to 4294967295 for `events\.maxSubscriptions`, received -1 \(number\)$/,
  ],
  [
    'a queue length that is no integer',
    { events: { dropAfter: 1.5 } },
    /^expected an integer from 0 to 4294967295 for `events\.dropAfter`, received 1\.5 \(number\)$/,
  ],
  [
    'an object for a Next',
    fault({ operation: 'next', object: 'A' }),
    /^expected none for next for `faults\[0\]\.object`, received "A" \(string\)$/,
  ],
  ['a wait that is no number', fault({ hangMs: '5' }), /^expected milliseconds.* for `faults\[0\]\.hangMs`/],
  ['what is no plain data', { jobs: () => {} }, /^expected plain data as JSON has it for `scenario`/],
  [
    'an instance whose class is no name',
    { instances: [{ class: 'Msvm Computer', properties: {} }] },
    /^expected a CIM name: letters, digits and _ for `instances\[0\]\.class`/,
  ],
  [
    'a value that does not fit the type it names',
    job({}, { Extra: { type: 'uint8', value: 256 } }),
    /^expected an integer from 0 to 255 \(uint8\) for `jobs\[0\]\.properties\.Extra`, received 256 \(number\)$/,
  ],
  [
    'two types that are named for one property',
    {
      jobs: ['A', 'B'].map((InstanceID, index) => ({
        class: 'Msvm_MigrationJob',
        properties: { InstanceID, Extra: { type: index === 0 ? 'uint8' : 'uint16', value: 1 } },
      })),
    },
    /^expected "uint8", as it is called elsewhere for `jobs\[1\]\.properties\.Extra\.type`/,
  ],
  [
    'a method without answers',
    { methods: [{ class: 'Msvm_ComputerSystem', name: 'RequestStateChange', answers: [] }] },
    /^expected an array of at least one answer for `methods\[0\]\.answers`/,
  ],
  [
    'a method that starts a job which there is not',
    { methods: [{ class: 'Msvm_ComputerSystem', name: 'X', answers: [{ starts: 'nobody' }] }] },
    /^expected the InstanceID of a job in `jobs` for `methods\[0\]\.answers\[0\]\.starts`, received "nobody"/,
  ],
  [
    'an out-parameter of another type than the method declares',
    {
      methods: [{ class: 'Msvm_ComputerSystem', name: 'RequestStateChange', answers: [{ out: { Job: 1 } }] }],
    },
    /^expected a string \(reference\) for `methods\[0\]\.answers\[0\]\.out\.Job`/,
  ],
]

describe('checkScenario', () => {
  for (const [what, scenario, message] of REFUSED) {
    test(`refuses ${what}`, () => {
      assert.throws(
        () => checkScenario(scenario),
        error => error instanceof InvalidArgumentError && message.test(error.message),
      )
    })
  }

  test('completes what a scenario leaves out', () => {
    const checked = checkScenario(job({ getErrorEx: [{}, { errors: ['x'] }], timeline: [{ afterMs: 5 }] }))
    assert.equal(checked.computer, 'HV-01')
    assert.equal(checked.namespaceMissing, false)
    assert.deepEqual(checked.events, { needsWithin: false, maxSubscriptions: null, dropAfter: null })
    const [{ answers, timeline, existsAtStart }] = checked.jobs as [JobPlan]
    assert.deepEqual(answers, [
      { returnValue: 0, latencyMs: 0, shape: 'null', errors: null },
      { returnValue: 0, latencyMs: 0, shape: 'array', errors: ['x'] },
    ])
    assert.deepEqual(timeline, [{ afterMs: 5, set: [], exists: null }])
    assert.equal(existsAtStart, true)
  })

  test('puts a timeline in order and lets a job that is created not exist before', () => {
    const timeline = [
      { afterMs: 30, remove: true },
      { afterMs: 10, create: true },
    ]
    const checked = checkScenario(job({ timeline })).jobs[0]!
    assert.equal(checked.existsAtStart, false)
    assert.deepEqual(
      checked.timeline.map(event => [event.afterMs, event.exists]),
      [
        [10, true],
        [30, false],
      ],
    )
  })

  test('takes class and property names in any case and leaves unknown keys alone', () => {
    const { instance } = checkScenario({
      note: 'kept out',
      jobs: [{ class: 'msvm_storagejob', properties: { instanceid: 'A', JOBSTATE: 7 }, comment: 1 }],
    }).jobs[0]!
    assert.equal(instance.cls.name, 'Msvm_StorageJob')
    assert.deepEqual([instance.value('JobState'), instance.path], [7, 'Msvm_StorageJob.InstanceID="A"'])
  })

  const typesOf = (scenario: unknown, className: string, last: number) =>
    checkScenario(scenario)
      .classes.find(className)!
      .properties.slice(-last)
      .map(({ name, type }) => `${name} ${type}`)

  test('gives a property that no class declares the type of its value, once for all jobs of the class', () => {
    const properties = { Flag: true, Count: 3, Below: -3, Ratio: 0.5, Names: ['a'], Nothing: null }
    assert.deepEqual(typesOf(job({}, properties), 'Msvm_MigrationJob', 6), [
      'Flag boolean',
      'Count uint32',
      'Below sint32',
      'Ratio real64',
      'Names string[]',
      'Nothing string',
    ])
    const second = { class: 'Msvm_MigrationJob', properties: { InstanceID: 'B', flag: 'no' } }
    assert.throws(
      () => checkScenario({ jobs: [...job({}, properties).jobs, second] }),
      /expected a boolean for `jobs\[1\]\.properties\.flag`/,
    )
  })

  test('looks at all jobs for the type of a property that is NULL in some', () => {
    const jobs = [null, 5_000_000_000].map((Large, index) => ({
      class: 'Msvm_StorageJob',
      properties: { InstanceID: `${index}`, Large },
    }))
    assert.deepEqual(typesOf({ jobs }, 'Msvm_StorageJob', 1), ['Large uint64'])
  })

  test('takes the type that a value names before the one that the class declares', () => {
    const properties = { JobState: { type: 'uint64', value: '7' }, Seen: { type: 'datetime[]', value: [] } }
    const { classes, jobs } = checkScenario(job({}, properties))
    const migration = classes.find('Msvm_MigrationJob')!
    assert.equal(migration.property('JobState')?.type, 'uint64')
    assert.equal(classes.find('Msvm_StorageJob')?.property('JobState')?.type, 'uint16')
    assert.deepEqual([jobs[0]!.instance.value('JobState'), jobs[0]!.instance.value('Seen')], [7n, []])
  })

  test('gives instances of any class the keys that they usually have', () => {
    const { instances } = checkScenario({
      computer: 'HV-07',
      instances: [
        { class: 'msvm_computersystem', properties: { Name: 'G', ElementName: 'ledger-db' } },
        { class: 'Some_Thing', properties: { InstanceID: 'a\\b"c' } },
        { class: 'Without_Key', properties: { Caption: 'x' } },
      ],
    })
    assert.deepEqual(
      instances.slice(0, 4).map(({ path }) => path),
      [
        'Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="G"',
        'Some_Thing.InstanceID="a\\\\b\\"c"',
        null,
        'Msvm_VirtualSystemManagementService.CreationClassName="Msvm_VirtualSystemManagementService",' +
          'Name="vmms",SystemCreationClassName="Msvm_ComputerSystem",SystemName="HV-07"',
      ],
    )
  })

  test('lets a job that a method starts not exist before', () => {
    const starts = { class: 'Msvm_ComputerSystem', name: 'RequestStateChange', answers: [{ starts: 'a' }] }
    const { jobs, methods } = checkScenario({ ...job(), methods: [starts] })
    assert.deepEqual(jobs, [])
    const [answer] = methods[0]!.answers
    assert.equal(answer?.returnValue, 4096)
    assert.equal(answer?.starts?.instance.value('InstanceID'), 'A')
  })

  test('reads HRESULTs as hexadecimal texts, with or without 0x, and as numbers of either sign', () => {
    for (const hresult of ['0x800706BA', '800706ba', 0x800706ba, -2147023174]) {
      assert.equal(checkScenario(fault({ hresult })).faults[0]!.hresult, 0x800706ba)
    }
  })

  test('reads every CIM type: 64-bit integers as bigint, the specials of reals as numbers', () => {
    const samples = checkScenario({}).instances.find(({ path }) => path === 'Sim_Types.Name="all"')!
    assert.equal(samples.value('Uint64'), 18446744073709551615n)
    assert.deepEqual(samples.value('Real32Array'), [-1.5, Infinity])
    assert.equal(samples.value('Char16'), 'ß')
    assert.deepEqual(
      samples.cls.properties.slice(1).map(({ name }) => name),
      Object.keys(ONE_OF_EACH_TYPE),
    )
    assert.ok(samples.values.every(value => value !== null))
  })

  test('accepts every scenario among the fixtures', () => {
    const folder = join(FIXTURES, 'scenarios')
    const files = readdirSync(folder).map(name => join(folder, name))
    for (const file of [join(FIXTURES, 'demo.json'), ...files]) {
      assert.doesNotThrow(() => checkScenario(JSON.parse(readFileSync(file, 'utf8'))), file)
    }
  })
})
