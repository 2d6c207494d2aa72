/** Errors of the package as something that a person can act on. */
import { isHyperVError, WbemError } from 'hyperv-job-errors'
import type { Problem } from '../shared'

interface Advice {
  readonly title: string
  readonly steps: readonly string[]
}

const CATEGORIES: Readonly<Record<string, Advice>> = {
  'access-denied': {
    title: 'Access denied',
    steps: [
      'Add your account to the local group Hyper-V Administrators on the host, then sign out and in again.',
      'Or start this program elevated (Run as administrator): UAC takes the right from a process that is not.',
    ],
  },
  'no-hyperv': {
    title: 'No Hyper-V on this computer',
    steps: ['Install the Hyper-V role, or name a host that has it: start with --host=NAME.'],
  },
  'wmi-unavailable': {
    title: 'WMI does not run',
    steps: ['Start the service Windows Management Instrumentation (Winmgmt).'],
  },
  'provider-failed': {
    title: 'The Hyper-V WMI provider failed',
    steps: ['Look whether the service Hyper-V Virtual Machine Management (vmms) runs.'],
  },
  disconnected: {
    title: 'The connection was lost',
    steps: ['Look whether the host is up and reachable, and whether its firewall lets WMI through.'],
  },
  'job-not-found': {
    title: 'The job has vanished',
    steps: ['The host removes a job five minutes after its end. What was read before is still shown.'],
  },
}

const CODES: Readonly<Record<string, Advice>> = {
  ERR_TIMEOUT: {
    title: 'No answer in time',
    steps: ['Look whether the service Hyper-V Virtual Machine Management (vmms) hangs.'],
  },
  ERR_PROVIDER_HUNG: {
    title: 'The Hyper-V WMI provider hangs',
    steps: ['Restart the service Hyper-V Virtual Machine Management (vmms); running virtual machines go on.'],
  },
  ERR_METHOD: { title: 'The host did not return the errors', steps: ['Read them again in a moment.'] },
  ERR_PLATFORM: { title: 'This is not Windows', steps: ['Run this program on Windows.'] },
  ERR_LOAD: {
    title: 'The native addon could not be loaded',
    steps: ['Keep *.node files out of the asar archive (asarUnpack) and install for this architecture.'],
  },
}

const OTHER: Advice = { title: 'Something went wrong', steps: [] }

export function problemOf(error: unknown): Problem {
  const code = isHyperVError(error) ? error.code : null
  const category = error instanceof WbemError ? error.category : null
  const { title, steps } = CATEGORIES[category ?? ''] ?? CODES[code ?? ''] ?? OTHER
  return { code, category, title, message: messageOf(error), steps }
}

function messageOf(error: unknown): string {
  if (!(error instanceof WbemError)) return error instanceof Error ? error.message : String(error)
  // Not its own message, whose advice the steps give.
  const { operation, symbol, hresult, description } = error
  const code = `0x${hresult.toString(16).toUpperCase()}`
  const named = symbol === null ? code : `${symbol} (${code})`
  return `${operation}: ${named}${description === null ? '' : `. ${description}`}`
}
