/** Public calls × deadlines, reconnects × callers, and calls that return after everybody has left. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connect, isHyperVError, type Session } from '../../lib/entries'
import { deferred, Fails, type FakeCall, HANGS, hresult, instance, properties } from '../support/fake-addon'
import { FAILED, fakeHost, job, NO_ERRORS, pathOf } from '../support/fake-host'

const RAW = ['<INSTANCE CLASSNAME="Msvm_Error"/>']
const SERVICE = 'Msvm_VirtualSystemManagementService=@'
const LOST = hresult(0x800706be)
const DOWN = hresult(0x800706ba)
const DENIED = hresult(0x80041003)

const codeOf = (reason: unknown) => (isHyperVError(reason) ? reason.code : String(reason))

async function outcomeOf(call: Promise<unknown>): Promise<string> {
  return call.then(() => 'ok', codeOf)
}

interface Composed {
  readonly name: string
  /** What one undisturbed call asks the host, in order. */
  readonly asks: readonly FakeCall['operation'][]
  /** What the call ends with when its last inner call hangs; any earlier one ends it with ERR_TIMEOUT. */
  readonly lastHangs?: string
  /** All inner calls are made at once: what is queued behind a hung one starts when that one is given up. */
  readonly isConcurrent?: boolean
  call(session: Session, options: { timeoutMs: number }): Promise<unknown>
}

const COMPOSED: readonly Composed[] = [
  {
    name: 'cancel',
    asks: ['getObject', 'execMethod', 'getObject'],
    lastHangs: 'ok',
    call: (session, options) => session.cancel('J', 'kill', options),
  },
  {
    name: 'formatError',
    asks: ['query', 'execMethod'],
    call: (session, options) => session.formatError(RAW, options),
  },
  {
    name: 'jobs of two classes',
    asks: ['query', 'query'],
    isConcurrent: true,
    call: (session, options) =>
      session.jobs({ classes: ['Msvm_MigrationJob', 'Msvm_StorageJob'], ...options }),
  },
  {
    name: 'invoke',
    asks: ['execMethod'],
    call: (session, options) => session.invoke(SERVICE, 'FormatError', {}, options),
  },
]

/** Answers every call; the one with the number `hanging` (from 0, without connects) never returns. */
function hostThatHangsAt(hanging: number) {
  const asked: FakeCall['operation'][] = []
  const addon = fakeHost(new Map(), ({ operation, object }) => {
    if (operation === 'connect') return undefined
    asked.push(operation)
    if (asked.length - 1 === hanging) return HANGS
    if (operation === 'getObject') return job('J', { Cancellable: true })
    if (operation === 'execMethod') return properties({ ReturnValue: object === pathOf('J') ? 4096 : 0 })
    return object.includes('ManagementService') ? [instance(object, {}, SERVICE)] : []
  })
  return { addon, asked }
}

describe('a composed call', () => {
  for (const { name, asks, lastHangs = 'ERR_TIMEOUT', isConcurrent = false, call } of COMPOSED) {
    test(`asks what it says: ${name}`, async () => {
      const { addon, asked } = hostThatHangsAt(Number.POSITIVE_INFINITY)
      const session = await connect({ addon, maxWorkers: 1 })
      await call(session, { timeoutMs: 5_000 })
      assert.deepEqual(asked, asks)
      await session.close()
    })

    for (const [number, operation] of asks.entries()) {
      test(`ends at its deadline and asks nothing more: ${name}, ${operation} ${number + 1} hangs`, async () => {
        const { addon, asked } = hostThatHangsAt(number)
        const session = await connect({ addon, maxWorkers: 1 })
        const outcome = await outcomeOf(call(session, { timeoutMs: 60 }))
        assert.equal(outcome, number === asks.length - 1 ? lastHangs : 'ERR_TIMEOUT')
        assert.deepEqual(asked, isConcurrent ? asks : asks.slice(0, number + 1))
        await session.close({ timeoutMs: 1 })
      })
    }
  }
})

describe('a reconnect', () => {
  /** What the attempts answer from the second connect on, and what callers of either kind see. */
  const RECONNECTS = [
    { what: 'slow', first: 'slow', patient: 'ok', impatient: 'ERR_TIMEOUT', later: 'ok' },
    { what: 'hung', first: HANGS, patient: 'ERR_TIMEOUT', impatient: 'ERR_TIMEOUT', later: 'ERR_TIMEOUT' },
    { what: 'failing once', first: DOWN, patient: 'ok', impatient: 'ERR_TIMEOUT', later: 'ok' },
    { what: 'refused', first: DENIED, patient: 'ERR_WBEM', impatient: 'ERR_WBEM', later: 'ok' },
  ] as const

  for (const { what, first, patient, impatient, later } of RECONNECTS) {
    for (const [who, expected] of [
      ['patient', patient],
      ['impatient', impatient],
    ] as const) {
      test(`that is ${what} × a caller that is ${who}`, async () => {
        const slow = deferred()
        const addon = fakeHost(new Map(), ({ operation, number }) => {
          if (operation === 'connect' && number === 2) return first === 'slow' ? slow.promise : first
          return operation === 'execMethod' && number === 1 ? LOST : undefined
        })
        const session = await connect({ addon })
        const timeoutMs = expected === 'ERR_TIMEOUT' ? 20 : 20_000
        const calls = ['A', 'B', 'C'].map(id => outcomeOf(session.getErrorEx(id, { timeoutMs })))
        if (who === 'patient') slow.resolve(undefined)
        const outcomes = await Promise.all(calls)
        assert.equal(outcomes[0], expected)
        slow.resolve(undefined)
        const last = session.getErrorEx('D', { timeoutMs: later === 'ok' ? 20_000 : 20 })
        assert.equal(await outcomeOf(last), later)
        assert.equal(session.stats().stuckWorkers, 0, 'an attempt holds no thread of a call')
        assert.ok(addon.count('connect') <= 3)
        await session.close({ timeoutMs: 1 })
      })
    }
  }

  test('goes on beside a queue that is full', async () => {
    const answer = deferred()
    const addon = fakeHost(new Map(), ({ operation, object, number }) => {
      if (operation !== 'execMethod') return undefined
      if (number === 1) return LOST
      return object === pathOf('HELD') && number === 3 ? answer.promise : undefined
    })
    const session = await connect({ addon, maxWorkers: 1 })
    const [native] = addon.sessions
    assert.ok(native)
    const attempt = deferred()
    const honest = native.connect.bind(native)
    native.connect = ticket => {
      attempt.resolve(undefined)
      return honest(ticket)
    }
    const calls = Array.from({ length: native.settings.maxQueued + 1 }, (_, i) =>
      outcomeOf(session.getErrorEx(i === 2 ? 'HELD' : `J${i}`, { timeoutMs: 20_000 })),
    )
    await attempt.promise
    answer.resolve(NO_ERRORS)
    assert.ok((await Promise.all(calls)).every(outcome => outcome === 'ok'))
    assert.equal(addon.count('connect'), 2)
    await session.close()
  })
})

describe('a call that returns late', () => {
  for (const [what, answer] of [
    ['with a result', NO_ERRORS],
    ['with a failure', DOWN],
  ] as const) {
    test(`${what}: after its deadline it changes nothing, and its thread serves again`, async () => {
      const late = deferred<typeof NO_ERRORS | Fails>()
      const addon = fakeHost(new Map(), ({ operation, number }) =>
        operation === 'execMethod' && number === 1 ? late.promise : undefined,
      )
      const session = await connect({ addon, maxWorkers: 1 })
      await assert.rejects(session.getErrorEx('J', { timeoutMs: 10 }), { code: 'ERR_TIMEOUT' })
      assert.equal(session.stats().stuckWorkers, 1)
      late.resolve(answer)
      assert.equal((await session.getErrorEx('J')).errors, null)
      const { state, stuckWorkers, reconnects, failures } = session.stats()
      assert.deepEqual([state, stuckWorkers, reconnects], ['connected', 0, 0])
      assert.deepEqual(failures, { ERR_TIMEOUT: 1 })
      await session.close()
    })

    test(`${what}: after close nobody hears of it`, async () => {
      const late = deferred<typeof NO_ERRORS | Fails>()
      const addon = fakeHost(new Map(), ({ operation }) =>
        operation === 'execMethod' ? late.promise : undefined,
      )
      const session = await connect({ addon })
      const pending = outcomeOf(session.getErrorEx('J'))
      await session.close({ timeoutMs: 5 })
      assert.equal(await pending, 'ERR_CLOSED')
      // An addon that settles all the same, as a call does that was on its way when the session was closed.
      const failure = answer instanceof Fails ? answer.failure : null
      for (let ticket = 0; ticket < 8; ticket++)
        addon.settle(ticket, failure, failure === null ? answer : undefined)
      late.resolve(answer)
      assert.equal(session.stats().state, 'closed')
      await assert.rejects(session.getErrorEx('J'), { code: 'ERR_CLOSED' })
    })
  }
})

describe('a subscription whose first answer', () => {
  /** One code of each category, and what the watch does: subscribes again at once, or goes on by listings. */
  const LATE = [
    [0x80042002, 'again'],
    [0x800706be, 'again'],
    [0x80041004, 'again'],
    [0x80041009, 'again'],
    [0x80041010, 'listings'],
    [0x8004106c, 'listings'],
    [0x80041001, 'listings'],
  ] as const

  for (const [code, goesOn] of LATE) {
    test(`is 0x${code.toString(16)} hides no failed job`, async () => {
      const subscribed = deferred()
      const addon = fakeHost(new Map([[pathOf('A'), job('A', FAILED)]]), ({ operation, number }) => {
        if (operation === 'subscribe' && number === 2) subscribed.resolve(undefined)
        if (operation === 'getObject') return job('class')
        return operation === 'nextEvents' && number === 1 ? hresult(code) : undefined
      })
      const session = await connect({ addon })
      const items: string[] = []
      for await (const item of session.watch({ include: ['failed', 'state', 'gap'] })) {
        items.push(item.kind)
        if (item.kind !== 'failed') continue
        if (goesOn === 'again') await subscribed.promise
        break
      }
      assert.equal(items.at(-1), 'failed')
      await session.close({ timeoutMs: 1 })
    })
  }

  for (const code of [0x80041003, 0x80041017]) {
    test(`is 0x${code.toString(16)} ends the watch with it`, async () => {
      const addon = fakeHost(new Map(), ({ operation }) =>
        operation === 'nextEvents' ? hresult(code) : undefined,
      )
      const session = await connect({ addon })
      const drained = (async () => {
        for await (const _ of session.watch());
      })()
      await assert.rejects(drained, { code: 'ERR_WBEM', hresult: code })
      await session.close({ timeoutMs: 1 })
    })
  }
})
