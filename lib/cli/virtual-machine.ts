/** Which virtual machine a job works on. */
import type { Job } from '../records/job'
import type { VirtualMachine } from './text/job'
import type { CliSession } from './types'

const GUID = /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i

/** By each job; a name that cannot be looked up is null, because a job is shown without it too. */
export type Machines = ReadonlyMap<Job, VirtualMachine | null>

export async function machinesOf(
  session: Pick<CliSession, 'virtualMachineName'>,
  jobs: readonly Job[],
): Promise<Machines> {
  const machines = jobs.map(async job => [job, await machineOf(session, job)] as const)
  return new Map(await Promise.all(machines))
}

export async function machineOf(
  session: Pick<CliSession, 'virtualMachineName'>,
  job: Job,
): Promise<VirtualMachine | null> {
  const machine = machineIn(job)
  if (machine === null || machine.name !== null) return machine
  const name = await session.virtualMachineName?.(machine.id).catch(() => null)
  return { id: machine.id, name: name ?? null }
}

/** What the job itself says. Hosts give an id where the property is called a name; both are taken. */
export function machineIn(job: Job): VirtualMachine | null {
  const id = idIn(job)
  if (!id) return null
  return { id, name: GUID.test(id) ? null : id }
}

function idIn(job: Job): string | null | undefined {
  switch (job.kind) {
    case 'migration':
    case 'copyFileToGuest':
      return job.virtualSystemName
    case 'virtualSystemReferencePointExport':
      return job.virtualMachineId
    default:
      return null
  }
}
