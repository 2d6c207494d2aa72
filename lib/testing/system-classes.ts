/**
 * Virtual machines and the services that manage them, after the Hyper-V WMI provider (v2) and CIM reference pages of
 * Microsoft Learn: "Msvm_ComputerSystem class", "Msvm_VirtualSystemMigrationService class",
 * "Msvm_VirtualSystemManagementService class", "Msvm_AffectedJobElement class". Their superclasses are in `classes.ts`.
 */
import type { ClassSource } from './class-table'

const JOB = { Job: 'reference' } as const

const SERVICE_KEYS = ['CreationClassName', 'Name', 'SystemCreationClassName', 'SystemName']

export const SYSTEM_CLASSES: Readonly<Record<string, ClassSource>> = {
  CIM_EnabledLogicalElement: {
    superclass: 'CIM_LogicalElement',
    properties: {
      EnabledState: 'uint16',
      OtherEnabledState: 'string',
      RequestedState: 'uint16',
      EnabledDefault: 'uint16',
      TimeOfLastStateChange: 'datetime',
      AvailableRequestedStates: 'uint16[]',
      TransitioningToState: 'uint16',
    },
    methods: {
      RequestStateChange: { in: { RequestedState: 'uint16', TimeoutPeriod: 'datetime' }, out: JOB },
    },
  },
  CIM_System: {
    superclass: 'CIM_EnabledLogicalElement',
    keys: ['CreationClassName', 'Name'],
    properties: {
      CreationClassName: 'string',
      Name: 'string',
      NameFormat: 'string',
      PrimaryOwnerName: 'string',
      PrimaryOwnerContact: 'string',
      Roles: 'string[]',
      OtherIdentifyingInfo: 'string[]',
      IdentifyingDescriptions: 'string[]',
    },
  },
  CIM_ComputerSystem: {
    superclass: 'CIM_System',
    properties: {
      Dedicated: 'uint16[]',
      OtherDedicatedDescriptions: 'string[]',
      ResetCapability: 'uint16',
      PowerManagementCapabilities: 'uint16[]',
    },
  },
  Msvm_ComputerSystem: {
    superclass: 'CIM_ComputerSystem',
    properties: {
      OnTimeInMilliseconds: 'uint64',
      ProcessID: 'uint32',
      TimeOfLastConfigurationChange: 'datetime',
      NumberOfNumaNodes: 'uint16',
      ReplicationState: 'uint16',
      ReplicationHealth: 'uint16',
      ReplicationMode: 'uint16',
      FailedOverReplicationType: 'uint16',
      LastReplicationType: 'uint16',
      LastApplicationConsistentReplicationTime: 'datetime',
      LastReplicationTime: 'datetime',
      LastSuccessfulBackupTime: 'datetime',
      EnhancedSessionModeState: 'uint16',
    },
  },
  CIM_Service: {
    superclass: 'CIM_EnabledLogicalElement',
    keys: SERVICE_KEYS,
    properties: {
      CreationClassName: 'string',
      Name: 'string',
      SystemCreationClassName: 'string',
      SystemName: 'string',
      PrimaryOwnerName: 'string',
      PrimaryOwnerContact: 'string',
      StartMode: 'string',
      Started: 'boolean',
    },
  },
  Msvm_VirtualSystemManagementService: {
    superclass: 'CIM_Service',
    properties: {},
    methods: { FormatError: { in: { Errors: 'string[]' }, out: { ErrorMessage: 'string' } } },
  },
  Msvm_VirtualSystemMigrationService: {
    superclass: 'CIM_Service',
    properties: {
      MigrationServiceListenerIPAddressList: 'string[]',
      ActiveVirtualSystemMigrationCount: 'uint32',
    },
    methods: {
      MigrateVirtualSystemToHost: {
        in: {
          ComputerSystem: 'reference',
          DestinationHost: 'string',
          MigrationSettingData: 'string',
          NewSystemSettingData: 'string',
          NewResourceSettingData: 'string[]',
        },
        out: JOB,
      },
    },
  },
  Msvm_AffectedJobElement: {
    keys: ['AffectedElement', 'AffectingElement'],
    properties: {
      AffectedElement: 'reference',
      AffectingElement: 'reference',
      ElementEffects: 'uint16[]',
      OtherElementEffectsDescriptions: 'string[]',
    },
  },
}
