/** Many calls with random faults, hangs, deadlines and aborts: every promise settles and nothing is left. */
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { isHyperVError, type Session } from '../../lib/entries'
import type { Scenario } from '../../simulator'
import { Random } from '../fuzz/random'
import { errorText } from '../support/cim-text'
import { SAMPLES, WorkingSet } from '../support/working-set'
import { type Context, simulated } from './harness'

const CALLS = 100_000
const IN_FLIGHT = 64
const JOBS = 32
const FAULTS_PER_CODE = 60

const CODES = [
  '0x80041003',
  '0x80041002',
  '0x80041013',
  '0x80041009',
  '0x800706BE',
  '0x800706BA',
  '0x80010108',
  '0x80041069',
  '0x80041032',
  '0x80010106',
]
const EXPECTED_CODES = ['ERR_WBEM', 'ERR_TIMEOUT', 'ERR_PROVIDER_HUNG']

function storm(random: Random): Scenario {
  const numbers = () => Array.from({ length: FAULTS_PER_CODE }, () => 1 + random.below(CALLS))
  return {
    jobs: Array.from({ length: JOBS }, (_, i) => ({
      class: 'Msvm_MigrationJob',
      properties: { InstanceID: `JOB-${i}` },
      getErrorEx: [{ errors: [errorText({ Message: `JOB-${i}` })] }],
    })),
    faults: [
      ...CODES.map(hresult => ({ operation: 'execMethod' as const, calls: numbers(), hresult })),
      { operation: 'execMethod', calls: numbers(), hangMs: 30 },
      { operation: 'connect', calls: [2, 3, 7, 11], hresult: '0x800706BA' },
    ],
  }
}

describe('a storm of calls', () => {
  const random = new Random(20261122)
  const body = async (ctx: Context) => {
    const session = await ctx.connect()
    const ended = new Map<string, number>()
    const count = (key: string) => ended.set(key, (ended.get(key) ?? 0) + 1)
    let started = 0
    const workingSet = new WorkingSet()

    const one = async (session: Session) => {
      const id = `JOB-${random.below(JOBS)}`
      const kind = random.below(100)
      const options =
        kind === 1 ? { timeoutMs: 1 + random.below(5) } : kind === 2 ? { signal: AbortSignal.timeout(1) } : {}
      try {
        const { errors } = await session.getErrorEx(id, options)
        assert.equal(errors?.[0]?.message, id, 'an answer belongs to its call')
        count('ok')
      } catch (error) {
        if (isHyperVError(error)) {
          assert.ok(EXPECTED_CODES.includes(error.code), error.message)
          count(error.code)
        } else {
          assert.equal((error as Error).name, 'TimeoutError')
          count('aborted')
        }
      }
    }
    const lane = async () => {
      while (started < CALLS) {
        started += 1
        if (started % (CALLS / SAMPLES) === 0) workingSet.sample()
        await one(session)
      }
    }
    await Promise.all(Array.from({ length: IN_FLIGHT }, lane))

    const total = [...ended.values()].reduce((sum, n) => sum + n, 0)
    console.log(`# storm: ${JSON.stringify(Object.fromEntries(ended))}, growth: ${workingSet}`)
    assert.equal(total, CALLS)
    assert.ok((ended.get('ok') ?? 0) > CALLS * 0.9)
    assert.equal(session.stats().pending, 0)
    workingSet.assertFlat()
  }
  simulated(`settles each of ${CALLS} calls`, storm(random), body, { recordCalls: false })
})
