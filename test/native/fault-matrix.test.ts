/** Every operation × every code of every category × the first, the second and every call. */
import assert from 'node:assert/strict'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { after, describe } from 'node:test'
import { type Session, WbemError } from '../../lib/entries'
import type { Operation, Scenario } from '../../simulator'
import { type Context, failedJob, JOB_ID, JOB_PATH, simulated } from './harness'

interface Category {
  readonly name: string
  /** How often a pure read is repeated. */
  readonly repeats: number
  readonly codes: readonly string[]
}

/** The contract of the native layer: HRESULT to category and reaction. */
const CATEGORIES: readonly Category[] = [
  { name: 'access-denied', repeats: 0, codes: ['80041003', '80070005', '8001011B', '80041062', '8007052E'] },
  { name: 'no-hyperv', repeats: 0, codes: ['8004100E'] },
  {
    name: 'not-supported',
    repeats: 0,
    codes: ['80041010', '80041011', '80041012', '8004102E', '80041055'],
  },
  { name: 'job-not-found', repeats: 0, codes: ['80041002'] },
  { name: 'wmi-unavailable', repeats: 0, codes: ['80040154', '80080005'] },
  { name: 'invalid-argument', repeats: 0, codes: ['8004103A', '80041008', '8004102F', '80041021'] },
  {
    name: 'provider-failed',
    repeats: 2,
    codes: ['80041013', '80041014', '80041004', '80041081', '8004108A'],
  },
  { name: 'busy', repeats: 3, codes: ['80041009', '80041045', '80043001'] },
  {
    name: 'disconnected',
    repeats: 1,
    codes: [
      '800706BA',
      '800706BE',
      '800706BF',
      '80010108',
      '80010007',
      '80010012',
      '800401FD',
      '80010006',
      '80041015',
      '80041086',
      '80041033',
      '80080008',
    ],
  },
  { name: 'timed-out', repeats: 0, codes: ['80041069', '80041088', '8001011F'] },
  { name: 'cancelled', repeats: 1, codes: ['80010002', '8007071A', '80041032'] },
  { name: 'quota', repeats: 1, codes: ['8004106C', '80041006', '8007000E'] },
  { name: 'internal', repeats: 0, codes: ['80010106', '800401F0', '8001010E', '80010119'] },
  { name: 'needs-within', repeats: 0, codes: ['80042002'] },
  { name: 'unknown', repeats: 0, codes: ['8004FFFF', '80131500'] },
]

/** What keeps a reconnection trying. */
const PASSING = ['disconnected', 'provider-failed', 'busy', 'cancelled', 'quota', 'timed-out']

type When = 'first' | 'second' | 'every'
const WHEN: readonly When[] = ['first', 'second', 'every']

interface Case {
  readonly category: Category
  readonly hresult: string
  readonly when: When
}

/** The further codes of a category take the same path as its first one: once each is enough. */
const CASES: readonly Case[] = CATEGORIES.flatMap(category =>
  category.codes.flatMap((code, i) =>
    (i === 0 ? WHEN : WHEN.slice(0, 1)).map(when => ({ category, hresult: `0x${code}`, when })),
  ),
)

const CALL_NUMBERS = { first: [1], second: [2], every: null }

function faulty(operation: Operation, { hresult, when }: Case): Scenario {
  return { ...failedJob({ errors: [] }), faults: [{ operation, calls: CALL_NUMBERS[when], hresult }] }
}

/** How a call ended: `ok` or the category of its error, whose class and code are checked. */
async function outcomeOf(call: Promise<unknown>, { hresult }: Case): Promise<string> {
  try {
    await call
    return 'ok'
  } catch (error) {
    assert.ok(error instanceof WbemError, String(error))
    assert.equal(error.hresult, Number(hresult))
    return error.category
  }
}

/** What two calls should lead to, by the contract. */
function expected({ category, when }: Case, pure: boolean) {
  const repeats = pure ? category.repeats : 0
  let attempts = 0
  let repetitions = 0
  let lost = false
  let reconnects = 0
  const outcomes = [1, 2].map(() => {
    for (let repeat = 0; ; repeat++) {
      if (lost) reconnects += 1
      lost = false
      attempts += 1
      const fails = when === 'every' || attempts === (when === 'first' ? 1 : 2)
      if (!fails) return 'ok'
      lost = category.name === 'disconnected'
      if (repeat === repeats) return category.name
      repetitions += 1
    }
  })
  return { outcomes, attempts, repetitions, reconnects }
}

interface Subject {
  readonly name: string
  readonly operation: Operation
  readonly pure: boolean
  call(session: Session): Promise<unknown>
}

const SUBJECTS: readonly Subject[] = [
  { name: 'getErrorEx', operation: 'execMethod', pure: true, call: session => session.getErrorEx(JOB_ID) },
  {
    name: 'execMethod',
    operation: 'execMethod',
    pure: false,
    call: session => session.execMethod(JOB_PATH, 'GetErrorEx'),
  },
  { name: 'job', operation: 'getObject', pure: true, call: session => session.job(JOB_ID) },
  { name: 'jobs', operation: 'query', pure: true, call: session => session.jobs() },
  { name: 'jobs, while enumerating', operation: 'next', pure: true, call: session => session.jobs() },
]

let size = 0

async function check(subject: Subject, entry: Case, ctx: Context): Promise<void> {
  const session = await ctx.connect()
  const outcomes: string[] = []
  for (const _ of [1, 2]) outcomes.push(await outcomeOf(subject.call(session), entry))
  const { repetitions, reconnects } = session.stats()
  const reached = (await ctx.simulator.calls()).filter(({ operation }) => operation === subject.operation)
  assert.deepEqual(
    { outcomes, attempts: reached.length, repetitions, reconnects },
    expected(entry, subject.pure),
    `${entry.hresult} (${entry.category.name}), ${entry.when} call`,
  )
  size += 1
}

describe('the fault matrix', () => {
  after(() => console.log(`# fault matrix: ${size} cases`))

  for (const subject of SUBJECTS) {
    describe(subject.name, () => {
      for (const entry of CASES) {
        const name = `meets ${entry.hresult} (${entry.category.name}) at the ${entry.when} call`
        simulated(name, faulty(subject.operation, entry), ctx => check(subject, entry, ctx))
      }
    })
  }

  describe('connect', () => {
    for (const entry of CASES) {
      const { category, hresult, when } = entry
      const name = `meets ${hresult} (${category.name}) at the ${when} call`
      if (when === 'second') {
        // The second connection is made because a call finds the first one gone.
        const lost = { operation: 'execMethod', calls: [1], hresult: '0x800706BE' } as const
        const { faults = [], ...rest } = faulty('connect', entry)
        simulated(name, { ...rest, faults: [...faults, lost] }, async ctx => {
          const session = await ctx.connect()
          const passing = PASSING.includes(category.name)
          const outcome = await outcomeOf(session.getErrorEx(JOB_ID), entry)
          assert.equal(outcome, passing ? 'ok' : category.name)
          assert.equal(session.stats().reconnects, passing ? 1 : 0)
          assert.equal(session.stats().state, passing ? 'connected' : 'disconnected')
          size += 1
        })
      } else {
        simulated(name, faulty('connect', entry), async ctx => {
          assert.equal(await outcomeOf(ctx.connect(), entry), category.name)
          const again = await outcomeOf(ctx.connect(), entry)
          assert.equal(again, when === 'every' ? category.name : 'ok')
          size += 1
        })
      }
    }
  })

  /** In ratio to an idle run of the same length, with what a timer of Wine is off by as a floor. */
  simulated(
    'never holds the event loop',
    { ...failedJob({ errors: [] }), faults: [{ operation: 'execMethod', calls: [2, 5], hangMs: 100 }] },
    async ctx => {
      const session = await ctx.connect()
      const idle = await loopDelay(() => new Promise(resolve => setTimeout(resolve, 300)))
      const busy = await loopDelay(async () => {
        for (let i = 0; i < 10; i++) {
          await session.getErrorEx(JOB_ID, { timeoutMs: 50 }).catch(() => {})
        }
      })
      assert.ok(busy < Math.max(20, 3 * idle), `event loop delay ${busy} ms, idle ${idle} ms`)
    },
  )
})

/** The 99th percentile of the event loop's delay, in milliseconds. */
async function loopDelay(work: () => Promise<unknown>): Promise<number> {
  const histogram = monitorEventLoopDelay({ resolution: 5 })
  histogram.enable()
  await work()
  histogram.disable()
  return histogram.percentile(99) / 1e6
}
