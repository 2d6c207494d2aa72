/**
 * The classes of the simulated namespace, each with what it declares itself. Job classes after the Hyper-V WMI
 * provider (v2) and CIM reference pages of Microsoft Learn; `Sim_…` classes are the simulator's own.
 */

import type { FieldTable } from '../records/fields'
import { JOB_CLASS_FIELDS } from '../records/job-fields'
import type { ClassSource, TypeMap } from './class-table'
import { SYSTEM_CLASSES } from './system-classes'

const GET_ERROR_EX = { GetErrorEx: { out: { Errors: 'string[]' } } } as const

const ERROR_PROPERTIES = {
  ErrorType: 'uint16',
  OtherErrorType: 'string',
  OwningEntity: 'string',
  MessageID: 'string',
  Message: 'string',
  MessageArguments: 'string[]',
  PerceivedSeverity: 'uint16',
  ProbableCause: 'uint16',
  ProbableCauseDescription: 'string',
  RecommendedActions: 'string[]',
  ErrorSource: 'string',
  ErrorSourceFormat: 'uint16',
  OtherErrorSourceFormat: 'string',
  CIMStatusCode: 'uint32',
  CIMStatusCodeDescription: 'string',
} as const

/** The documented job classes, as the records know them; these two each declares itself. */
const JOB_CLASSES = Object.fromEntries(
  Object.entries<FieldTable>(JOB_CLASS_FIELDS).map(([name, fields]): [string, ClassSource] => [
    name,
    {
      superclass: 'CIM_ConcreteJob',
      properties: { Cancellable: 'boolean', ErrorSummaryDescription: 'string', ...declared(fields) },
      methods: GET_ERROR_EX,
    },
  ]),
)

function declared(fields: FieldTable): TypeMap {
  return Object.fromEntries(
    Object.values(fields).map(({ cimName, type, array }) => [cimName, array ? `${type}[]` : type]),
  ) as TypeMap
}

/** One property of every scalar type, and one of every array type. */
export const ONE_OF_EACH_TYPE = {
  Boolean: 'boolean',
  String: 'string',
  Char16: 'char16',
  Uint8: 'uint8',
  Uint16: 'uint16',
  Uint32: 'uint32',
  Uint64: 'uint64',
  Sint8: 'sint8',
  Sint16: 'sint16',
  Sint32: 'sint32',
  Sint64: 'sint64',
  Real32: 'real32',
  Real64: 'real64',
  Datetime: 'datetime',
  Reference: 'reference',
  Object: 'object',
  BooleanArray: 'boolean[]',
  StringArray: 'string[]',
  Char16Array: 'char16[]',
  Uint8Array: 'uint8[]',
  Uint16Array: 'uint16[]',
  Uint32Array: 'uint32[]',
  Uint64Array: 'uint64[]',
  Sint8Array: 'sint8[]',
  Sint16Array: 'sint16[]',
  Sint32Array: 'sint32[]',
  Sint64Array: 'sint64[]',
  Real32Array: 'real32[]',
  Real64Array: 'real64[]',
  DatetimeArray: 'datetime[]',
  ReferenceArray: 'reference[]',
  ObjectArray: 'object[]',
} as const satisfies TypeMap

function prefixed(prefix: string, types: TypeMap): TypeMap {
  return Object.fromEntries(Object.entries(types).map(([name, type]) => [prefix + name, type]))
}

/** Superclasses first. */
export const CLASSES: Readonly<Record<string, ClassSource>> = {
  CIM_ManagedElement: {
    properties: { InstanceID: 'string', Caption: 'string', Description: 'string', ElementName: 'string' },
  },
  CIM_ManagedSystemElement: {
    superclass: 'CIM_ManagedElement',
    properties: {
      InstallDate: 'datetime',
      Name: 'string',
      OperationalStatus: 'uint16[]',
      StatusDescriptions: 'string[]',
      Status: 'string',
      HealthState: 'uint16',
      CommunicationStatus: 'uint16',
      DetailedStatus: 'uint16',
      OperatingStatus: 'uint16',
      PrimaryStatus: 'uint16',
    },
  },
  CIM_LogicalElement: { superclass: 'CIM_ManagedSystemElement', properties: {} },
  CIM_Job: {
    superclass: 'CIM_LogicalElement',
    properties: {
      JobStatus: 'string',
      TimeSubmitted: 'datetime',
      ScheduledStartTime: 'datetime',
      StartTime: 'datetime',
      ElapsedTime: 'datetime',
      JobRunTimes: 'uint32',
      RunMonth: 'uint8',
      RunDay: 'sint8',
      RunDayOfWeek: 'sint8',
      RunStartInterval: 'datetime',
      LocalOrUtcTime: 'uint16',
      UntilTime: 'datetime',
      Notify: 'string',
      Owner: 'string',
      Priority: 'uint32',
      PercentComplete: 'uint16',
      DeleteOnCompletion: 'boolean',
      ErrorCode: 'uint16',
      ErrorDescription: 'string',
      RecoveryAction: 'uint16',
      OtherRecoveryAction: 'string',
    },
  },
  CIM_ConcreteJob: {
    superclass: 'CIM_Job',
    keys: ['InstanceID'],
    properties: {
      InstanceID: 'string',
      Name: 'string',
      JobState: 'uint16',
      TimeOfLastStateChange: 'datetime',
      TimeBeforeRemoval: 'datetime',
    },
    methods: {
      RequestStateChange: { in: { RequestedState: 'uint16', TimeoutPeriod: 'datetime' } },
      GetError: { out: { Error: 'string' } },
    },
  },
  ...JOB_CLASSES,
  CIM_Error: { properties: ERROR_PROPERTIES },
  Msvm_Error: { superclass: 'CIM_Error', properties: {} },
  ...SYSTEM_CLASSES,
  Sim_Embedded: { properties: { Text: 'string', Number: 'uint32' } },
  Sim_Types: {
    keys: ['Name'],
    properties: { Name: 'string', ...ONE_OF_EACH_TYPE },
    methods: { Echo: { in: ONE_OF_EACH_TYPE, out: prefixed('Out', ONE_OF_EACH_TYPE) } },
  },
}
