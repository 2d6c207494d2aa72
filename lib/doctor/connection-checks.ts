/** What one attempt to connect says about COM, WMI, the account and the namespace. */
import { TimeoutError } from '../base/errors'
import { WbemError } from '../wmi/wbem-error'
import { type CheckId, type Finding, failure, pass, skip, warn } from './check'

type ConnectionCheckId = Extract<CheckId, 'com' | 'wmi' | 'authentication' | 'rights' | 'namespace'>
const IN_ORDER: readonly ConnectionCheckId[] = ['com', 'wmi', 'authentication', 'rights', 'namespace']

export interface Attempt {
  /** Null when it was made. */
  readonly error: unknown
  readonly tookMs: number
  readonly namespace: string
  readonly host: string | null
  /** Enabled groups of the process; null where they are not known. */
  readonly groups: readonly string[] | null
}

/** Whose account was known and may not do it; all others that are denied were not let in at all. */
const LACKS_RIGHTS: ReadonlySet<string | null> = new Set([
  'WBEM_E_ACCESS_DENIED',
  'E_ACCESSDENIED',
  'RPC_E_ACCESS_DENIED',
  'WBEM_E_PRIVILEGE_NOT_HELD',
  'ERROR_PRIVILEGE_NOT_HELD',
])

/** Everything before what failed has worked, everything after it cannot be examined. */
export function connectionFindings(attempt: Attempt): Readonly<Record<ConnectionCheckId, Finding>> {
  const { error } = attempt
  const broken = error === null ? IN_ORDER.length : IN_ORDER.indexOf(brokenBy(error))
  const findings = IN_ORDER.map((id, index): readonly [ConnectionCheckId, Finding] => {
    if (index > broken) return [id, skip(`${IN_ORDER[broken]} failed`)]
    if (id === 'authentication' && attempt.host === null && index !== broken) {
      return [id, skip('this computer needs none')]
    }
    return [id, index === broken ? failure(error, adviceFor(error, attempt)) : good(id, attempt)]
  })
  // Each id is in the list.
  return Object.fromEntries(findings) as Record<ConnectionCheckId, Finding>
}

function brokenBy(error: unknown): ConnectionCheckId {
  if (!(error instanceof WbemError)) return 'wmi'
  if (error.category === 'access-denied') return LACKS_RIGHTS.has(error.symbol) ? 'rights' : 'authentication'
  if (error.category === 'no-hyperv') return 'namespace'
  if (error.symbol === 'WBEM_E_LOCAL_CREDENTIALS') return 'authentication'
  return /^Co(?:InitializeEx|CreateInstance)\b/.test(error.operation) ? 'com' : 'wmi'
}

function good(id: ConnectionCheckId, attempt: Attempt): Finding {
  const { namespace, tookMs } = attempt
  switch (id) {
    case 'com':
      return pass('the locator of WMI was made')
    case 'wmi':
      return pass(`answered within ${Math.round(tookMs)} ms`)
    case 'authentication':
      return pass(`${attempt.host} knows the account`)
    case 'rights':
      return rightsOf(attempt)
    case 'namespace':
      return pass(namespace)
  }
}

const ADMINISTRATORS = 'S-1-5-32-544'
const HYPER_V_ADMINISTRATORS = 'S-1-5-32-578'
/** Integrity levels from high on: what UAC calls elevated. */
const HIGH_INTEGRITY = 12_288

const JOIN =
  'run it elevated, or join the group: Add-LocalGroupMember -SID S-1-5-32-578 -Member <account>, and sign in again'

function rightsOf({ groups, host, error }: Attempt): Finding {
  if (groups === null || host !== null) {
    return error === null ? pass('the account may open the namespace') : pass('not refused')
  }
  const detail = membershipText(groups)
  return groups.includes(HYPER_V_ADMINISTRATORS) || groups.includes(ADMINISTRATORS)
    ? pass(detail)
    : warn(`${detail}: calls may be refused`, JOIN)
}

function membershipText(groups: readonly string[]): string {
  const isElevated = groups.some(sid => /^S-1-16-/.test(sid) && Number(sid.slice(7)) >= HIGH_INTEGRITY)
  const memberships = [
    ...(groups.includes(HYPER_V_ADMINISTRATORS) ? ['Hyper-V Administrators'] : []),
    ...(groups.includes(ADMINISTRATORS) ? ['Administrators'] : []),
  ]
  const names = memberships.join(' and ') || 'neither Hyper-V Administrators nor Administrators'
  return `${isElevated ? 'elevated' : 'not elevated'}, member of ${names}`
}

/** What is known better here than from the code alone. */
function adviceFor(error: unknown, { groups, host }: Attempt): string | undefined {
  if (error instanceof TimeoutError) {
    return 'see whether the Winmgmt service answers: Get-CimInstance Win32_OperatingSystem'
  }
  if (!(error instanceof WbemError && LACKS_RIGHTS.has(error.symbol))) return undefined
  if (host !== null) return `on ${host}: Add-LocalGroupMember -SID S-1-5-32-578 -Member <account>`
  return groups === null ? JOIN : `the process is ${membershipText(groups)}: ${JOIN}`
}
