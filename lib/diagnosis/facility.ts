/**
 * The parts of an HRESULT and of an NTSTATUS. Sources: "[MS-ERREF]: HRESULT",
 * https://learn.microsoft.com/openspecs/windows_protocols/ms-erref/0642cb2f-2075-4469-918c-4441e69c548a, and
 * "[MS-ERREF]: NTSTATUS",
 * https://learn.microsoft.com/openspecs/windows_protocols/ms-erref/87fba13e-bf06-450e-83b1-9241dc81e781
 */

export type Severity = 'success' | 'informational' | 'error'

/** FACILITY_* of winerror.h, without the prefix. */
const FACILITIES: ReadonlyMap<number, string> = new Map([
  [0, 'NULL'],
  [1, 'RPC'],
  [2, 'DISPATCH'],
  [3, 'STORAGE'],
  [4, 'ITF'],
  [7, 'WIN32'],
  [8, 'WINDOWS'],
  [9, 'SECURITY'],
  [10, 'CONTROL'],
  [11, 'CERT'],
  [12, 'INTERNET'],
  [13, 'MEDIASERVER'],
  [14, 'MSMQ'],
  [15, 'SETUPAPI'],
  [16, 'SCARD'],
  [17, 'COMPLUS'],
  [18, 'AAF'],
  [19, 'URT'],
  [20, 'ACS'],
  [21, 'DPLAY'],
  [22, 'UMI'],
  [23, 'SXS'],
  [24, 'WINDOWS_CE'],
  [25, 'HTTP'],
  [26, 'COMMONLOG'],
  [27, 'WER'],
  [31, 'FILTER_MANAGER'],
  [32, 'BACKGROUNDCOPY'],
  [33, 'CONFIGURATION'],
  [34, 'STATE_MANAGEMENT'],
  [35, 'METADIRECTORY'],
  [36, 'WINDOWSUPDATE'],
  [37, 'DIRECTORYSERVICE'],
  [38, 'GRAPHICS'],
  [39, 'SHELL'],
  [40, 'TPM_SERVICES'],
  [41, 'TPM_SOFTWARE'],
  [48, 'PLA'],
  [49, 'FVE'],
  [50, 'FWP'],
  [51, 'WINRM'],
  [52, 'NDIS'],
  [53, 'HYPERVISOR'],
  [54, 'CMI'],
  [55, 'VIRTUALIZATION'],
  [56, 'VOLMGR'],
  [57, 'BCD'],
  [58, 'VHD'],
  [59, 'HNS'],
  [60, 'SDIAG'],
  [80, 'WINDOWS_DEFENDER'],
])

/** FACILITY_* of ntstatus.h; without a facility a status is one of the kernel itself. */
const STATUS_FACILITIES: ReadonlyMap<number, string> = new Map([
  [0, 'NTSTATUS'],
  [0x35, 'HYPERVISOR'],
  [0x37, 'VIRTUALIZATION'],
  [0x3a, 'VHD'],
  [0x5c, 'SHARED_VHDX'],
  [0x5d, 'SMB'],
])

/** An error with the two highest bits set is an NTSTATUS. */
function isStatus(code: number): boolean {
  return code >>> 30 === 3
}

/** The facility's name, or its number where it has none here. */
export function facilityOf(code: number): string {
  return nameOf(code) ?? String(numberOf(code))
}

/** Whether Windows has such a facility. */
export function hasNamedFacility(code: number): boolean {
  return nameOf(code) !== undefined
}

function numberOf(code: number): number {
  return (code >>> 16) & (isStatus(code) ? 0xfff : 0x7ff)
}

function nameOf(code: number): string | undefined {
  return (isStatus(code) ? STATUS_FACILITIES : FACILITIES).get(numberOf(code))
}

export function severityOf(code: number): Severity {
  if (code >= 0x8000_0000) return 'error'
  return code >= 0x4000_0000 ? 'informational' : 'success'
}
