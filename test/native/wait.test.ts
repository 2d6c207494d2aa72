/** How `wait` learns of the end of a job: by an event, and by asking where events do not come. */
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { JobFailedError, JobVanishedError } from '../../lib/entries'
import type { DrivenServer } from './harness'
import { eventually, FAILED, MIGRATION, migration, onHost } from './watching'

const running = { jobs: [migration('A')] }

/** The job can be read once: whatever is learned of it later comes by an event, however long the test takes. */
const readOnce = {
  ...running,
  faults: [
    { operation: 'getObject', calls: Array.from({ length: 999 }, (_, i) => i + 2), hresult: '0x80041013' },
  ],
} as const

/** How often the job was read. */
function reads(simulator: DrivenServer): number {
  return simulator.calls().filter(call => call.operation === 'getObject').length
}

describe('wait', () => {
  onHost('learns of the end by an event', readOnce, async ({ simulator, session }) => {
    const percents: (number | null | undefined)[] = []
    const ended = session.wait('A', { onProgress: job => percents.push(job.percentComplete) })
    await eventually('the subscription', () => simulator.subscriptions().length === 1)
    await eventually('the first progress', () => percents.includes(0))
    simulator.setJob(MIGRATION, 'A', { PercentComplete: 50 })
    await eventually('the second progress', () => percents.includes(50))
    simulator.setJob(MIGRATION, 'A', { PercentComplete: 100, JobState: 7 })
    assert.equal((await ended).jobState, 7)
    assert.deepEqual(percents, [0, 50, 100])
  })

  onHost('fetches the errors of a job that fails, at once', running, async ({ simulator, session }) => {
    const failure = session.wait('A').catch((error: unknown) => error)
    await eventually('the subscription', () => simulator.subscriptions().length === 1)
    simulator.setJob(MIGRATION, 'A', FAILED)
    const error = await failure
    assert.ok(error instanceof JobFailedError)
    assert.equal(error.result?.errors?.[0]?.message, 'why A failed')
  })

  onHost(
    'asks where events cannot be had',
    {
      ...running,
      faults: [{ operation: 'subscribe', hresult: '0x80041003' }],
    },
    async ({ simulator, session }) => {
      const ended = session.wait('A')
      await eventually('the first read', () => reads(simulator) > 0)
      simulator.setJob(MIGRATION, 'A', { JobState: 7 })
      assert.equal((await ended).jobState, 7)
    },
  )

  onHost('ends with a job that vanishes, as it was last seen', readOnce, async ({ simulator, session }) => {
    const percents: unknown[] = []
    const failure = session
      .wait('A', { onProgress: job => percents.push(job.percentComplete) })
      .catch((error: unknown) => error)
    await eventually('the subscription', () => simulator.subscriptions().length === 1)
    await eventually('the first progress', () => percents.includes(0))
    simulator.setJob(MIGRATION, 'A', { PercentComplete: 40 })
    simulator.removeJob(MIGRATION, 'A')
    const error = await failure
    assert.ok(error instanceof JobVanishedError)
    assert.equal(error.job.percentComplete, 40)
  })

  onHost('goes on over a lost connection', running, async ({ simulator, session }) => {
    const ended = session.wait('A')
    await eventually('the subscription', () => simulator.subscriptions().length === 1)
    simulator.disconnectAll('0x800706BE')
    simulator.setJob(MIGRATION, 'A', { JobState: 7 })
    assert.equal((await ended).jobState, 7)
  })
})
