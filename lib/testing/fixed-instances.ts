/** Instances that exist whatever the scenario says. */

import type { ONE_OF_EACH_TYPE } from './classes'
import type { ScenarioInstance } from './scenario'

/** A scenario's own instance with the same keys takes the place of one of these. */
export const FIXED_INSTANCES: readonly ScenarioInstance[] = [
  {
    class: 'Msvm_VirtualSystemManagementService',
    properties: {
      Name: 'vmms',
      ElementName: 'Hyper-V Virtual System Management Service',
      OperationalStatus: [2],
    },
  },
  {
    class: 'Msvm_VirtualSystemMigrationService',
    properties: {
      Name: 'vmms',
      ElementName: 'Hyper-V Virtual System Migration Service',
      OperationalStatus: [2],
    },
  },
  { class: 'Sim_Types', properties: { Name: 'all', ...typeSamples() } },
  { class: 'Sim_Types', properties: { Name: 'null' } },
]

function embedded(text: string, number: number) {
  return { class: 'Sim_Embedded', properties: { Text: text, Number: number } }
}

/** What `Sim_Types.Name="all"` holds: edges of each range, text outside ASCII, a NULL in an array. */
function typeSamples(): Readonly<Record<keyof typeof ONE_OF_EACH_TYPE, unknown>> {
  return {
    Boolean: true,
    String: 'Grüße, 世界 \u{1F5A5} \uD800',
    Char16: 'ß',
    Uint8: 255,
    Uint16: 65535,
    Uint32: 4294967295,
    Uint64: '18446744073709551615',
    Sint8: -128,
    Sint16: -32768,
    Sint32: -2147483648,
    Sint64: '-9223372036854775808',
    Real32: 0.5,
    Real64: 1e300,
    Datetime: '20260314150926.535897+060',
    Reference: '\\\\.\\root\\virtualization\\v2:Sim_Types.Name="null"',
    Object: embedded('inner', 7),
    BooleanArray: [true, false],
    StringArray: ['first', null, ''],
    Char16Array: ['A', '\uFFFF'],
    Uint8Array: [0, 255],
    Uint16Array: [0, 65535],
    Uint32Array: [0, 4294967295],
    Uint64Array: ['0', '18446744073709551615'],
    Sint8Array: [-128, 127],
    Sint16Array: [-32768, 32767],
    Sint32Array: [-2147483648, 2147483647],
    Sint64Array: ['-9223372036854775808', '9223372036854775807'],
    Real32Array: [-1.5, 'INF'],
    Real64Array: [-1e-300, 'NaN'],
    DatetimeArray: ['20260314150926.535897+060', '00000001020304.000005:000'],
    ReferenceArray: ['Sim_Types.Name="all"'],
    ObjectArray: [embedded('first', 1), embedded('second', 4294967295)],
  }
}
