/**
 * The classes of the simulated namespace, each with what it declares itself. Job classes after the Hyper-V WMI
 * provider (v2) and CIM reference pages of Microsoft Learn; `Sim_…` classes are the simulator's own.
 */

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
  Msvm_ConcreteJob: {
    superclass: 'CIM_ConcreteJob',
    properties: { Cancellable: 'boolean', ErrorSummaryDescription: 'string', JobType: 'uint16' },
    methods: GET_ERROR_EX,
  },
  Msvm_MigrationJob: {
    superclass: 'CIM_ConcreteJob',
    properties: {
      Cancellable: 'boolean',
      ErrorSummaryDescription: 'string',
      MigrationType: 'uint16',
      VirtualSystemName: 'string',
      DestinationHost: 'string',
      NewSystemSettingData: 'string',
      NewResourceSettingData: 'string[]',
      JobType: 'uint16',
    },
    methods: GET_ERROR_EX,
  },
  Msvm_StorageJob: {
    superclass: 'CIM_ConcreteJob',
    properties: {
      Cancellable: 'boolean',
      ErrorSummaryDescription: 'string',
      Child: 'string',
      Parent: 'string',
      JobType: 'uint16',
    },
    methods: GET_ERROR_EX,
  },
  Msvm_CopyFileToGuestJob: {
    superclass: 'CIM_ConcreteJob',
    properties: {
      CreationClassName: 'string',
      Started: 'boolean',
      StartMode: 'string',
      SystemCreationClassName: 'string',
      SystemName: 'string',
      CopyFileToGuestSettingData: 'string[]',
      Cancellable: 'boolean',
      ErrorSummaryDescription: 'string',
      VirtualSystemName: 'string',
    },
    methods: GET_ERROR_EX,
  },
  Msvm_CollectionReferencePointExportJob: {
    superclass: 'CIM_ConcreteJob',
    properties: {
      Cancellable: 'boolean',
      ErrorSummaryDescription: 'string',
      CollectionId: 'string',
      ReferencePointGroupId: 'string',
      BaseReferencePointGroupId: 'string',
      VirtualMachineId: 'string[]',
      ExportDirectory: 'string',
      ExportedDisks: 'string[]',
      ExportedLogFilePaths: 'string[]',
      ExportedConfigFilePaths: 'string[]',
      ExportedRuntimeFilePaths: 'string[]',
      ExportedGuestStateFilePaths: 'string[]',
    },
    methods: GET_ERROR_EX,
  },
  Msvm_VirtualSystemReferencePointExportJob: {
    superclass: 'CIM_ConcreteJob',
    properties: {
      Cancellable: 'boolean',
      ErrorSummaryDescription: 'string',
      ExportDirectory: 'string',
      VirtualMachineId: 'string',
      ReferencePointId: 'string',
      BaseReferencePointId: 'string',
      ExportedDisks: 'string[]',
      ExportedLogFilePaths: 'string[]',
      ExportedConfigFilePath: 'string',
      ExportedRuntimeFilePath: 'string',
      ExportedGuestStateFilePath: 'string',
    },
    methods: GET_ERROR_EX,
  },
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
