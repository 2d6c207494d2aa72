/** The scenario check, on any OS: what it refuses and where, and what it completes. */

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { checkScenario } from '../../simulator/check-scenario'
import { ONE_OF_EACH_TYPE } from '../../simulator/classes'
import { ScenarioError } from '../../simulator/values'

const FIXTURES = join(__dirname, '../../../test/fixtures')

const job = (more: object = {}, properties: object = {}) => ({
  jobs: [{ class: 'Msvm_MigrationJob', properties: { InstanceID: 'A', ...properties }, ...more }],
})
const fault = (more: object) => ({ faults: [{ operation: 'execMethod', ...more }] })

/** What is wrong, the scenario, and the message it is refused with. */
const REFUSED: readonly (readonly [string, unknown, RegExp])[] = [
  ['an array for a scenario', [], /^scenario: expected an object, received an array$/],
  [
    'a key in another case than it is known in',
    { Jobs: [] },
    /^scenario: expected the key jobs, received "Jobs"$/,
  ],
  ['an empty computer name', { computer: '' }, /^computer: expected a non-empty string, received ""$/],
  ['jobs that are no list', { jobs: {} }, /^jobs: expected an array, received an object$/],
  [
    'a job of an unknown class, and names the known ones',
    { jobs: [{ class: 'Msvm_Nope', properties: {} }] },
    /^jobs\[0\]\.class: expected one of Msvm_ConcreteJob, /,
  ],
  [
    'a job without properties',
    { jobs: [{ class: 'Msvm_StorageJob' }] },
    /^jobs\[0\]\.properties: expected an object, received nothing$/,
  ],
  [
    'a job without an InstanceID',
    job({}, { InstanceID: null }),
    /^jobs\[0\]\.properties\.InstanceID: expected a non-empty string, received null$/,
  ],
  [
    'two jobs of one class with one InstanceID',
    { jobs: [...job().jobs, ...job().jobs] },
    /^jobs\[1\]\.properties\.InstanceID: expected an id no other job/,
  ],
  [
    'an integer outside its type',
    job({}, { JobState: 65536 }),
    /JobState: expected an integer from 0 to 65535 \(uint16\), received 65536$/,
  ],
  [
    'a text where an integer belongs',
    job({}, { JobState: '10' }),
    /JobState: expected an integer, received "10"$/,
  ],
  [
    'a scalar where an array belongs',
    job({}, { OperationalStatus: 2 }),
    /OperationalStatus: expected an array, received 2$/,
  ],
  [
    'NULL in an array of integers',
    job({}, { OperationalStatus: [2, null] }),
    /OperationalStatus\[1\]: expected an integer, received null$/,
  ],
  [
    'a number where a text belongs',
    job({}, { Caption: 1 }),
    /Caption: expected a string \(string\), received 1$/,
  ],
  [
    'a text where a boolean belongs',
    job({}, { Cancellable: 'yes' }),
    /Cancellable: expected a boolean, received "yes"$/,
  ],
  [
    'an event without a time',
    job({ timeline: [{ set: {} }] }),
    /^jobs\[0\]\.timeline\[0\]\.afterMs: expected milliseconds .*, received nothing$/,
  ],
  [
    'an event whose time is misspelt',
    job({ timeline: [{ afterMS: 1 }] }),
    /^jobs\[0\]\.timeline\[0\]: expected the key afterMs, received "afterMS"$/,
  ],
  [
    'an event before the start',
    job({ timeline: [{ afterMs: -1 }] }),
    /afterMs: expected milliseconds from 0 to 86400000, received -1$/,
  ],
  [
    'an event that creates and removes',
    job({ timeline: [{ afterMs: 1, create: true, remove: true }] }),
    /timeline\[0\]: expected create or remove/,
  ],
  [
    'an event that changes the key',
    job({ timeline: [{ afterMs: 1, set: { InstanceID: 'B' } }] }),
    /timeline\[0\]\.set: expected nothing for Inst/,
  ],
  [
    'errors that are no list',
    job({ getErrorEx: [{ errors: 'x' }] }),
    /^jobs\[0\]\.getErrorEx\[0\]\.errors: expected an array, received "x"$/,
  ],
  [
    'an error that is no text',
    job({ getErrorEx: [{ errors: [7] }] }),
    /errors\[0\]: expected a string \(string\), received 7$/,
  ],
  [
    'an unknown shape',
    job({ getErrorEx: [{ shape: 'round' }] }),
    /getErrorEx\[0\]\.shape: expected one of null, array, .*"round"$/,
  ],
  [
    'a negative ReturnValue',
    job({ getErrorEx: [{ returnValue: -1 }] }),
    /returnValue: expected an integer from 0 to 4294967295/,
  ],
  [
    'a fault of an unknown operation',
    fault({ operation: 'exec' }),
    /^faults\[0\]\.operation: expected one of connect, .*, received "exec"$/,
  ],
  [
    'a fault with a method of an operation that has none',
    fault({ operation: 'query', method: 'X' }),
    /^faults\[0\]\.method: expected none but for execMethod/,
  ],
  [
    'call numbers from 0',
    fault({ calls: [0] }),
    /^faults\[0\]\.calls\[0\]: expected a call number from 1, received 0$/,
  ],
  [
    'an HRESULT of fewer than eight digits',
    fault({ hresult: '0x1' }),
    /^faults\[0\]\.hresult: expected a failing HRESULT such as "0x800706BA", received "0x1"$/,
  ],
  ['an HRESULT that is no failure', fault({ hresult: '0x00000001' }), /expected a failing HRESULT/],
  [
    'an event rule in another case than it is known in',
    { events: { needswithin: true } },
    /^events: expected the key needsWithin, received "needswithin"$/,
  ],
  [
    'a need for WITHIN that is no boolean',
    { events: { needsWithin: 2 } },
    /^events\.needsWithin: expected a boolean, received 2$/,
  ],
  [
    'a quota that is no count',
    { events: { maxSubscriptions: -1 } },
    /^events\.maxSubscriptions: expected an integer from 0 to 4294967295, received -1$/,
  ],
  [
    'a queue length that is no integer',
    { events: { dropAfter: 1.5 } },
    /^events\.dropAfter: expected an integer from 0 to 4294967295, received 1\.5$/,
  ],
  [
    'an object for a Next',
    fault({ operation: 'next', object: 'A' }),
    /^faults\[0\]\.object: expected none for next, received "A"$/,
  ],
  ['a wait that is no number', fault({ hangMs: '5' }), /^faults\[0\]\.hangMs: expected milliseconds/],
]

describe('checkScenario', () => {
  for (const [what, scenario, message] of REFUSED) {
    test(`refuses ${what}`, () => {
      assert.throws(
        () => checkScenario(scenario),
        error => error instanceof ScenarioError && message.test(error.message),
      )
    })
  }

  test('completes what a scenario leaves out', () => {
    const checked = checkScenario(job({ getErrorEx: [{}, { errors: ['x'] }], timeline: [{ afterMs: 5 }] }))
    assert.equal(checked.computer, 'HV-01')
    assert.equal(checked.namespaceMissing, false)
    assert.deepEqual(checked.events, { needsWithin: false, maxSubscriptions: null, dropAfter: null })
    assert.deepEqual(checked.jobs[0]!.getErrorEx, [
      { returnValue: 0, latencyMs: 0, shape: 'null', errors: null },
      { returnValue: 0, latencyMs: 0, shape: 'array', errors: ['x'] },
    ])
    assert.deepEqual(checked.jobs[0]!.timeline, [{ afterMs: 5, set: {}, exists: null }])
    assert.equal(checked.jobs[0]!.exists, true)
  })

  test('puts a timeline in order and lets a job that is created not exist before', () => {
    const timeline = [
      { afterMs: 30, remove: true },
      { afterMs: 10, create: true },
    ]
    const checked = checkScenario(job({ timeline })).jobs[0]!
    assert.equal(checked.exists, false)
    assert.deepEqual(
      checked.timeline.map(event => [event.afterMs, event.exists]),
      [
        [10, true],
        [30, false],
      ],
    )
  })

  test('takes class and property names in any case and leaves unknown keys alone', () => {
    const checked = checkScenario({
      note: 'kept out',
      jobs: [{ class: 'msvm_storagejob', properties: { instanceid: 'A', JOBSTATE: 7 }, comment: 1 }],
    })
    assert.equal(checked.jobs[0]!.className, 'Msvm_StorageJob')
    assert.equal(checked.jobs[0]!.properties.JOBSTATE, 7)
  })

  test('gives a property that no class declares the type of its value, once for all jobs of the class', () => {
    const properties = { Flag: true, Count: 3, Below: -3, Ratio: 0.5, Names: ['a'], Nothing: null }
    const checked = checkScenario(job({}, properties))
    const migration = checked.classes.find(({ name }) => name === 'Msvm_MigrationJob')!
    assert.deepEqual(
      migration.properties.slice(-6).map(([name, type]) => `${name} ${type}`),
      ['Flag boolean', 'Count uint32', 'Below sint32', 'Ratio real64', 'Names string[]', 'Nothing string'],
    )
    const second = { class: 'Msvm_MigrationJob', properties: { InstanceID: 'B', flag: 'no' } }
    assert.throws(
      () => checkScenario({ jobs: [...job({}, properties).jobs, second] }),
      /jobs\[1\]\.properties\.flag: expected a boolean/,
    )
  })

  test('reads HRESULTs as hexadecimal texts, with or without 0x, and as numbers of either sign', () => {
    for (const hresult of ['0x800706BA', '800706ba', 0x800706ba, -2147023174]) {
      assert.equal(checkScenario(fault({ hresult })).faults[0]!.hresult, 0x800706ba)
    }
  })

  test('hands 64-bit integers over as decimal text and the specials of reals as numbers', () => {
    const samples = checkScenario({}).instances.find(
      ({ properties }) => properties.Name === 'all',
    )!.properties
    assert.equal(samples.Uint64, '18446744073709551615')
    assert.deepEqual(samples.Real32Array, [-1.5, Infinity])
    assert.deepEqual(samples.Char16, 'ß'.charCodeAt(0))
    assert.deepEqual(Object.keys(samples).slice(1), Object.keys(ONE_OF_EACH_TYPE))
  })

  test('accepts every scenario among the fixtures', () => {
    const folder = join(FIXTURES, 'scenarios')
    const files = readdirSync(folder).map(name => join(folder, name))
    for (const file of [join(FIXTURES, 'demo.json'), ...files]) {
      assert.doesNotThrow(() => checkScenario(JSON.parse(readFileSync(file, 'utf8'))), file)
    }
  })
})
