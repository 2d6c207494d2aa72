/**
 * The properties of the job classes, those that all have and those of one class: each line is a record's field, its
 * CIM name and its CIM type. Names, types and meaning after Microsoft Learn: "CIM_ManagedSystemElement class",
 * "CIM_Job class", "CIM_ConcreteJob class" and the page of each Msvm class. Integers are labelled by `nameOf` with the enumeration that a line names.
 */
import type { JobClassName } from '../cim/names'
import { type FieldTable, field, list } from './fields'

/**
 * What every job has. `Cancellable` and `ErrorSummaryDescription` are declared by each of the six Msvm classes
 * rather than by their base.
 */
export const JOB_FIELDS = {
  /** `InstanceID`: the key. The pages say that it is always NULL; observed is a bare upper-case GUID. */
  instanceId: field('InstanceID', 'string'),
  /** `Caption`: a short description. */
  caption: field('Caption', 'string'),
  description: field('Description', 'string'),
  /** `ElementName`: the display name. */
  elementName: field('ElementName', 'string'),
  name: field('Name', 'string'),
  installDate: field('InstallDate', 'datetime'),
  /** `OperationalStatus`: each labelled by `OperationalStatus`. It does not say whether a job failed: see `jobState`. */
  operationalStatus: list('OperationalStatus', 'uint16'),
  /** `StatusDescriptions`: one text for each `operationalStatus`. */
  statusDescriptions: list('StatusDescriptions', 'string'),
  /** `Status`: deprecated by CIM in favour of `operationalStatus`. */
  status: field('Status', 'string'),
  /** `HealthState`: labelled by `HealthState`. */
  healthState: field('HealthState', 'uint16'),
  /** `CommunicationStatus`: labelled by `CommunicationStatus`. */
  communicationStatus: field('CommunicationStatus', 'uint16'),
  /** `DetailedStatus`: labelled by `DetailedStatus`. */
  detailedStatus: field('DetailedStatus', 'uint16'),
  /** `OperatingStatus`: labelled by `OperatingStatus`. */
  operatingStatus: field('OperatingStatus', 'uint16'),
  /** `PrimaryStatus`: labelled by `PrimaryStatus`. */
  primaryStatus: field('PrimaryStatus', 'uint16'),
  /** `JobStatus`: free text about the state. */
  jobStatus: field('JobStatus', 'string'),
  /** `JobState`: labelled by `JobState`. */
  jobState: field('JobState', 'uint16'),
  /** `TimeOfLastStateChange`: for an ended job, the time at which it ended. */
  timeOfLastStateChange: field('TimeOfLastStateChange', 'datetime'),
  /** `TimeBeforeRemoval`: the interval an ended job is kept for, five minutes by default. */
  timeBeforeRemoval: field('TimeBeforeRemoval', 'datetime'),
  timeSubmitted: field('TimeSubmitted', 'datetime'),
  scheduledStartTime: field('ScheduledStartTime', 'datetime'),
  startTime: field('StartTime', 'datetime'),
  /** `ElapsedTime`: the interval the job has run for. */
  elapsedTime: field('ElapsedTime', 'datetime'),
  /** `PercentComplete`: 0 to 100. */
  percentComplete: field('PercentComplete', 'uint16'),
  /** `ErrorCode`: 0 without an error; failed jobs were seen with numbers of `ReturnValue`. */
  errorCode: field('ErrorCode', 'uint16'),
  /** `ErrorDescription`: the text of the error. */
  errorDescription: field('ErrorDescription', 'string'),
  /** `ErrorSummaryDescription`: a summary of the error. */
  errorSummaryDescription: field('ErrorSummaryDescription', 'string'),
  /** `Cancellable`: whether the job can be cancelled. */
  cancellable: field('Cancellable', 'boolean'),
  /** `Owner`: who submitted the job. */
  owner: field('Owner', 'string'),
  /** `Notify`: who is notified of its end. */
  notify: field('Notify', 'string'),
  /** `Priority`: the lower, the more urgent. */
  priority: field('Priority', 'uint32'),
  /** `DeleteOnCompletion`: whether the job is removed once it has ended. */
  deleteOnCompletion: field('DeleteOnCompletion', 'boolean'),
  /** `RecoveryAction`: labelled by `RecoveryAction`. */
  recoveryAction: field('RecoveryAction', 'uint16'),
  /** `OtherRecoveryAction`: with a `recoveryAction` of 1. */
  otherRecoveryAction: field('OtherRecoveryAction', 'string'),
  /** `JobRunTimes`: how often it is to run. */
  jobRunTimes: field('JobRunTimes', 'uint32'),
  /** `RunMonth`: labelled by `RunMonth`; 0 is January. */
  runMonth: field('RunMonth', 'uint8'),
  /** `RunDay`: the day of the month, counted from its end when negative. */
  runDay: field('RunDay', 'sint8'),
  /** `RunDayOfWeek`: labelled by `RunDayOfWeek`. */
  runDayOfWeek: field('RunDayOfWeek', 'sint8'),
  /** `RunStartInterval`: the interval after midnight. */
  runStartInterval: field('RunStartInterval', 'datetime'),
  /** `LocalOrUtcTime`: labelled by `LocalOrUtcTime`; how the scheduling times are meant. */
  localOrUtcTime: field('LocalOrUtcTime', 'uint16'),
  /** `UntilTime`: after which the job is not to run. */
  untilTime: field('UntilTime', 'datetime'),
}

const MIGRATION_JOB_FIELDS = {
  /** `MigrationType`: labelled by `MigrationType`. */
  migrationType: field('MigrationType', 'uint16'),
  /** `VirtualSystemName`: the virtual machine that moves. */
  virtualSystemName: field('VirtualSystemName', 'string'),
  destinationHost: field('DestinationHost', 'string'),
  /** `NewSystemSettingData`: an embedded Msvm_VirtualSystemSettingData for the destination. */
  newSystemSettingData: field('NewSystemSettingData', 'string'),
  /** `NewResourceSettingData`: embedded resource settings for the destination. */
  newResourceSettingData: list('NewResourceSettingData', 'string'),
  /** `JobType`: labelled by `MigrationJobType`. */
  jobType: field('JobType', 'uint16'),
}

const CONCRETE_JOB_FIELDS = {
  /** `JobType`: labelled by `ConcreteJobType`. */
  jobType: field('JobType', 'uint16'),
}

const STORAGE_JOB_FIELDS = {
  /** `Child`: the disk the job works on. */
  child: field('Child', 'string'),
  /** `Parent`: that disk's parent. */
  parent: field('Parent', 'string'),
  /** `JobType`: labelled by `StorageJobType`. */
  jobType: field('JobType', 'uint16'),
}

const COPY_FILE_TO_GUEST_JOB_FIELDS = {
  /** `VirtualSystemName`: the virtual machine that receives the files. */
  virtualSystemName: field('VirtualSystemName', 'string'),
  /** `CopyFileToGuestSettingData`: one embedded Msvm_CopyFileToGuestSettingData a file. */
  copyFileToGuestSettingData: list('CopyFileToGuestSettingData', 'string'),
  creationClassName: field('CreationClassName', 'string'),
  started: field('Started', 'boolean'),
  startMode: field('StartMode', 'string'),
  systemCreationClassName: field('SystemCreationClassName', 'string'),
  systemName: field('SystemName', 'string'),
}

const COLLECTION_REFERENCE_POINT_EXPORT_JOB_FIELDS = {
  collectionId: field('CollectionId', 'string'),
  /** `ReferencePointGroupId`: the group that is exported. */
  referencePointGroupId: field('ReferencePointGroupId', 'string'),
  /** `BaseReferencePointGroupId`: the group an incremental export starts from. */
  baseReferencePointGroupId: field('BaseReferencePointGroupId', 'string'),
  virtualMachineId: list('VirtualMachineId', 'string'),
  exportDirectory: field('ExportDirectory', 'string'),
  exportedDisks: list('ExportedDisks', 'string'),
  exportedLogFilePaths: list('ExportedLogFilePaths', 'string'),
  exportedConfigFilePaths: list('ExportedConfigFilePaths', 'string'),
  exportedRuntimeFilePaths: list('ExportedRuntimeFilePaths', 'string'),
  exportedGuestStateFilePaths: list('ExportedGuestStateFilePaths', 'string'),
}

const VIRTUAL_SYSTEM_REFERENCE_POINT_EXPORT_JOB_FIELDS = {
  virtualMachineId: field('VirtualMachineId', 'string'),
  /** `ReferencePointId`: the reference point that is exported. */
  referencePointId: field('ReferencePointId', 'string'),
  /** `BaseReferencePointId`: the one an incremental export starts from. */
  baseReferencePointId: field('BaseReferencePointId', 'string'),
  exportDirectory: field('ExportDirectory', 'string'),
  exportedDisks: list('ExportedDisks', 'string'),
  exportedLogFilePaths: list('ExportedLogFilePaths', 'string'),
  exportedConfigFilePath: field('ExportedConfigFilePath', 'string'),
  exportedRuntimeFilePath: field('ExportedRuntimeFilePath', 'string'),
  exportedGuestStateFilePath: field('ExportedGuestStateFilePath', 'string'),
}

/** What each class has beside {@link JOB_FIELDS}. */
export const JOB_CLASS_FIELDS = {
  Msvm_MigrationJob: MIGRATION_JOB_FIELDS,
  Msvm_ConcreteJob: CONCRETE_JOB_FIELDS,
  Msvm_StorageJob: STORAGE_JOB_FIELDS,
  Msvm_CopyFileToGuestJob: COPY_FILE_TO_GUEST_JOB_FIELDS,
  Msvm_CollectionReferencePointExportJob: COLLECTION_REFERENCE_POINT_EXPORT_JOB_FIELDS,
  Msvm_VirtualSystemReferencePointExportJob: VIRTUAL_SYSTEM_REFERENCE_POINT_EXPORT_JOB_FIELDS,
} as const satisfies Record<JobClassName, FieldTable>
