/** Instances that exist whatever the scenario says. */

import type { ONE_OF_EACH_TYPE } from './classes'

/** Those of a host of that name. */
export function fixedInstances(
  computer: string,
): { className: string; properties: Record<string, unknown> }[] {
  return [
    {
      className: 'Msvm_VirtualSystemManagementService',
      properties: {
        CreationClassName: 'Msvm_VirtualSystemManagementService',
        Name: 'vmms',
        SystemCreationClassName: 'Msvm_ComputerSystem',
        SystemName: computer,
        ElementName: 'Hyper-V Virtual System Management Service',
        OperationalStatus: [2],
      },
    },
    { className: 'Sim_Types', properties: { Name: 'all', ...TYPE_SAMPLES } },
    { className: 'Sim_Types', properties: { Name: 'null' } },
  ]
}

const embedded = (text: string, number: number) => ({
  class: 'Sim_Embedded',
  properties: { Text: text, Number: number },
})

/** What `Sim_Types.Name="all"` holds: edges of each range, text outside ASCII, a NULL in an array. */
export const TYPE_SAMPLES: Readonly<Record<keyof typeof ONE_OF_EACH_TYPE, unknown>> = {
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
