/** Calls without a pause while the server dies and comes back all the time. */
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { isHyperVError, WbemError } from '../../lib/entries'
import type { Scenario } from '../../simulator'
import { errorText } from '../support/cim-text'
import { served } from './harness'

const CALLS = 5_000
const IN_FLIGHT = 8
const JOBS = 16
const LIFE_MS = 100
const TIMEOUT_MS = 20_000
/** How late a timer may be on a machine that starts processes all the time. */
const SLACK_MS = 2_000
/** A process takes longer to start than its predecessor is to live; the machine starts no more of them at once. */
const SPARES = 3
/** How a call may end that met two deaths, or none but a long absence; a pipe that is going may say that it is busy. */
const EXPECTED: readonly string[] = ['disconnected', 'busy', 'ERR_TIMEOUT']

const SCENARIO: Scenario = {
  jobs: Array.from({ length: JOBS }, (_, i) => ({
    class: 'Msvm_MigrationJob',
    properties: { InstanceID: `JOB-${i}` },
    getErrorEx: [{ errors: [errorText({ Message: `JOB-${i}` })] }],
  })),
}

describe('a server that lives for a tenth of a second', () => {
  served(
    `answers or fails each of ${CALLS} calls once, within its deadline`,
    SCENARIO,
    async ({ server, connect }) => {
      const session = await connect()
      const outcomes = new Map<string, number>()
      let begun = 0
      let slowest = 0

      const one = async (id: string): Promise<string> => {
        try {
          const { errors } = await session.getErrorEx(id, { timeoutMs: TIMEOUT_MS })
          assert.equal(errors?.[0]?.message, id, 'an answer belongs to its call')
          return 'ok'
        } catch (error) {
          assert.ok(isHyperVError(error), String(error))
          return error instanceof WbemError ? `0x${error.hresult.toString(16)}` : error.code
        }
      }
      const lane = async () => {
        while (begun < CALLS) {
          begun += 1
          const started = performance.now()
          const outcome = await one(`JOB-${begun % JOBS}`)
          slowest = Math.max(slowest, performance.now() - started)
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
        }
      }

      const started = performance.now()
      let deaths = 0
      let running = true
      const killer = async () => {
        while (running) {
          await delay(LIFE_MS)
          if (!running) return
          await server.restart()
          deaths += 1
        }
      }
      const lanes = Promise.all(Array.from({ length: IN_FLIGHT }, lane)).finally(() => {
        running = false
      })
      await Promise.all([lanes, killer()])
      const elapsed = performance.now() - started

      const { calls, failures, repetitions, reconnects, pending } = session.stats()
      console.log(
        `# ${CALLS} calls, ${deaths} deaths in ${Math.round(elapsed)} ms: ` +
          `${JSON.stringify({ ...Object.fromEntries(outcomes), repetitions, reconnects })}, ` +
          `slowest ${Math.round(slowest)} ms`,
      )
      const settled = [...outcomes.values()].reduce((sum, count) => sum + count, 0)
      const failed = Object.values(failures).reduce((sum, count) => sum + count, 0)
      assert.deepEqual({ settled, calls, pending }, { settled: CALLS, calls: CALLS, pending: 0 })
      assert.equal(failed, CALLS - (outcomes.get('ok') ?? 0))
      assert.deepEqual(
        Object.keys(failures).filter(name => !EXPECTED.includes(name)),
        [],
      )
      assert.ok(slowest < TIMEOUT_MS + SLACK_MS, `the slowest call took ${slowest} ms`)
      assert.ok(deaths >= 5 && reconnects >= 5, 'the server did die')
      assert.deepEqual(await one('JOB-0'), 'ok')
    },
    { spares: SPARES, recordCalls: false },
  )
})
