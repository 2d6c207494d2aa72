/** What lies between this computer and another one. */
import { type Finding, fail, pass } from './check'
import type { Surroundings } from './surroundings'

/** Where DCOM asks on which port WMI listens. */
const ENDPOINT_MAPPER = 135

export async function nameCheck({ resolve }: Surroundings, host: string): Promise<Finding> {
  try {
    return pass(`${host} is ${(await resolve(host)).join(', ')}`)
  } catch (error) {
    return fail(
      `${host}: ${reasonOf(error)}`,
      'see how the name is spelled, and whether the DNS knows it: Resolve-DnsName',
    )
  }
}

export async function endpointMapperCheck(
  { reach }: Surroundings,
  host: string,
  signal: AbortSignal,
): Promise<Finding> {
  try {
    await reach(host, ENDPOINT_MAPPER, signal)
    return pass(`${host} takes connections on TCP port ${ENDPOINT_MAPPER}`)
  } catch (error) {
    return fail(
      `${host}, TCP port ${ENDPOINT_MAPPER}: ${reasonOf(error)}`,
      'see whether the computer is up, and let WMI through its firewall: Enable-NetFirewallRule -DisplayGroup "Windows Management Instrumentation (WMI)"',
    )
  }
}

/** The code of a system call's error says more than its message, which repeats the address. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
