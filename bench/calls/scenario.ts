/** What every candidate asks for: the errors of one failed migration. Invented, not captured from a host. */
import type { Scenario } from '../../simulator'

const JOB_ID = '5E0B7C94-1D3A-4F82-B6C7-90A1E2D3F4B5'
export const JOB_PATH = `Msvm_MigrationJob.InstanceID="${JOB_ID}"`

const MESSAGE =
  "Live migration of 'finance-sql-01' failed while its memory was being copied from 'HV-01' to 'HV-02': the " +
  'destination host closed the connection because a hardware component of the virtual machine does not fit it. ' +
  "The virtual machine 'finance-sql-01' goes on running on 'HV-01' and none of its files were moved. Device " +
  "'Synthetic Ethernet Port' (Instance ID B1C2D3E4-F5A6-4B78-9C0D-1E2F3A4B5C6D) refers to the virtual switch " +
  "'Production', which does not exist on 'HV-02'. Error 33012 (0x000080F4). (Virtual machine ID " +
  '3F0C7A52-9B1E-4D67-8A35-C2E1F0947B6D)'

function property(name: string, type: string, value: string): string {
  return `<PROPERTY NAME="${name}" TYPE="${type}"><VALUE>${value}</VALUE></PROPERTY>`
}

function strings(name: string, values: readonly string[]): string {
  const items = values.map(value => `<VALUE>${value}</VALUE>`).join('')
  return `<PROPERTY.ARRAY NAME="${name}" TYPE="string"><VALUE.ARRAY>${items}</VALUE.ARRAY></PROPERTY.ARRAY>`
}

/** About 2.5 KB, each property set: a long one of its kind. */
export const ERROR_TEXT = [
  '<INSTANCE CLASSNAME="Msvm_Error">',
  property('CIMStatusCode', 'uint32', '1'),
  property('CIMStatusCodeDescription', 'string', 'A general error occurred.'),
  property(
    'ErrorSource',
    'string',
    `\\\\HV-01\\root\\virtualization\\v2:${JOB_PATH.replaceAll('"', '&quot;')}`,
  ),
  property('ErrorSourceFormat', 'uint16', '2'),
  property('ErrorType', 'uint16', '4'),
  property('Message', 'string', MESSAGE),
  strings('MessageArguments', [
    'finance-sql-01',
    '3F0C7A52-9B1E-4D67-8A35-C2E1F0947B6D',
    'HV-01',
    'HV-02',
    'Synthetic Ethernet Port',
    'Production',
    '%%33012',
    '0x000080F4',
  ]),
  property('MessageID', 'string', '21502'),
  property('OtherErrorSourceFormat', 'string', ''),
  property('OtherErrorType', 'string', ''),
  property('OwningEntity', 'string', 'Microsoft-Windows-Hyper-V-VMMS'),
  property('PerceivedSeverity', 'uint16', '5'),
  property('ProbableCause', 'uint16', '0'),
  property('ProbableCauseDescription', 'string', 'The configuration of the two hosts differs.'),
  strings('RecommendedActions', [
    "Create a virtual switch named 'Production' on 'HV-02', or connect the adapter to a switch that both have.",
    'Compare the virtual machine with the destination before the next attempt.',
  ]),
  '</INSTANCE>',
].join('')

export const SCENARIO: Scenario = {
  computer: 'HV-01',
  jobs: [
    {
      class: 'Msvm_MigrationJob',
      properties: { InstanceID: JOB_ID, JobState: 10, ErrorCode: 32768, OperationalStatus: [2] },
      getErrorEx: [{ returnValue: 0, errors: [ERROR_TEXT] }],
    },
  ],
}
