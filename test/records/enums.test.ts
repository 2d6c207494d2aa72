import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import * as enums from '../../lib/records/enums'
import { type Enumeration, nameOf } from '../../lib/records/enums'

const SCHEMA = join(process.cwd(), '..', 'shared', 'msvm-schema.json')

interface SchemaValue {
  readonly value?: number
  readonly range?: string | readonly [number, number]
  readonly name: string
}

interface Schema {
  readonly enums: Readonly<Record<string, { values: SchemaValue[]; cimPage?: SchemaValue[] }>>
  readonly methods: {
    readonly GetErrorEx: { returnValues: SchemaValue[] }
    GetError: { returnValues: SchemaValue[] }
  }
}

/** By the schema's name; the schema's own names where they are the same. */
const OURS: Readonly<Record<string, Enumeration>> = {
  'Msvm_Error.ErrorType': enums.ErrorType,
  'Msvm_Error.PerceivedSeverity': enums.PerceivedSeverity,
  'Msvm_Error.ProbableCause': enums.ProbableCause,
  'Msvm_Error.ErrorSourceFormat': enums.ErrorSourceFormat,
  'Msvm_Error.CIMStatusCode': enums.CimStatusCode,
  JobState: enums.JobState,
  'Msvm_MigrationJob.JobType': enums.MigrationJobType,
  'Msvm_ConcreteJob.JobType': enums.ConcreteJobType,
  'Msvm_StorageJob.JobType': enums.StorageJobType,
  MigrationType: enums.MigrationType,
  TransportType: enums.TransportType,
  RecoveryAction: enums.RecoveryAction,
  LocalOrUtcTime: enums.LocalOrUtcTime,
  RunMonth: enums.RunMonth,
  RunDayOfWeek: enums.RunDayOfWeek,
  OperationalStatus: enums.OperationalStatus,
  HealthState: enums.HealthState,
  CommunicationStatus: enums.CommunicationStatus,
  DetailedStatus: enums.DetailedStatus,
  OperatingStatus: enums.OperatingStatus,
  PrimaryStatus: enums.PrimaryStatus,
  RequestedState: enums.RequestedState,
}

function namesOf(values: readonly SchemaValue[]): Record<number, string> {
  return Object.fromEntries(values.flatMap(({ value, name }) => (value === undefined ? [] : [[value, name]])))
}

test('agrees with the schema in every value and every reserved range', {
  skip: existsSync(SCHEMA) ? false : 'the schema is not beside the repository',
}, () => {
  const schema: Schema = JSON.parse(readFileSync(SCHEMA, 'utf8'))
  assert.deepEqual(Object.keys(OURS).sort(), Object.keys(schema.enums).sort())
  for (const [name, { values, cimPage }] of Object.entries(schema.enums)) {
    const ours = OURS[name]!
    // MigrationType also has the values of its CIM base, which the Msvm page replaces.
    const expected = namesOf(name === 'MigrationType' ? [...cimPage!, ...values] : values)
    assert.deepEqual({ ...ours.values }, expected, name)
    for (const { range, name: label } of values) {
      if (range === undefined) continue
      const inside = { '..': 32767, '0x8000..': 0x8001, '32768..': 0x8001 }
      const numbers = typeof range === 'string' ? [inside[range as keyof typeof inside]] : range
      for (const number of numbers) assert.equal(nameOf(ours, number), label, `${name} ${number}`)
    }
  }
  const { GetErrorEx, GetError } = schema.methods
  assert.deepEqual({ ...enums.ReturnValue.values }, namesOf(GetErrorEx.returnValues))
  assert.deepEqual(GetError.returnValues, GetErrorEx.returnValues)
})

test('names a value', () => {
  assert.equal(nameOf(enums.JobState, 10), 'Exception')
  assert.equal(nameOf(enums.JobState, 32768), 'CompletedWithWarnings')
  assert.equal(nameOf(enums.RunDayOfWeek, -7), '-Saturday')
  assert.equal(nameOf(enums.ReturnValue, 32774), 'System is in used')
})

test('labels the severity as the installed class does, not as its page does', () => {
  const names = [0, 1, 2, 3, 4, 5, 6, 7].map(value => nameOf(enums.PerceivedSeverity, value))
  assert.deepEqual(names, [
    'Unknown',
    'Other',
    'Information',
    'Degraded/Warning',
    'Minor',
    'Major',
    'Critical',
    'Fatal/NonRecoverable',
  ])
})

test('keeps the CIM and the Msvm values of MigrationType beside each other', () => {
  assert.equal(nameOf(enums.MigrationType, 2), 'Live')
  assert.equal(nameOf(enums.MigrationType, 32771), 'VirtualSystemAndStorage')
})

test('gives a reserved number the name of its range', () => {
  assert.equal(nameOf(enums.PerceivedSeverity, 8), 'DMTF Reserved')
  assert.equal(nameOf(enums.PerceivedSeverity, 65535), 'DMTF Reserved')
  assert.equal(nameOf(enums.CimStatusCode, 0xffff_ffff), 'DMTF Reserved')
  assert.equal(nameOf(enums.JobState, 13), 'DMTF Reserved')
  assert.equal(nameOf(enums.JobState, 32769), 'Vendor Reserved')
  // A ValueMap's ".." covers the gaps too.
  assert.equal(nameOf(enums.HealthState, 7), 'DMTF Reserved')
  assert.equal(nameOf(enums.OperationalStatus, 0x8000), 'Vendor Reserved')
})

test('answers null for what is no value', () => {
  for (const value of [null, undefined, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 0x1_0000]) {
    assert.equal(nameOf(enums.PerceivedSeverity, value), null, String(value))
  }
  assert.equal(nameOf(enums.JobState, 1), null)
  assert.equal(nameOf(enums.RunMonth, 12), null)
  assert.equal(nameOf(enums.ReturnValue, 32781), null)
})

test('has a constant for every name', () => {
  const { JobState, MigrationJobType, RecoveryAction, RunDayOfWeek } = enums
  assert.deepEqual(
    [JobState.Exception, JobState.ShuttingDown, JobState.CompletedWithWarnings, RunDayOfWeek.MinusMonday],
    [10, 6, 32768, -2],
  )
  assert.deepEqual([MigrationJobType.MovingVirtualMachineAndStorage, RecoveryAction.ReRunJob], [306, 4])
  for (const [name, of] of Object.entries(enums)) {
    if (typeof of === 'function') continue
    const { values, ranges: _, ...constants } = of
    // None stands for two numbers, and each is a name in a program.
    assert.deepEqual(Object.values(constants).sort(), Object.keys(values).map(Number).sort(), name)
    for (const constant of Object.keys(constants)) assert.match(constant, /^[A-Z]\w*$/)
  }
})

test('is frozen', () => {
  for (const [name, value] of Object.entries(enums)) {
    if (typeof value === 'function') continue
    assert.ok(Object.isFrozen(value) && Object.isFrozen(value.values) && Object.isFrozen(value.ranges), name)
  }
})

test('nameOf refuses what is no enumeration', () => {
  for (const of of [{}, { values: null, ranges: [] }, { values: {}, ranges: 7 }]) {
    assert.throws(() => nameOf(of as never, 3), {
      code: 'ERR_INVALID_ARG',
      message: /an enumeration for `of`/,
    })
  }
})
