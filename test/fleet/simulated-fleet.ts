/** Many simulated hosts: a tenth dead, a tenth hung, the others with jobs that fail while they are watched. */
import type { ConnectOptions } from '../../lib/entries/index'
import { type SimulatedHost, simulate } from '../../lib/entries/testing'
import { errorText } from '../support/cim-text'

export interface SimulatedFleet {
  readonly options: readonly ConnectOptions[]
  /** Those that answer, by name. */
  readonly healthy: ReadonlyMap<string, SimulatedHost>
  readonly dead: readonly string[]
  readonly hung: readonly string[]
  stop(): void
}

/** Long enough that nobody sees its end. */
const FOR_EVER_MS = 24 * 3_600_000

export function simulateFleet(count: number): SimulatedFleet {
  const healthy = new Map<string, SimulatedHost>()
  const dead: string[] = []
  const hung: string[] = []
  const stops: (() => void)[] = []
  const options = Array.from({ length: count }, (_, index) => {
    const host = `HV-${String(index + 1).padStart(3, '0')}`
    const fault = { operation: 'connect', ...(index % 10 === 3 ? { hresult: '0x800706BA' } : {}) } as const
    const faults = index % 10 === 3 ? [fault] : index % 10 === 7 ? [{ ...fault, hangMs: FOR_EVER_MS }] : []
    const addon = simulate({ computer: host, jobs: [], faults })
    stops.push(() => addon.stop())
    if (index % 10 === 3) dead.push(host)
    else if (index % 10 === 7) hung.push(host)
    else healthy.set(host, addon)
    return { host, addon }
  })
  const stop = () => {
    for (const end of stops) end()
  }
  return { options, healthy, dead, hung, stop }
}

/** A migration that fails at once, as one whose credentials were not accepted. */
export function failMigration(host: SimulatedHost, instanceId: string): void {
  host.addJob({
    class: 'Msvm_MigrationJob',
    properties: { InstanceID: instanceId, JobState: 4, ErrorCode: 0, PercentComplete: 40 },
  })
  host.endJob(instanceId, {
    errors: [
      errorText({
        Message: `Migration ${instanceId}: no credentials are available in the security package (0x8009030E).`,
        MessageID: '20306',
        PerceivedSeverity: 5,
      }),
    ],
  })
}
