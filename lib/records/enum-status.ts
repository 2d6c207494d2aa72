/** The enumerations of CIM_ManagedSystemElement (Microsoft Learn: "CIM_ManagedSystemElement class"). */

import { enumeration, RESERVED_BELOW_VENDOR, RESERVED16 } from './enumeration'

/** `OperationalStatus`, uint16 array. */
export const OperationalStatus = enumeration(
  {
    0: 'Unknown',
    1: 'Other',
    2: 'OK',
    3: 'Degraded',
    4: 'Stressed',
    5: 'Predictive Failure',
    6: 'Error',
    7: 'Non-Recoverable Error',
    8: 'Starting',
    9: 'Stopping',
    10: 'Stopped',
    11: 'In Service',
    12: 'No Contact',
    13: 'Lost Communication',
    14: 'Aborted',
    15: 'Dormant',
    16: 'Supporting Entity in Error',
    17: 'Completed',
    18: 'Power Mode',
  },
  RESERVED_BELOW_VENDOR,
)

/** `HealthState`, uint16. */
export const HealthState = enumeration(
  {
    0: 'Unknown',
    5: 'OK',
    10: 'Degraded/Warning',
    15: 'Minor failure',
    20: 'Major failure',
    25: 'Critical failure',
    30: 'Non-recoverable error',
  },
  [RESERVED16],
)

/** `CommunicationStatus`, uint16. */
export const CommunicationStatus = enumeration(
  {
    0: 'Unknown',
    1: 'Not Available',
    2: 'Communication OK',
    3: 'Lost Communication',
    4: 'No Contact',
  },
  RESERVED_BELOW_VENDOR,
)

/** `DetailedStatus`, uint16. */
export const DetailedStatus = enumeration(
  {
    0: 'Not Available',
    1: 'No Additional Information',
    2: 'Stressed',
    3: 'Predictive Failure',
    4: 'Non-Recoverable Error',
    5: 'Supporting Entity in Error',
  },
  RESERVED_BELOW_VENDOR,
)

/** `OperatingStatus`, uint16. */
export const OperatingStatus = enumeration(
  {
    0: 'Unknown',
    1: 'Not Available',
    2: 'Servicing',
    3: 'Starting',
    4: 'Stopping',
    5: 'Stopped',
    6: 'Aborted',
    7: 'Dormant',
    8: 'Completed',
    9: 'Migrating',
    10: 'Emigrating',
    11: 'Immigrating',
    12: 'Snapshotting',
    13: 'Shutting Down',
    14: 'In Test',
    15: 'Transitioning',
    16: 'In Service',
  },
  RESERVED_BELOW_VENDOR,
)

/** `PrimaryStatus`, uint16. */
export const PrimaryStatus = enumeration(
  {
    0: 'Unknown',
    1: 'OK',
    2: 'Degraded',
    3: 'Error',
  },
  RESERVED_BELOW_VENDOR,
)
