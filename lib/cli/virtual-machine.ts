/** Which virtual machine a job works on. */
import type { Job } from '../records/job'
import type { VirtualMachine } from '../session/virtual-machines'
import type { CliSession } from './types'

/** By each job. */
export type Machines = ReadonlyMap<Job, VirtualMachine | null>

/** How long a name is waited for: a job is shown without it too. */
const NAME_MS = 3000

export async function machinesOf(
  session: Pick<CliSession, 'virtualMachineOf'>,
  jobs: readonly Job[],
  signal: AbortSignal,
): Promise<Machines> {
  const machines = jobs.map(async job => [job, await machineOf(session, job, signal)] as const)
  return new Map(await Promise.all(machines))
}

/** Never rejects, also not when the signal aborts. */
export function machineOf(
  session: Pick<CliSession, 'virtualMachineOf'>,
  job: Job,
  signal: AbortSignal,
): Promise<VirtualMachine | null> {
  return session.virtualMachineOf(job, { timeoutMs: NAME_MS, signal }).catch(() => null)
}
