/**
 * The one table of what a failing HRESULT means and what is done about it, for each operation that fails. Codes in the
 * text of a job's error are another matter: see `diagnosis`. Longer than other files because it is a table.
 *
 * Meanings after Microsoft Learn, "WMI Error Constants" (https://learn.microsoft.com/windows/win32/wmisdk/wmi-error-constants),
 * "COM Error Codes" (https://learn.microsoft.com/windows/win32/com/com-error-codes-10) and "System Error Codes"
 * (https://learn.microsoft.com/windows/win32/debug/system-error-codes).
 */
import type { BackOff } from '../base/back-off'
import { toHex } from '../base/hresult'
import { codeOfSymbol, symbolOf } from '../base/symbols'

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

/** How a pure read is repeated. */
export interface Repetition extends BackOff {
  readonly times: number
}

/** What is done when an operation fails with a code of a category. */
export interface Reaction {
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean
  /** What goes on by itself, a watch or a wait, makes its call again, or gives it up. */
  readonly background: 'again' | 'give-up'
  /** A call that only reads is repeated by the session; null where the failure is the caller's to react to. */
  readonly read: Repetition | null
  /** Whether the proxies are dropped, so that the next attempt connects again. */
  readonly losesConnection: boolean
  /** An attempt to bring the connection back: another one follows, or everybody who waits gets the error. */
  readonly reconnect: 'again' | 'give-up'
  /**
   * A subscription, whether the call itself or the first answer says so: made again after a while; never again if it
   * has never worked; at once with a WITHIN clause; at once without the classes that the host lacks.
   */
  readonly subscribe: 'again' | 'give-up' | 'add-within' | 'omit-missing-classes'
  /** Whether a query for a class, or for its definition, says by this that the host lacks the class. */
  readonly classMissing: boolean
  /** For the administrator; null where there is nothing to advise. */
  readonly advice: string | null
}

const NEVER: Omit<Reaction, 'advice'> = {
  retryable: false,
  background: 'give-up',
  read: null,
  losesConnection: false,
  reconnect: 'give-up',
  subscribe: 'give-up',
  classMissing: false,
}
const MAX_BACK_OFF_MS = 5_000

export const REACTIONS: Readonly<Record<WbemCategory, Reaction>> = {
  'access-denied': {
    ...NEVER,
    advice:
      'The account must be in the local group Hyper-V Administrators, or in Administrators with an elevated process, because UAC takes that right from a process that is not elevated.',
  },
  'no-hyperv': {
    ...NEVER,
    advice: 'The namespace does not exist on that computer: the Hyper-V role is missing there.',
  },
  'not-supported': {
    ...NEVER,
    subscribe: 'omit-missing-classes',
    classMissing: true,
    advice: "The computer's Hyper-V does not have that class or method.",
  },
  'job-not-found': {
    ...NEVER,
    subscribe: 'omit-missing-classes',
    classMissing: true,
    advice: 'WMI knows no such object: a job vanishes five minutes after it ends.',
  },
  'wmi-unavailable': {
    ...NEVER,
    advice: 'WMI itself cannot be started: see whether the Winmgmt service runs.',
  },
  'invalid-argument': { ...NEVER, advice: null },
  'provider-failed': {
    retryable: true,
    background: 'again',
    read: { times: 2, baseMs: 100, maxMs: MAX_BACK_OFF_MS },
    losesConnection: false,
    reconnect: 'again',
    subscribe: 'again',
    classMissing: false,
    advice:
      'The WMI provider failed: see whether the vmms service (Hyper-V Virtual Machine Management) runs.',
  },
  busy: {
    retryable: true,
    background: 'again',
    read: { times: 3, baseMs: 50, maxMs: MAX_BACK_OFF_MS },
    losesConnection: false,
    reconnect: 'again',
    subscribe: 'again',
    classMissing: false,
    advice: 'WMI is busy: try again in a moment.',
  },
  disconnected: {
    retryable: true,
    background: 'again',
    read: { times: 1, baseMs: 0, maxMs: 0 },
    losesConnection: true,
    reconnect: 'again',
    subscribe: 'again',
    classMissing: false,
    advice:
      'The connection to WMI was lost or could not be made: see whether the computer is up, the vmms and Winmgmt services run and the firewall lets WMI through.',
  },
  'timed-out': {
    ...NEVER,
    // A caller's deadline decides about its call; what goes on by itself has no caller.
    background: 'again',
    reconnect: 'again',
    subscribe: 'again',
    advice: 'WMI gave the call up because it took too long.',
  },
  cancelled: {
    retryable: true,
    background: 'again',
    read: { times: 1, baseMs: 0, maxMs: 0 },
    losesConnection: false,
    reconnect: 'again',
    subscribe: 'again',
    classMissing: false,
    advice: 'The call was cancelled.',
  },
  quota: {
    retryable: true,
    background: 'again',
    read: { times: 1, baseMs: 1_000, maxMs: MAX_BACK_OFF_MS },
    losesConnection: false,
    reconnect: 'again',
    subscribe: 'again',
    classMissing: false,
    advice: 'A WMI quota or the memory is used up: wait, and look for what uses it.',
  },
  internal: {
    ...NEVER,
    subscribe: 'again',
    advice: 'This is a bug of hyperv-job-errors: please report it.',
  },
  'needs-within': {
    ...NEVER,
    subscribe: 'add-within',
    advice: 'The event query needs a WITHIN clause.',
  },
  unknown: { ...NEVER, subscribe: 'again', advice: null },
}

/** A code whose meaning needs other advice than the rest of its category. */
type Advised = readonly [symbol: string, advice: string]

const PASSWORD = "The account's password has expired: change it, then connect again."
const ACCOUNT = 'The account may not sign in there at present: ask its administrator.'
const AUTHENTICATION =
  'Authentication failed: call the host by the name that its Kerberos principal has, and see whether the clocks agree and the domains trust each other.'
const UNSPECIFIED =
  'WMI gave no reason: see the event log Microsoft-Windows-WMI-Activity/Operational of that computer, and whether the vmms service runs.'

/** The codes of each category, by their names in the Windows headers. What is missing here is `unknown`. */
const CODES: Readonly<Record<Exclude<WbemCategory, 'unknown'>, readonly (string | Advised)[]>> = {
  'access-denied': [
    'WBEM_E_ACCESS_DENIED',
    'E_ACCESSDENIED',
    'RPC_E_ACCESS_DENIED',
    'WBEM_E_PRIVILEGE_NOT_HELD',
    'WBEMESS_E_AUTHZ_NOT_PRIVILEGED',
    'ERROR_PRIVILEGE_NOT_HELD',
    ['ERROR_LOGON_FAILURE', 'The user name or the password is wrong.'],
    ['ERROR_NO_SUCH_USER', 'The user name or the domain is wrong.'],
    ['ERROR_NO_SUCH_DOMAIN', 'The domain does not exist, or no controller of it answers.'],
    ['ERROR_PASSWORD_EXPIRED', PASSWORD],
    ['ERROR_PASSWORD_MUST_CHANGE', PASSWORD],
    ['ERROR_ACCOUNT_DISABLED', ACCOUNT],
    ['ERROR_ACCOUNT_EXPIRED', ACCOUNT],
    ['ERROR_ACCOUNT_LOCKED_OUT', ACCOUNT],
    ['ERROR_ACCOUNT_RESTRICTION', ACCOUNT],
    ['ERROR_INVALID_LOGON_HOURS', ACCOUNT],
    ['ERROR_INVALID_WORKSTATION', ACCOUNT],
    ['ERROR_LOGON_TYPE_NOT_GRANTED', ACCOUNT],
    ['RPC_S_SEC_PKG_ERROR', AUTHENTICATION],
    ['ERROR_TRUSTED_RELATIONSHIP_FAILURE', AUTHENTICATION],
    ['ERROR_TRUSTED_DOMAIN_FAILURE', AUTHENTICATION],
    ['SEC_E_LOGON_DENIED', 'The user name or the password is wrong.'],
    ['SEC_E_NO_CREDENTIALS', AUTHENTICATION],
    ['SEC_E_NO_AUTHENTICATING_AUTHORITY', AUTHENTICATION],
    ['SEC_E_TARGET_UNKNOWN', AUTHENTICATION],
    ['SEC_E_TIME_SKEW', AUTHENTICATION],
    ['SEC_E_WRONG_PRINCIPAL', AUTHENTICATION],
    ['WBEM_E_ENCRYPTED_CONNECTION_REQUIRED', 'The host takes encrypted connections only.'],
  ],
  'no-hyperv': ['WBEM_E_INVALID_NAMESPACE'],
  'not-supported': [
    'WBEM_E_INVALID_CLASS',
    'WBEM_E_PROVIDER_NOT_FOUND',
    'WBEM_E_INVALID_PROVIDER_REGISTRATION',
    'WBEM_E_INVALID_METHOD',
    'WBEM_E_METHOD_NOT_IMPLEMENTED',
    'WBEM_E_METHOD_DISABLED',
    ['WBEM_E_NOT_SUPPORTED', 'WMI does not support that operation there.'],
    ['WBEM_E_PROVIDER_NOT_CAPABLE', 'The WMI provider cannot do that, or the query is too complex for it.'],
    ['WBEM_E_QUERY_NOT_IMPLEMENTED', 'The WMI provider cannot do that query.'],
    ['WBEM_E_NOT_EVENT_CLASS', 'The class that the subscription names raises no events.'],
    ['E_NOTIMPL', 'WMI does not have that operation there.'],
    ['ERROR_NOT_SUPPORTED', 'The computer does not support that operation.'],
  ],
  'job-not-found': ['WBEM_E_NOT_FOUND'],
  'wmi-unavailable': [
    'REGDB_E_CLASSNOTREG',
    'CO_E_SERVER_EXEC_FAILURE',
    'CO_E_CREATEPROCESS_FAILURE',
    'CO_E_START_SERVICE_FAILURE',
    'CO_E_DLLNOTFOUND',
    'CO_E_ERRORINDLL',
    'ERROR_SERVICE_DISABLED',
    'ERROR_SERVICE_DOES_NOT_EXIST',
    'ERROR_SERVICE_DEPENDENCY_FAIL',
    [
      'ERROR_MOD_NOT_FOUND',
      'A file of WMI or of its provider is missing on that computer: repair Windows there.',
    ],
    ['RPC_E_REMOTE_DISABLED', 'DCOM is switched off on one of the two computers.'],
  ],
  'invalid-argument': [
    'WBEM_E_INVALID_OBJECT_PATH',
    'WBEM_E_INVALID_PARAMETER',
    'WBEM_E_INVALID_METHOD_PARAMETERS',
    'WBEM_E_INVALID_SYNTAX',
    // Wine says so of a malformed object path, for which Windows documents WBEM_E_INVALID_OBJECT_PATH.
    'WBEM_E_INVALID_QUERY',
    'WBEM_E_INVALID_QUERY_TYPE',
    'WBEM_E_UNPARSABLE_QUERY',
    'WBEM_E_INVALID_OBJECT',
    'WBEM_E_INVALID_OPERATION',
    'WBEM_E_ILLEGAL_OPERATION',
    'WBEM_E_ILLEGAL_NULL',
    'WBEM_E_INVALID_CIM_TYPE',
    'WBEM_E_INVALID_PROPERTY',
    'WBEM_E_READ_ONLY',
    'WBEM_E_TYPE_MISMATCH',
    'WBEM_E_VALUE_OUT_OF_RANGE',
    'WBEM_E_MISSING_PARAMETER_ID',
    'WBEM_E_INVALID_LOCALE',
    'WBEM_E_UNSUPPORTED_LOCALE',
    'WBEMESS_E_REGISTRATION_TOO_BROAD',
    'E_INVALIDARG',
    ['WBEM_E_LOCAL_CREDENTIALS', 'WMI refuses credentials for the local computer: leave out `credentials`.'],
  ],
  'provider-failed': [
    'WBEM_E_PROVIDER_LOAD_FAILURE',
    'WBEM_E_INITIALIZATION_FAILURE',
    'WBEM_E_PROVIDER_FAILURE',
    'WBEM_E_PROVIDER_SUSPENDED',
    'WBEM_E_PROVIDER_DISABLED',
    'WBEM_E_PROVIDER_NOT_REGISTERED',
    'WBEM_E_CRITICAL_ERROR',
    'RPC_E_SERVERFAULT',
    ['WBEM_E_FAILED', UNSPECIFIED],
    ['E_FAIL', UNSPECIFIED],
  ],
  busy: [
    'WBEM_E_NOT_AVAILABLE',
    'WBEM_E_SERVER_TOO_BUSY',
    'WBEM_E_RETRY_LATER',
    'WBEM_E_RESOURCE_CONTENTION',
    'WBEM_E_REFRESHER_BUSY',
    'RPC_S_SERVER_TOO_BUSY',
    'RPC_E_SERVERCALL_RETRYLATER',
    'RPC_E_CALL_REJECTED',
    [
      'WBEM_E_BACKUP_RESTORE_WINMGMT_RUNNING',
      'The WMI repository is being backed up or restored: wait for it.',
    ],
  ],
  disconnected: [
    'RPC_S_SERVER_UNAVAILABLE',
    'RPC_S_CALL_FAILED',
    'RPC_S_CALL_FAILED_DNE',
    'RPC_E_DISCONNECTED',
    'RPC_E_SERVER_DIED',
    'RPC_E_SERVER_DIED_DNE',
    'CO_E_OBJNOTCONNECTED',
    'RPC_E_CONNECTION_TERMINATED',
    'RPC_E_INVALID_OBJECT',
    'RPC_E_INVALID_OBJREF',
    'WBEM_E_TRANSPORT_FAILURE',
    'WBEM_E_FATAL_TRANSPORT_ERROR',
    'WBEM_E_INVALID_STREAM',
    'WBEM_E_CONNECTION_FAILED',
    'WBEM_E_SHUTTING_DOWN',
    'CO_E_SERVER_STOPPING',
    'CO_E_SCM_RPC_FAILURE',
    'CO_E_REMOTE_COMMUNICATION_FAILURE',
    'EPT_S_NOT_REGISTERED',
    'ERROR_BAD_NETPATH',
    'ERROR_NETNAME_DELETED',
    'ERROR_CONNECTION_REFUSED',
    'ERROR_NETWORK_UNREACHABLE',
    'ERROR_HOST_UNREACHABLE',
    'ERROR_SHUTDOWN_IN_PROGRESS',
    'ERROR_WSMAN_NETWORK_TIMEDOUT',
    'ERROR_WSMAN_DESTINATION_UNREACHABLE',
    ['WSAHOST_NOT_FOUND', 'No computer of that name is known: see how `host` is spelled, and the DNS.'],
    ['ERROR_NO_LOGON_SERVERS', 'No domain controller answers, so that nobody can sign in.'],
  ],
  'timed-out': [
    'WBEM_E_TIMED_OUT',
    'WBEM_E_PROVIDER_TIMED_OUT',
    'RPC_E_TIMEOUT',
    'ERROR_TIMEOUT',
    'ERROR_SEM_TIMEOUT',
    'ERROR_SERVICE_REQUEST_TIMEOUT',
    'CO_E_SERVER_START_TIMEOUT',
  ],
  cancelled: ['RPC_E_CALL_CANCELED', 'RPC_S_CALL_CANCELLED', 'WBEM_E_CALL_CANCELLED', 'E_ABORT'],
  quota: [
    'WBEM_E_QUOTA_VIOLATION',
    'WBEM_E_OUT_OF_MEMORY',
    'WBEM_E_QUEUE_OVERFLOW',
    'WBEM_E_CLIENT_TOO_SLOW',
    'WBEM_E_OUT_OF_DISK_SPACE',
    'E_OUTOFMEMORY',
    'RPC_E_OUT_OF_RESOURCES',
    'ERROR_NOT_ENOUGH_MEMORY',
    'ERROR_NO_SYSTEM_RESOURCES',
    'ERROR_NOT_ENOUGH_QUOTA',
    'ERROR_COMMITMENT_LIMIT',
  ],
  internal: [
    'RPC_E_CHANGED_MODE',
    'RPC_E_WRONG_THREAD',
    'RPC_E_THREAD_NOT_INIT',
    'RPC_E_TOO_LATE',
    'CO_E_NOTINITIALIZED',
    'WBEM_E_UNEXPECTED',
    'WBEM_E_INVALID_CONTEXT',
  ],
  'needs-within': ['WBEMESS_E_REGISTRATION_TOO_PRECISE'],
}

interface Meaning {
  readonly category: WbemCategory
  readonly advice: string | null
}

let meanings: ReadonlyMap<number, Meaning> | undefined

/** By code. Made when the first call fails: the table of names is long. */
function readMeanings(): ReadonlyMap<number, Meaning> {
  const byCode = new Map<number, Meaning>()
  for (const [category, codes] of Object.entries(CODES) as [WbemCategory, readonly (string | Advised)[]][]) {
    for (const entry of codes) {
      const [symbol, advice] = typeof entry === 'string' ? [entry, REACTIONS[category].advice] : entry
      const code = codeOfSymbol(symbol)
      if (code !== null) byCode.set(code, { category, advice })
    }
  }
  return byCode
}

export interface HresultDescription extends Meaning {
  /** Unsigned. */
  readonly hresult: number
  /** `0x` and eight upper-case digits. */
  readonly hex: string
  /** The name in the Windows headers; null for a code without one. */
  readonly symbol: string | null
  readonly retryable: boolean
}

/** Never fails: a code that nobody knows has category `unknown` and stays visible as hex. */
export function describeHresult(code: number): HresultDescription {
  meanings ??= readMeanings()
  const hresult = code >>> 0
  const { category, advice } = meanings.get(hresult) ?? { category: 'unknown', advice: null }
  const { retryable } = REACTIONS[category]
  return { hresult, hex: toHex(hresult), symbol: symbolOf(hresult), category, retryable, advice }
}
