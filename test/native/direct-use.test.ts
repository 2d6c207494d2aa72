/**
 * The addon used without the layer above it, as whoever loads `hyperv-job-errors/win32-x64` can: what is wrong with an
 * argument is said by an exception, and ends no process.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import type { NativeAddon } from '../../lib/wmi/addon'

const FILE = join(__dirname, '../../../build/Release/hyperv_job_errors.node')
const addon = require(FILE) as NativeAddon & Record<string, (...args: unknown[]) => unknown>
const REFUSED = { name: 'TypeError', code: 'ERR_INVALID_ARG' }

const SETTINGS = {
  host: null,
  namespace: 'root\\cimv2',
  user: null,
  password: null,
  authority: null,
  locale: null,
  maxWorkers: 1,
  maxQueued: 4,
}
const STRANGE: readonly unknown[] = [
  undefined,
  null,
  true,
  -1,
  Number.NaN,
  1n,
  'abc',
  Symbol('x'),
  {},
  [],
  () => {},
  Buffer.alloc(8),
  new Proxy({}, {}),
  Object.create(null),
]

/** What must not stop a process is tried in one of its own. */
function runScript(script: string) {
  const code = `const addon = require(${JSON.stringify(FILE)}); const settings = ${JSON.stringify(SETTINGS)}; ${script}`
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' })
  return { status, stdout: stdout.trim(), stderr }
}

function make(settings: unknown): unknown {
  return Reflect.construct(addon.Session, [settings])
}

describe('the constructor of a session', () => {
  test('refuses what are no settings', () => {
    for (const settings of STRANGE) assert.throws(() => make(settings), REFUSED)
    assert.throws(() => Reflect.apply(addon.Session, undefined, [SETTINGS]), TypeError)
  })

  test('refuses a parent that is no session of this addon', () => {
    const fork = (parent: unknown) => () => make({ parent, maxWorkers: 1, maxQueued: 1 })
    const strange = [...STRANGE.filter(value => value !== undefined), new Map()]
    for (const parent of strange) assert.throws(fork(parent), REFUSED)
    assert.doesNotThrow(fork(make(SETTINGS)))
  })

  test('refuses a setting of another type, and passes on what a getter throws', () => {
    const of = (name: string, types: readonly string[]) => {
      for (const value of STRANGE) {
        if (types.includes(value === null ? 'null' : typeof value)) continue
        assert.throws(() => make({ ...SETTINGS, [name]: value }), REFUSED, `${name} ${inspect(value)}`)
      }
    }
    of('namespace', ['string'])
    for (const name of ['host', 'user', 'password', 'authority', 'locale'])
      of(name, ['string', 'null', 'undefined'])
    for (const name of ['maxWorkers', 'maxQueued']) of(name, [])
    const error = new Error('from the getter')
    const settings = {
      ...SETTINGS,
      get locale() {
        throw error
      },
    }
    assert.throws(() => make(settings), error)
  })
})

/** Methods with the arguments of a call that is in order, the ticket first. */
const CALLS: Readonly<Record<string, readonly unknown[]>> = {
  connect: [],
  execMethod: ['path', 'Class', 'Method', ['Name', 1], ['ReturnValue']],
  getObject: ['path'],
  query: ['SELECT * FROM X'],
  subscribe: ['SELECT * FROM X'],
  nextEvents: [],
}

describe('the methods of a session', () => {
  test('refuse an object that is no session of this addon', () => {
    for (const name of [...Object.keys(CALLS), 'abandon', 'close', 'stats']) {
      const method = addon.Session.prototype[name as 'stats'] as unknown as () => unknown
      for (const object of [...STRANGE, Object.create(addon.Session.prototype)]) {
        assert.throws(() => Reflect.apply(method, object, [1, 'a', 'b', 'c', [], []]), TypeError, name)
      }
    }
  })

  test('refuse calls, and take no ticket for them, before there is somebody to settle them', () => {
    const { status, stdout, stderr } = runScript(`
      const session = new addon.Session(settings)
      try { session.connect(1) } catch (error) { console.log(error.message) }`)
    assert.deepEqual([status, stdout, stderr], [0, 'onSettle has to be called before the first call', ''])
  })

  test('refuse strange tickets, and arguments of another type than theirs', () => {
    const { status, stdout, stderr } = runScript(`
      addon.onSettle(() => {}, () => {})
      const session = new addon.Session(settings)
      const strange = [undefined, true, -1, NaN, 1n, Symbol('x'), {}, () => {}, Buffer.alloc(8), new Proxy([], {})]
      const calls = ${JSON.stringify(CALLS)}
      let refused = 0
      const attempt = (what, work) => {
        try {
          const status = work()
          if (![0, 1, 2, 3].includes(status)) console.log('answered', what, status)
        } catch (error) {
          if (!(error instanceof TypeError) || error.code !== 'ERR_INVALID_ARG') console.log(what, error)
          refused += 1
        }
      }
      for (const [name, args] of Object.entries(calls)) {
        for (const ticket of [undefined, null, 'abc', NaN, Infinity, 1n, {}, Symbol('x')]) {
          attempt(name, () => session[name](ticket, ...args))
        }
        args.forEach((_, at) => {
          for (const value of strange) attempt(name, () => session[name](1, ...args.with(at, value)))
        })
      }
      for (const array of [[Symbol('x')], ['A', Symbol('x')], ['A'], [1, 2], ['A', [[]]], ['A', 1n << 80n]]) {
        attempt('inParams', () => session.execMethod(1, 'p', 'C', 'M', array, null))
      }
      console.log(refused > 100 ? 'refused' : refused)
      session.close()`)
    assert.deepEqual([status, stdout, stderr], [0, 'refused', ''])
  })

  test('refuse a ticket that is in use', () => {
    const { status, stdout, stderr } = runScript(`
      addon.onSettle(() => {}, () => {})
      const session = new addon.Session(settings)
      session.query(7, 'SELECT * FROM X')
      try { session.query(7, 'SELECT * FROM X') } catch (error) { console.log(error.message) }
      session.close()
      console.log(session.query(8, 'SELECT * FROM X'))`)
    assert.deepEqual([status, stdout, stderr], [0, 'expected another `ticket`: this one is in use\n1', ''])
  })
})

test('onSettle refuses what is no function', () => {
  for (const value of STRANGE.filter(value => typeof value !== 'function')) {
    assert.throws(() => Reflect.apply(addon.onSettle, addon, [value, () => {}]), REFUSED)
    assert.throws(() => Reflect.apply(addon.onSettle, addon, [() => {}, value]), REFUSED)
  }
})
