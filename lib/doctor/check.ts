/** What an examination finds. */
import { describeHresult } from '../wmi/policy'
import { WbemError } from '../wmi/wbem-error'

const READ = 'read docs/troubleshooting.md of hyperv-job-errors'

/**
 * - `pass` as it should be · `warn` it works, with a drawback · `fail` the package cannot do its work there
 * - `skip` not examined: `detail` says why
 */
export type CheckStatus = 'pass' | 'fail' | 'warn' | 'skip'

/** In the order in which they are examined. */
export const CHECK_IDS = Object.freeze([
  'platform',
  'architecture',
  'runtime',
  'addon',
  'name-resolution',
  'rpc-endpoint-mapper',
  'com',
  'wmi',
  'authentication',
  'rights',
  'namespace',
  'vmms',
  'classes',
  'get-error-ex',
  'events',
  'events-within',
] as const)

export type CheckId = (typeof CHECK_IDS)[number]

export interface Check {
  readonly id: CheckId
  readonly status: CheckStatus
  /** What was seen. */
  readonly detail: string
  /** What to do about it; null where there is nothing to do. */
  readonly advice: string | null
}

/** A check without its id. */
export type Finding = Omit<Check, 'id'>

export function pass(detail: string): Finding {
  return { status: 'pass', detail, advice: null }
}

export function warn(detail: string, advice: string): Finding {
  return { status: 'warn', detail, advice }
}

export function fail(detail: string, advice: string): Finding {
  return { status: 'fail', detail, advice }
}

/** What an error says, without the advice that its message ends with: `advice`, else the one of its code. */
export function failure(error: unknown, advice?: string): Finding {
  if (error instanceof WbemError) {
    const { symbol, hex, advice: ofCode } = describeHresult(error.hresult)
    const code = symbol === null ? hex : `${symbol} (${hex})`
    const description = error.description === null ? '' : `: ${error.description.trim()}`
    return fail(`${error.operation} failed with ${code}${description}`, advice ?? ofCode ?? READ)
  }
  return fail(error instanceof Error ? error.message : String(error), advice ?? READ)
}

export function skip(detail: string): Finding {
  return { status: 'skip', detail, advice: null }
}
