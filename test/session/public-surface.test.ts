/** Whatever the public functions are given, they throw documented errors alone. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import * as cimxml from '../../lib/entries/cimxml'
import * as diagnosis from '../../lib/entries/diagnosis'
import * as root from '../../lib/entries/index'
import { fakeHost, job, pathOf } from '../support/fake-host'

const RUNS = 300
/** A call that is accepted and waits for something is as good as one that ends. */
const SOON_MS = 25

const throwing = new Proxy(
  {},
  {
    get() {
      throw new RangeError('from a trap')
    },
    has() {
      throw new RangeError('from a trap')
    },
    ownKeys() {
      throw new RangeError('from a trap')
    },
    getPrototypeOf() {
      throw new RangeError('from a trap')
    },
  },
)

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}

function withGetter(name: string): object {
  return Object.defineProperty({}, name, {
    enumerable: true,
    get() {
      throw new RangeError('from a getter')
    },
  })
}

const NAMES = [
  'signal', 'timeoutMs', 'onProgress', 'classes', 'include', 'maxQueued', 'failedOnly', 'host', 'namespace',
  'credentials', 'locale', 'maxWorkers', 'addon', 'path', 'className', 'instanceId', 'jobState', 'message', 'errors',
] // biome-ignore format: a list

/** Values that are odd; behind functions, because fast-check itself looks into what it generates. */
const ODD: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  -1,
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 53,
  10n,
  '',
  ' ',
  '\0',
  '\ud800',
  '\u202e',
  'x',
  'terminate',
  Symbol('s'),
  Symbol.iterator,
  () => {},
  class {},
  [],
  {},
  [null],
  ['x'],
  [Symbol('s')],
  new Date(Number.NaN),
  /x/,
  new Map(),
  new Set(),
  Buffer.from('x'),
  new Uint8Array(3),
  new ArrayBuffer(2),
  Object.create(null),
  new Error('x'),
  Promise.resolve(),
  throwing,
  revoked({}),
  revoked([]),
  new Array(100_000),
  'x'.repeat(100_000),
  { toString: null },
  {
    toString() {
      throw new RangeError('toString')
    },
  },
  {
    [Symbol.toPrimitive]() {
      throw new RangeError('toPrimitive')
    },
  },
  { length: 3 },
  globalThis,
  process,
  { errors: [throwing] },
  { message: throwing },
  AbortSignal.abort(new root.ClosedError('aborted')),
]

const odd: fc.Arbitrary<() => unknown> = fc.oneof(
  fc.nat(ODD.length - 1).map(index => () => ODD[index]),
  fc.constantFrom(...NAMES).map(name => () => withGetter(name)),
  fc.dictionary(fc.constantFrom(...NAMES), fc.anything(), { maxKeys: 3 }).map(value => () => value),
  fc.tuple(fc.constantFrom(...NAMES), fc.nat(ODD.length - 1)).map(([name, index]) => () => ({
    [name]: ODD[index],
  })),
  fc
    .anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withNullPrototype: true,
      withSparseArray: true,
    })
    .map(value => () => value),
  fc.string({ unit: 'binary' }).map(value => () => value),
)

const pathOfJob = pathOf('J')
type Call = (...values: unknown[]) => unknown

/** Each exported function by name; classes and constants are not called. */
function functionsOf(module: object): [string, Call][] {
  return Object.entries(module).filter(
    (entry): entry is [string, Call] =>
      typeof entry[1] === 'function' && !/^class\b/.test(Function.prototype.toString.call(entry[1])),
  )
}

async function ends(call: () => unknown): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  try {
    const soon = new Promise(resolve => {
      timer = setTimeout(resolve, SOON_MS)
    })
    const result = call()
    if (typeof result === 'object' && result !== null && 'next' in result && 'return' in result) {
      await (result as AsyncIterator<unknown>).return?.()
      return
    }
    const promise = Promise.resolve(result)
    promise.catch(() => {})
    await Promise.race([promise, soon])
  } catch (error) {
    if (!root.isHyperVError(error)) {
      throw new Error(`not documented: ${error instanceof Error ? error.stack : typeof error}`)
    }
  } finally {
    clearTimeout(timer)
  }
}

async function check(call: Call, arity: number): Promise<void> {
  const args = fc.array(odd, { minLength: 0, maxLength: arity })
  await fc.assert(
    fc.asyncProperty(args, async values => ends(() => call(...values.map(value => value())))),
    { numRuns: RUNS },
  )
}

describe('given anything, only documented errors come from', () => {
  for (const [module, functions] of Object.entries({ root, cimxml, diagnosis })) {
    for (const [name, call] of functionsOf(functions)) {
      test(`${module}.${name}`, () => check(call, Math.max(2, call.length)))
    }
  }

  describe('a session’s', () => {
    let session: root.Session
    before(async () => {
      session = await root.connect({ addon: fakeHost(new Map([[pathOfJob, job('J', { JobState: 7 })]])) })
    })
    after(() => session.close({ timeoutMs: 1 }))

    const methods: [string, Call][] = Object.entries({
      getErrorEx: (...values) => session.getErrorEx(...(values as [string])),
      getError: (...values) => session.getError(...(values as [string])),
      jobs: (...values) => session.jobs(...(values as [])),
      job: (...values) => session.job(...(values as [string])),
      'job, options': (...values) => session.job('J', ...(values as [])),
      wait: (...values) => session.wait(...(values as [string])),
      'wait, options': (...values) => session.wait('J', ...(values as [])),
      watch: (...values) => session.watch(...(values as [])),
      cancel: (...values) => session.cancel(...(values as [string, 'kill'])),
      'cancel, how': (...values) => session.cancel('J', ...(values as ['kill'])),
      formatError: (...values) => session.formatError(...(values as [[]])),
      execMethod: (...values) => session.execMethod(...(values as [string, string])),
      'execMethod, method': (...values) => session.execMethod(pathOfJob, ...(values as [string])),
      'execMethod, in-parameters': (...values) => session.execMethod(pathOfJob, 'Any', ...(values as [])),
      stats: () => session.stats(),
    } satisfies Record<string, Call>)
    for (const [name, call] of methods) test(name, () => check(call, 4))
  })

  test('close', () =>
    check(async (...values) => {
      const session = await root.connect({ addon: fakeHost() })
      await session.close(...(values as [])).finally(() => session.close())
    }, 2))
})

describe('an addon that is none', () => {
  const folder = tmpdir()
  const files = {
    'empty.node': '',
    'text.node': 'this is no addon',
    'code.js': 'globalThis.wasRun = true; module.exports = {}',
    'capitals.NODE': 'globalThis.wasRun = true; module.exports = {}',
  }
  for (const [name, content] of Object.entries(files)) {
    test(`is refused as ERR_LOAD: ${name}`, async () => {
      const file = join(folder, `hyperv-job-errors-${process.pid}-${name}`)
      writeFileSync(file, content)
      await assert.rejects(root.connect({ addon: file }), { code: 'ERR_LOAD' })
      assert.equal('wasRun' in globalThis, false)
    })
  }

  test('is refused as ERR_INVALID_ARG when it lacks what an addon has', async () => {
    for (const addon of [
      {},
      { onSettle() {} },
      { onSettle() {}, settleMore() {} },
      [],
      throwing,
      'relative.node',
    ]) {
      await assert.rejects(root.connect({ addon: addon as never }), { code: 'ERR_INVALID_ARG' })
    }
  })

  test('is refused as ERR_LOAD when it starts no session', async () => {
    class Session {
      constructor() {
        throw new TypeError('no session')
      }
    }
    const addon = { onSettle() {}, settleMore() {}, Session }
    await assert.rejects(root.connect({ addon: addon as never }), { code: 'ERR_LOAD' })
  })
})
