/** Runs operations straight on the native contract and writes down what they answer, in JSON. */
import type { NativeAddon, NativeSession, NativeSettings, SubmitStatus } from '../../lib/wmi/addon'

type Start = (session: NativeSession, ticket: number) => SubmitStatus

/** A session without anything above it. */
export class RawSession {
  readonly #session: NativeSession
  readonly #settled: Settled

  private constructor(addon: NativeAddon, settled: Settled, settings: NativeSettings) {
    this.#settled = settled
    this.#session = new addon.Session(settings)
  }

  static make(addon: NativeAddon, settings: Partial<NativeSettings> = {}): RawSession {
    return new RawSession(addon, settledOf(addon), { ...SETTINGS, ...settings })
  }

  /** `{ failure }` or `{ result }`, or the status of a call that was refused. */
  run(start: Start): Promise<unknown> {
    // A pending connect keeps no process alive.
    const alive = setInterval(() => {}, 60_000)
    return new Promise(resolve => {
      const ticket = this.#settled.add(resolve)
      const status = start(this.#session, ticket)
      if (status !== 0) resolve({ status })
    }).finally(() => clearInterval(alive))
  }

  close(): void {
    this.#session.close()
  }
}

const SETTINGS: NativeSettings = {
  host: null,
  namespace: 'root\\virtualization\\v2',
  user: null,
  password: null,
  authority: null,
  locale: null,
  maxWorkers: 2,
  maxQueued: 16,
}

/** An addon takes one callback in its life. */
class Settled {
  readonly #waiting = new Map<number, (answer: unknown) => void>()
  #last = 0

  constructor(addon: NativeAddon) {
    addon.onSettle(
      (ticket, failure, result) => {
        this.#waiting.get(ticket)?.(failure === null ? { result: plain(result) } : { failure })
        this.#waiting.delete(ticket)
      },
      () => setImmediate(() => addon.settleMore()),
    )
  }

  add(resolve: (answer: unknown) => void): number {
    this.#last += 1
    this.#waiting.set(this.#last, resolve)
    return this.#last
  }
}

const addons = new WeakMap<NativeAddon, Settled>()

function settledOf(addon: NativeAddon): Settled {
  const settled = addons.get(addon) ?? new Settled(addon)
  addons.set(addon, settled)
  return settled
}

/** What JSON cannot hold, as text that names its type; the time of an event, which is never the same, left out. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'number' && !Number.isFinite(value)) return `real ${value}`
  if (value === undefined) return 'undefined'
  if (typeof value === 'string')
    return value.replace(/[\ud800-\udfff]/gu, unit => `U+${unit.charCodeAt(0).toString(16)}`)
  if (Array.isArray(value)) {
    return value.map((item, index) => (value[index - 2] === 'TIME_CREATED' ? 'now' : plain(item)))
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]))
}
