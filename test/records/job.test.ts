import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { JOB_CLASS_NAMES } from '../../lib/cim/names'
import type { CimInstance, CimProperty, CimType } from '../../lib/cim/types'
import type { Field, FieldTable } from '../../lib/records/fields'
import {
  hasFailed,
  hasSucceeded,
  isBehind,
  isEnded,
  type JobOutcome,
  jobFromInstance,
  jobTypeName,
  outcome,
} from '../../lib/records/job'
import { JOB_CLASS_FIELDS, JOB_FIELDS } from '../../lib/records/job-fields'

const SCHEMA = join(process.cwd(), '..', 'shared', 'msvm-schema.json')

type Short = readonly [name: string, type: CimType, value: CimProperty['value']]

function instanceOf(className: string, ...properties: readonly Short[]): CimInstance {
  const byName: Record<string, CimProperty> = Object.create(null)
  for (const [name, type, value] of properties) byName[name] = { type, array: Array.isArray(value), value }
  return { className, properties: byName }
}

/** A null-prototype object with these entries, as `extra` is. */
function bare(entries: Record<string, unknown>): object {
  return Object.assign(Object.create(null), entries)
}

describe('jobFromInstance', () => {
  const migration = instanceOf(
    'Msvm_MigrationJob',
    ['InstanceID', 'string', '8B7A4F0E-6C2D-4F57-9B4B-0D9B7F0B1A11'],
    ['JobState', 'uint16', 10],
    ['ErrorCode', 'uint16', 32768],
    ['OperationalStatus', 'uint16', [2]],
    ['PercentComplete', 'uint16', 40],
    ['VirtualSystemName', 'string', 'web-01'],
    ['DestinationHost', 'string', null],
    ['StartTime', 'datetime', '20240601020304.000000+120'],
    ['Cancellable', 'boolean', true],
    ['RunDay', 'sint8', -3],
  )

  test('makes a typed record of a migration', () => {
    const job = jobFromInstance(migration, 'Msvm_MigrationJob.InstanceID="x"')
    assert.equal(job.kind, 'migration')
    // Narrowed by kind: another kind has no virtualSystemName.
    if (job.kind !== 'migration') return
    assert.equal(job.className, 'Msvm_MigrationJob')
    assert.equal(job.path, 'Msvm_MigrationJob.InstanceID="x"')
    assert.equal(job.instanceId, '8B7A4F0E-6C2D-4F57-9B4B-0D9B7F0B1A11')
    assert.equal(job.jobState, 10)
    assert.equal(job.errorCode, 32768)
    assert.deepEqual(job.operationalStatus, [2])
    assert.equal(job.percentComplete, 40)
    assert.equal(job.virtualSystemName, 'web-01')
    assert.equal(job.startTime, '20240601020304.000000+120')
    assert.equal(job.cancellable, true)
    assert.equal(job.runDay, -3)
    assert.deepEqual(job.extra, bare({}))
  })

  test('keeps absent, NULL and empty apart', () => {
    const job = jobFromInstance(
      instanceOf('Msvm_MigrationJob', ['DestinationHost', 'string', null], ['Owner', 'string', '']),
      null,
    )
    assert.ok(job.kind === 'migration')
    assert.equal(job.destinationHost, null)
    assert.equal(job.owner, '')
    assert.equal(job.virtualSystemName, undefined)
    assert.ok('virtualSystemName' in job, 'the shape is the same with or without the property')
  })

  test('finds properties without case and gives a documented class its documented spelling', () => {
    const job = jobFromInstance(instanceOf('MSVM_migrationjob', ['INSTANCEid', 'string', 'a']), null)
    assert.equal(job.className, 'Msvm_MigrationJob')
    assert.equal(job.instanceId, 'a')
  })

  test('keeps what it does not know in extra, under the name it came with', () => {
    const job = jobFromInstance(
      instanceOf('Msvm_StorageJob', ['__proto__', 'string', 'p'], ['NewInWindows', 'uint64', 5n]),
      null,
    )
    assert.deepEqual(job.extra, bare({ ['__proto__']: 'p', NewInWindows: 5n }))
    assert.equal(Object.getPrototypeOf(job.extra), null)
    assert.deepEqual(Object.keys(job.extra), ['__proto__', 'NewInWindows'])
  })

  test('keeps a known property with an unexpected type in extra and its field undefined', () => {
    const job = jobFromInstance(
      instanceOf(
        'Msvm_ConcreteJob',
        ['JobState', 'string', '10'],
        ['PercentComplete', 'uint16', [40]],
        ['OperationalStatus', 'uint16', 2],
        ['ErrorCode', 'uint64', 1n],
        ['StartTime', 'string', null],
      ),
      null,
    )
    assert.deepEqual(
      job.extra,
      bare({ JobState: '10', PercentComplete: [40], OperationalStatus: 2, ErrorCode: 1n, StartTime: null }),
    )
    assert.equal(job.jobState, undefined)
    assert.equal(job.percentComplete, undefined)
    assert.equal(job.operationalStatus, undefined)
    assert.equal(job.errorCode, undefined)
    assert.equal(job.startTime, undefined)
  })

  test('takes an integer of another width, for it is the same number', () => {
    const job = jobFromInstance(instanceOf('Msvm_ConcreteJob', ['ErrorCode', 'uint32', 70000]), null)
    assert.equal(job.errorCode, 70000)
  })

  test('makes a record of an unknown class, with what every job has', () => {
    const job = jobFromInstance(
      instanceOf('Msvm_TeleportJob', ['JobState', 'uint16', 4], ['Target', 'string', 'moon']),
      null,
    )
    assert.equal(job.kind, 'other')
    assert.equal(String(job.className), 'Msvm_TeleportJob')
    assert.equal(job.jobState, 4)
    assert.deepEqual(job.extra, bare({ Target: 'moon' }))
  })

  test('gives plain data that survives structuredClone', () => {
    const job = jobFromInstance(migration, null)
    assert.deepEqual({ ...structuredClone(job), extra: {} }, { ...job, extra: {} })
  })

  test('does not share anything between two records', () => {
    const first = jobFromInstance(instanceOf('Msvm_MigrationJob', ['Odd', 'string', 'a']), null)
    const second = jobFromInstance(instanceOf('Msvm_MigrationJob'), null)
    assert.notEqual(first.extra, second.extra)
    assert.equal(second.instanceId, undefined)
  })

  test('names the job type after the class', () => {
    const typed = (className: string) =>
      jobTypeName(jobFromInstance(instanceOf(className, ['JobType', 'uint16', 1]), null))
    assert.equal(typed('Msvm_ConcreteJob'), 'Define Virtual Machine')
    assert.equal(typed('Msvm_StorageJob'), 'VHD Creation')
    assert.equal(typed('Msvm_MigrationJob'), null)
    assert.equal(typed('Msvm_CopyFileToGuestJob'), null)
  })
})

describe('the fields of the job classes', {
  skip: existsSync(SCHEMA) ? false : 'no schema beside the repository',
}, () => {
  interface SchemaClass {
    readonly properties: readonly { name: string; cimType: string; array: boolean }[]
  }
  const schema: { classes: Record<string, SchemaClass>; jobClasses: { class: string }[] } = existsSync(SCHEMA)
    ? JSON.parse(readFileSync(SCHEMA, 'utf8'))
    : { classes: {}, jobClasses: [] }
  const BASES = ['CIM_ManagedSystemElement', 'CIM_Job', 'CIM_ConcreteJob']

  test('are those of the six classes that have GetErrorEx', () => {
    assert.deepEqual([...JOB_CLASS_NAMES].sort(), schema.jobClasses.map(job => job.class).sort())
  })

  for (const className of JOB_CLASS_NAMES) {
    test(`hold every property of ${className} and its bases with its type`, () => {
      const table: FieldTable = { ...JOB_FIELDS, ...JOB_CLASS_FIELDS[className] }
      const byName = new Map(Object.values(table).map(field => [field.cimName, field]))
      for (const owner of [...BASES, className]) {
        for (const { name, cimType, array } of schema.classes[owner]!.properties) {
          assert.deepEqual(byName.get(name), { cimName: name, type: cimType, array }, `${owner}.${name}`)
        }
      }
    })
  }

  test('are named after their property', () => {
    const acronym: Record<string, string> = { InstanceID: 'instanceId' }
    for (const table of [JOB_FIELDS, ...Object.values(JOB_CLASS_FIELDS)]) {
      for (const [key, { cimName }] of Object.entries<Field>(table)) {
        assert.equal(key, acronym[cimName] ?? cimName[0]!.toLowerCase() + cimName.slice(1))
      }
    }
  })
})

describe('the state of a job', () => {
  const rows: readonly [
    jobState: number | null | undefined,
    errorCode: number | null | undefined,
    JobOutcome,
  ][] = [
    [2, 0, 'running'],
    [3, undefined, 'running'],
    [4, 0, 'running'],
    [5, 0, 'running'],
    [6, 0, 'running'],
    [11, 0, 'running'],
    [12, 0, 'running'],
    // A code before the end decides nothing.
    [4, 32768, 'running'],
    [7, 0, 'succeeded'],
    [7, null, 'succeeded'],
    [7, undefined, 'succeeded'],
    [7, 1, 'failed'],
    [32768, 0, 'warning'],
    [32768, 32773, 'failed'],
    [8, 0, 'cancelled'],
    [9, 32768, 'cancelled'],
    [10, 0, 'failed'],
    [10, 32768, 'failed'],
    [0, 0, 'unknown'],
    [1, 0, 'unknown'],
    [13, 0, 'unknown'],
    [32769, 0, 'unknown'],
    [null, 32768, 'unknown'],
    [undefined, undefined, 'unknown'],
  ]
  for (const [jobState, errorCode, expected] of rows) {
    test(`JobState ${jobState} with ErrorCode ${errorCode} is ${expected}`, () => {
      const job = { jobState, errorCode }
      const ended = expected !== 'running' && expected !== 'unknown'
      const good = expected === 'succeeded' || expected === 'warning'
      assert.equal(outcome(job), expected)
      assert.equal(isEnded(job), ended)
      assert.equal(hasSucceeded(job), good)
      assert.equal(hasFailed(job), ended && !good)
    })
  }
})

test('is behind another record of the same job when it shows less progress in the same state', () => {
  const at = (jobState: number, percentComplete: number | null) =>
    jobFromInstance(
      {
        className: 'Msvm_MigrationJob',
        properties: {
          JobState: { type: 'uint16', array: false, value: jobState },
          PercentComplete: { type: 'uint16', array: false, value: percentComplete },
        },
      },
      null,
    )
  assert.equal(isBehind(at(4, 10), at(4, 50)), true)
  assert.equal(isBehind(at(4, 50), at(4, 50)), false)
  assert.equal(isBehind(at(4, 10), at(3, 50)), false, 'another state')
  assert.equal(isBehind(at(10, 10), at(10, 50)), false, 'an end is final')
  assert.equal(isBehind(at(4, null), at(4, 50)), false)
  assert.equal(isBehind(at(4, 10), at(4, null)), false)
})
