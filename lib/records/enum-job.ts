/**
 * The enumerations of the job classes and their methods (Microsoft Learn: the page of each class, "CIM_Job
 * class", "CIM_ConcreteJob class").
 */

import { enumeration, RESERVED_BELOW_VENDOR, range } from './enumeration'

/** `JobState`, uint16 (CIM_ConcreteJob). 32768 is known from Microsoft sample code only. */
export const JobState = enumeration(
  {
    2: 'New',
    3: 'Starting',
    4: 'Running',
    5: 'Suspended',
    6: 'Shutting Down',
    7: 'Completed',
    8: 'Terminated',
    9: 'Killed',
    10: 'Exception',
    11: 'Service',
    12: 'Query Pending',
    32768: 'CompletedWithWarnings',
  },
  [range(13, 0x7fff, 'DMTF Reserved'), range(0x8001, 0xffff, 'Vendor Reserved')],
)

/** `JobType` of Msvm_MigrationJob, uint16. */
export const MigrationJobType = enumeration({
  0: 'Unknown',
  300: 'Creating Remote Virtual Machine',
  301: 'Checking Virtual Machine Compatibility',
  302: 'Checking Virtual Machine and Storage Compatibility',
  303: 'Checking Storage Compatibility',
  304: 'Checking Storage Migration',
  305: 'Moving Virtual Machine',
  306: 'Moving Virtual Machine and Storage',
  307: 'Moving Storage',
})

/** `JobType` of Msvm_StorageJob, uint16. */
export const StorageJobType = enumeration({
  0: 'Unknown',
  1: 'VHD Creation',
  2: 'Floppy Creation',
  3: 'Compaction',
  4: 'Expansion',
  5: 'Merging',
  6: 'Conversion',
  7: 'Loopback Mount',
  8: 'Get VHD Info',
  9: 'Validate VHD Image',
})

/** `MigrationType`, uint16: 32768 and above from the Msvm pages, 1 to 4 from the CIM base class. */
export const MigrationType = enumeration({
  0: 'Unknown',
  1: 'Other',
  2: 'Live',
  3: 'Resume',
  4: 'Restart',
  32768: 'VirtualSystem',
  32769: 'Storage',
  32770: 'Staged',
  32771: 'VirtualSystemAndStorage',
  32772: 'StorageDeepCheck',
})

/** `TransportType` of Msvm_VirtualSystemMigrationSettingData, uint16. */
export const TransportType = enumeration(
  {
    0: 'Unknown',
    1: 'Other',
    2: 'SSH',
    3: 'TLS',
    4: 'TLS Strict',
    5: 'TCP',
    6: 'IPC',
    32768: 'SMB',
  },
  RESERVED_BELOW_VENDOR,
)

/** `RecoveryAction`, uint16 (CIM_Job). */
export const RecoveryAction = enumeration({
  0: 'Unknown',
  1: 'Other',
  2: 'Do Not Continue',
  3: 'Continue With Next Job',
  4: 'Re-run Job',
  5: 'Run Recovery Job',
})

/** `LocalOrUtcTime`, uint16 (CIM_Job). */
export const LocalOrUtcTime = enumeration({
  1: 'Local Time',
  2: 'UTC Time',
})

/** `RunMonth`, uint8 (CIM_Job). */
export const RunMonth = enumeration({
  0: 'January',
  1: 'February',
  2: 'March',
  3: 'April',
  4: 'May',
  5: 'June',
  6: 'July',
  7: 'August',
  8: 'September',
  9: 'October',
  10: 'November',
  11: 'December',
})

/** `RunDayOfWeek`, sint8 (CIM_Job). Negative: that day on or before `RunDay`. The Msvm pages lost the minus signs. */
export const RunDayOfWeek = enumeration({
  [-7]: '-Saturday',
  [-6]: '-Friday',
  [-5]: '-Thursday',
  [-4]: '-Wednesday',
  [-3]: '-Tuesday',
  [-2]: '-Monday',
  [-1]: '-Sunday',
  0: 'ExactDayOfMonth',
  1: 'Sunday',
  2: 'Monday',
  3: 'Tuesday',
  4: 'Wednesday',
  5: 'Thursday',
  6: 'Friday',
  7: 'Saturday',
})

/** `RequestedState`, uint16: the argument of RequestStateChange. */
export const RequestedState = enumeration({
  2: 'Start',
  3: 'Suspend',
  4: 'Terminate',
  5: 'Kill',
  6: 'Service',
})

/**
 * ReturnValue of GetErrorEx and GetError, uint32; failed jobs were seen with the same numbers in `ErrorCode`. The page of
 * the method ends at 32778; hosts return the further ones as well, under the names that Hyper-V's tools give them.
 */
export const ReturnValue = enumeration(
  {
    0: 'Completed with No Error',
    32768: 'Failed',
    32769: 'Access Denied',
    32770: 'Not Supported',
    32771: 'Status is unknown',
    32772: 'Timeout',
    32773: 'Invalid parameter',
    32774: 'System is in used',
    32775: 'Invalid state for this operation',
    32776: 'Incorrect data type',
    32777: 'System is not available',
    32778: 'Out of memory',
  },
  [
    range(32779, 32779, 'FileNotFound'),
    range(32780, 32780, 'NotReady'),
    range(32788, 32788, 'InsufficientResources'),
    range(32789, 32789, 'ObjectNotFound'),
    range(32790, 32790, 'ObjectExists'),
  ],
)

/** `JobType` of Msvm_ConcreteJob, uint16. */
export const ConcreteJobType = enumeration({
  0: 'Unknown',
  1: 'Define Virtual Machine',
  2: 'Modify Virtual Machine',
  3: 'Destroy Virtual Machine',
  4: 'Modify Management Service Settings',
  10: 'Initialize Virtual Machine',
  11: 'Waiting to Start Virtual Machine',
  12: 'Start Virtual Machine',
  13: 'Power Off Virtual Machine',
  14: 'Save Virtual Machine',
  15: 'Restore Virtual Machine',
  16: 'Shut Down Virtual Machine',
  26: 'Pause Virtual Machine',
  27: 'Resume Virtual Machine',
  28: 'Reset Virtual Machine',
  29: 'Reboot Virtual Machine',
  30: 'Add Virtual Machine Resources',
  31: 'Modify Virtual Machine Resources',
  32: 'Remove Virtual Machine Resources',
  40: 'Request Initial Virtual Machine Memory',
  41: 'Add Memory to Virtual Machine',
  42: 'Remove Memory from Virtual Machine',
  50: 'Merging VHD Disks',
  51: 'Create VSS Snapshot inside Virtual Machine',
  60: 'Get Import Setting Data',
  61: 'Import Virtual Machine',
  62: 'Export Virtual Machine',
  63: 'Register Configuration',
  64: 'Unregister Configuration',
  70: 'Snapshot Virtual Machine',
  71: 'Apply Virtual Machine Snapshot',
  72: 'Delete Virtual Machine Snapshot',
  73: 'Clear Virtual Machine Snapshot State',
  80: 'Add Resources to Resource Pool',
  81: 'Remove Resources from Resource Pool',
  90: 'Modify Replication Server Settings',
  91: 'Create Replication Relationship',
  92: 'Modify Replication Relationship Settings',
  93: 'Remove Replication Relationship',
  94: 'Start Inband Initial Replication',
  95: 'Import Replication',
  96: 'Replicate State Change',
  97: 'Initiate Failover',
  98: 'Revert Failover',
  99: 'Commit Failover',
  100: 'Initiate Synced Replication',
  101: 'Cancel Synced Replication',
  102: 'Initiate Test Replica',
  103: 'Remove Test Replica',
  104: 'Reverse Replication',
  105: 'Replication Sending Delta',
  106: 'Replication Receiving Delta',
  107: 'Resynchronizing',
  108: 'Apply change log',
  109: 'Stop Initial Replication',
  110: 'Stop Resynchronizing',
  111: 'Get Replica statistics',
  112: 'Prepare for Consistency Checker',
  113: 'Consistency Checker',
  114: 'Stop Consistency Checker',
  115: 'Test Replication Connection',
  116: 'Sending Initial Replica',
  117: 'Start Resync Initial Replication',
  118: 'Start Export Initial Replication',
  119: 'Reset Replica Statistics',
  120: 'Apply Registered Deltas',
  121: 'Resynchronizing Extended Replication',
  122: 'Reading Test Replica Configuration',
  123: 'Change the replication mode to primary',
  124: 'Initiate Failback',
  125: 'Update Disk Set',
  130: 'Define Ethernet Switch',
  131: 'Modify Ethernet Switch Settings',
  132: 'Destroy Ethernet Switch',
  133: 'Add Ethernet Switch Resources',
  134: 'Modify Ethernet Switch Resources',
  135: 'Remove Ethernet Switch Resources',
  140: 'Validate Planned Virtual Machine',
  141: 'Realizing Virtual Machine',
  150: 'Creating a Resource Pool',
  151: 'Changing the Parent Resources of a Resource Pool',
  152: 'Changing the Non-alloction Settings of a Resource Pool',
  153: 'Deleting a Resource Pool',
  160: 'Enable RemoteFx GPU',
  161: 'Disable RemoteFx GPU',
  162: 'Modify 3D Service Settings',
  170: 'Backup Virtual Machine',
  180: 'Guest Service Interface',
  181: 'Query Guest Cluster Information',
  190: 'Define Collection',
  191: 'Destroy Collection',
  192: 'Rename Collection',
  193: 'Add Member to Collection',
  194: 'Remove Member from Collection',
  195: 'Add Setting to Collection',
  196: 'Remove Setting from Collection',
  197: 'Modify Setting on Collection',
  198: 'Snapshot Collection',
  200: 'Convert Snapshot to Reference Point',
  201: 'Create Reference Point',
  202: 'Delete Reference Point',
  203: 'Export Reference Point',
  204: 'Remove Associated Data from Reference Point',
  205: 'Create Reference Point on Collection',
  206: 'Export Reference Point on Collection',
  207: 'Remove Associated Data from Reference Point on Collection',
  208: 'Delete Reference Point on Collection',
  209: 'Import Reference Point metadata',
  260: 'Mount or Dismount Assignable Device',
})
