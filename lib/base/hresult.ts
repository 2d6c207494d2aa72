/**
 * What a failing HRESULT of COM or WMI means for the caller. Codes that appear in the text of a job's error
 * are another matter: see `diagnosis`.
 */

export type WbemCategory =
  | 'access-denied'
  | 'no-hyperv'
  | 'not-supported'
  | 'job-not-found'
  | 'wmi-unavailable'
  | 'invalid-argument'
  | 'provider-failed'
  | 'busy'
  | 'disconnected'
  | 'timed-out'
  | 'cancelled'
  | 'quota'
  | 'internal'
  | 'needs-within'
  | 'unknown'

export interface HresultDescription {
  /** Unsigned. */
  readonly hresult: number
  /** `0x` and eight upper-case digits. */
  readonly hex: string
  /** The name in the Windows headers; null for a code that is not in the table. */
  readonly symbol: string | null
  readonly category: WbemCategory
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean
  /** One sentence for the administrator; null where there is nothing to advise. */
  readonly advice: string | null
}

interface Category {
  readonly retryable: boolean
  readonly advice: string | null
}

const CATEGORIES: Readonly<Record<WbemCategory, Category>> = {
  'access-denied': {
    retryable: false,
    advice:
      'The account must be in the local group Hyper-V Administrators, or in Administrators with an elevated process, because UAC takes that right from a process that is not elevated.',
  },
  'no-hyperv': {
    retryable: false,
    advice: 'The namespace does not exist on that computer: the Hyper-V role is missing there.',
  },
  'not-supported': {
    retryable: false,
    advice: "The computer's Hyper-V does not have that class or method.",
  },
  'job-not-found': {
    retryable: false,
    advice: 'WMI knows no such object: a job vanishes five minutes after it ends.',
  },
  'wmi-unavailable': {
    retryable: false,
    advice: 'WMI itself cannot be started: see whether the Winmgmt service runs.',
  },
  'invalid-argument': { retryable: false, advice: null },
  'provider-failed': {
    retryable: true,
    advice:
      'The WMI provider failed: see whether the vmms service (Hyper-V Virtual Machine Management) runs.',
  },
  busy: { retryable: true, advice: 'WMI is busy: try again in a moment.' },
  disconnected: {
    retryable: true,
    advice:
      'The connection to WMI was lost or could not be made: see whether the computer is up, the vmms and Winmgmt services run and the firewall lets WMI through.',
  },
  'timed-out': { retryable: false, advice: 'WMI gave the call up because it took too long.' },
  cancelled: { retryable: true, advice: 'The call was cancelled.' },
  quota: {
    retryable: true,
    advice: 'A WMI quota or the memory is used up: wait, and look for what uses it.',
  },
  internal: { retryable: false, advice: 'This is a bug of hyperv-job-errors: please report it.' },
  'needs-within': { retryable: false, advice: 'The event query needs a WITHIN clause.' },
  unknown: { retryable: false, advice: null },
}

/** Names after wbemcli.h, winerror.h and rpc.h; Win32 errors that came as an HRESULT keep their Win32 name. */
const CODES: ReadonlyMap<number, readonly [symbol: string, category: WbemCategory]> = new Map([
  [0x80041003, ['WBEM_E_ACCESS_DENIED', 'access-denied']],
  [0x80070005, ['E_ACCESSDENIED', 'access-denied']],
  [0x8001011b, ['RPC_E_ACCESS_DENIED', 'access-denied']],
  [0x80041062, ['WBEM_E_PRIVILEGE_NOT_HELD', 'access-denied']],
  [0x8007052e, ['ERROR_LOGON_FAILURE', 'access-denied']],

  [0x8004100e, ['WBEM_E_INVALID_NAMESPACE', 'no-hyperv']],

  [0x80041010, ['WBEM_E_INVALID_CLASS', 'not-supported']],
  [0x80041011, ['WBEM_E_PROVIDER_NOT_FOUND', 'not-supported']],
  [0x80041012, ['WBEM_E_INVALID_PROVIDER_REGISTRATION', 'not-supported']],
  [0x8004102e, ['WBEM_E_INVALID_METHOD', 'not-supported']],
  [0x80041055, ['WBEM_E_METHOD_NOT_IMPLEMENTED', 'not-supported']],

  [0x80041002, ['WBEM_E_NOT_FOUND', 'job-not-found']],

  [0x80040154, ['REGDB_E_CLASSNOTREG', 'wmi-unavailable']],
  [0x80080005, ['CO_E_SERVER_EXEC_FAILURE', 'wmi-unavailable']],

  [0x8004103a, ['WBEM_E_INVALID_OBJECT_PATH', 'invalid-argument']],
  [0x80041008, ['WBEM_E_INVALID_PARAMETER', 'invalid-argument']],
  [0x8004102f, ['WBEM_E_INVALID_METHOD_PARAMETERS', 'invalid-argument']],
  [0x80041021, ['WBEM_E_INVALID_SYNTAX', 'invalid-argument']],
  // What Wine answers to a malformed object path, for which Windows documents WBEM_E_INVALID_OBJECT_PATH.
  [0x80041017, ['WBEM_E_INVALID_QUERY', 'invalid-argument']],

  [0x80041013, ['WBEM_E_PROVIDER_LOAD_FAILURE', 'provider-failed']],
  [0x80041014, ['WBEM_E_INITIALIZATION_FAILURE', 'provider-failed']],
  [0x80041004, ['WBEM_E_PROVIDER_FAILURE', 'provider-failed']],
  [0x80041081, ['WBEM_E_PROVIDER_SUSPENDED', 'provider-failed']],
  [0x8004108a, ['WBEM_E_PROVIDER_DISABLED', 'provider-failed']],

  [0x80041009, ['WBEM_E_NOT_AVAILABLE', 'busy']],
  [0x80041045, ['WBEM_E_SERVER_TOO_BUSY', 'busy']],
  [0x80043001, ['WBEM_E_RETRY_LATER', 'busy']],
  [0x800706bb, ['RPC_S_SERVER_TOO_BUSY', 'busy']],

  [0x800706ba, ['RPC_S_SERVER_UNAVAILABLE', 'disconnected']],
  [0x800706be, ['RPC_S_CALL_FAILED', 'disconnected']],
  [0x800706bf, ['RPC_S_CALL_FAILED_DNE', 'disconnected']],
  [0x80010108, ['RPC_E_DISCONNECTED', 'disconnected']],
  [0x80010007, ['RPC_E_SERVER_DIED', 'disconnected']],
  [0x80010012, ['RPC_E_SERVER_DIED_DNE', 'disconnected']],
  [0x800401fd, ['CO_E_OBJNOTCONNECTED', 'disconnected']],
  [0x80010006, ['RPC_E_CONNECTION_TERMINATED', 'disconnected']],
  [0x80041015, ['WBEM_E_TRANSPORT_FAILURE', 'disconnected']],
  [0x80041086, ['WBEM_E_FATAL_TRANSPORT_ERROR', 'disconnected']],
  [0x80041033, ['WBEM_E_SHUTTING_DOWN', 'disconnected']],
  [0x80080008, ['CO_E_SERVER_STOPPING', 'disconnected']],

  [0x80041069, ['WBEM_E_TIMED_OUT', 'timed-out']],
  [0x80041088, ['WBEM_E_PROVIDER_TIMED_OUT', 'timed-out']],
  [0x8001011f, ['RPC_E_TIMEOUT', 'timed-out']],

  [0x80010002, ['RPC_E_CALL_CANCELED', 'cancelled']],
  [0x8007071a, ['RPC_S_CALL_CANCELLED', 'cancelled']],
  [0x80041032, ['WBEM_E_CALL_CANCELLED', 'cancelled']],

  [0x8004106c, ['WBEM_E_QUOTA_VIOLATION', 'quota']],
  [0x80041006, ['WBEM_E_OUT_OF_MEMORY', 'quota']],
  [0x8007000e, ['E_OUTOFMEMORY', 'quota']],

  [0x80010106, ['RPC_E_CHANGED_MODE', 'internal']],
  [0x800401f0, ['CO_E_NOTINITIALIZED', 'internal']],
  [0x8001010e, ['RPC_E_WRONG_THREAD', 'internal']],
  [0x80010119, ['RPC_E_TOO_LATE', 'internal']],

  [0x80042002, ['WBEMESS_E_REGISTRATION_TOO_PRECISE', 'needs-within']],
])

/** `0x80041002` for 0x80041002 and for its signed form alike. */
export function toHex(code: number): string {
  return `0x${(code >>> 0).toString(16).toUpperCase().padStart(8, '0')}`
}

/** Never fails: a code that is not in the table has category `unknown` and stays visible as hex. */
export function describeHresult(code: number): HresultDescription {
  const hresult = code >>> 0
  const [symbol, category] = CODES.get(hresult) ?? [null, 'unknown']
  return { hresult, hex: toHex(hresult), symbol, category, ...CATEGORIES[category] }
}
