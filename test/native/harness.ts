/** Runs a test body against the simulator and proves afterwards that nothing is left alive in the process. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type ConnectOptions, connect, type Session } from '../../lib'
import { type Counts, type Scenario, type Simulator, type StartOptions, startSimulator } from '../simulator'

/** An InstanceID as hosts use them: a bare upper-case GUID. */
export const kJobId = '8F3C2B1A-5D4E-4F60-9A7B-0C1D2E3F4A5B'
export const kJobPath = `Msvm_MigrationJob.InstanceID="${kJobId}"`

export interface Context {
  readonly simulator: Simulator
  connect(options?: ConnectOptions): Promise<Session>
}

/** How long worker threads may take to release what they hold after a session was closed. */
const kReleaseMs = 10_000

/** One failed migration job with the given answers of GetErrorEx. */
export function failedJob(
  ...getErrorEx: NonNullable<Scenario['jobs']>[number]['getErrorEx'] & object
): Scenario {
  return {
    jobs: [
      {
        class: 'Msvm_MigrationJob',
        properties: { InstanceID: kJobId, JobState: 10, ErrorCode: 32768, OperationalStatus: [2] },
        getErrorEx,
      },
    ],
  }
}

/** Polls, since the last thread of a session lets go of COM after `close` has settled. */
async function assertBalanced(simulator: Simulator, baseline: Counts): Promise<void> {
  const deadline = Date.now() + kReleaseMs
  const differs = () => JSON.stringify(simulator.counts()) !== JSON.stringify(baseline)
  while (differs() && Date.now() < deadline) await delay(5)
  assert.deepEqual(simulator.counts(), baseline, 'COM objects, BSTRs, arrays and allocations balance')
}

/**
 * A test with the simulator running. All sessions made by `context.connect` are closed after the body, and the
 * live counts have to be back at what they were before it.
 */
export function simulated(
  name: string,
  scenario: Scenario,
  body: (context: Context) => Promise<void>,
  options?: StartOptions,
): void {
  it(name, async () => {
    const simulator = startSimulator(scenario, options)
    const sessions: Session[] = []
    try {
      const baseline = simulator.counts()
      await body({
        simulator,
        async connect(options) {
          const session = await connect(options)
          sessions.push(session)
          return session
        },
      })
      await Promise.all(sessions.map(session => session.close()))
      await assertBalanced(simulator, baseline)
    } finally {
      await Promise.all(sessions.map(session => session.close({ timeoutMs: 1 })))
      simulator.stop()
    }
  })
}
