/**
 * A scripted stand-in for the native addon, so that what sessions do can be tested on every system. It keeps the
 * addon's rules about threads: a call runs on one of `maxWorkers` threads, an abandoned one holds its thread until it
 * returns, connections are made on a thread of their own.
 */
import { clearInterval, setInterval } from '../../lib/base/clock'
import type {
  NativeAddon,
  NativeFailure,
  NativeFork,
  NativeObject,
  NativeProperties,
  NativeSession,
  NativeSettings,
  NativeSettle,
  NativeStats,
  SubmitStatus,
} from '../../lib/wmi/addon'
import { Submitted } from '../../lib/wmi/addon'

export interface FakeCall {
  readonly operation: 'connect' | 'execMethod' | 'getObject' | 'query' | 'subscribe' | 'nextEvents'
  /** Path, query, or empty. */
  readonly object: string
  readonly method: string | null
  /** Of this operation in this addon, from 1. */
  readonly number: number
  readonly inParams: readonly unknown[] | null
  readonly session: FakeSession
}

/** What a call answers: a value, a failure made by {@link hresult}, or a promise of either. */
export type Answer = unknown
export type Script = (call: FakeCall) => Answer

/** To be thrown or returned by a script. */
export class Fails {
  constructor(readonly failure: NativeFailure) {}
}

export function hresult(code: number, operation = 'IWbemServices'): Fails {
  const nothing = { message: null, description: null, extendedOperation: null, parameterInfo: null }
  return new Fails({ kind: 'wbem', hresult: code >>> 0, operation, ...nothing, providerName: null })
}

/** A promise and what settles it. */
export function deferred<Value = unknown>() {
  let resolve: (value: Value) => void = () => {}
  const promise = new Promise<Value>(settle => {
    resolve = settle
  })
  return { promise, resolve }
}

/** Never answers. */
export const HANGS = new Promise<never>(() => {})

const TYPES = { number: 19, string: 8, boolean: 11 } as const

const DATETIME = /^\d{14}\.\d{6}[+-:]\d{3}$/

/** Triples of properties: numbers are uint32, texts string or datetime; arrays of texts, null and bigint as well. */
export function properties(values: Readonly<Record<string, unknown>>): NativeProperties {
  return Object.entries(values).flatMap(([name, value]) => {
    const item = Array.isArray(value) ? value[0] : value
    const isDate = typeof item === 'string' && DATETIME.test(item)
    const type = isDate
      ? 101
      : typeof item === 'bigint'
        ? 21
        : (TYPES[typeof item as keyof typeof TYPES] ?? 8)
    return [name, Array.isArray(value) ? type | 0x2000 : type, value as string]
  })
}

export function instance(
  className: string,
  values: Readonly<Record<string, unknown>>,
  path: string | null = null,
): NativeObject {
  return { className, path, properties: properties(values) }
}

interface Running {
  /** Of a call that looks whether it was abandoned. */
  readonly end: (() => void) | null
  abandonedAt: number | null
}

/** `maxStuck`: how many threads may be held by abandoned calls before further calls wait. */
export class FakeAddon implements NativeAddon {
  readonly calls: FakeCall[] = []
  readonly sessions: FakeSession[] = []
  readonly #script: Script
  readonly maxStuck: number
  settle: NativeSettle = () => {}
  #held = 0
  #keepsAlive: NodeJS.Timeout | undefined
  readonly Session: NativeAddon['Session']

  constructor(script: Script, { maxStuck = 4 }: { readonly maxStuck?: number } = {}) {
    this.#script = script
    this.maxStuck = maxStuck
    const addon = this
    this.Session = class extends FakeSession {
      constructor(settings: NativeSettings | NativeFork) {
        super(addon, settings)
        addon.sessions.push(this)
      }
    }
  }

  onSettle(settle: NativeSettle): void {
    this.settle = settle
  }

  settleMore(): void {}

  /** A pending call keeps the process alive; one that was abandoned does not, nor does a connection. */
  hold(calls: 1 | -1): void {
    this.#held += calls
    clearInterval(this.#keepsAlive)
    if (this.#held > 0) this.#keepsAlive = setInterval(() => {}, 1_000_000)
  }

  count(operation: FakeCall['operation'], object?: string): number {
    return this.calls.filter(
      call => call.operation === operation && (object === undefined || call.object === object),
    ).length
  }

  async answer(call: Omit<FakeCall, 'number'>): Promise<unknown> {
    const numbered = { ...call, number: this.count(call.operation) + 1 }
    this.calls.push(numbered)
    return this.#script(numbered)
  }
}

export class FakeSession implements NativeSession {
  readonly #addon: FakeAddon
  readonly settings: NativeSettings | NativeFork
  readonly #queue: (() => void)[] = []
  readonly #queued = new Map<number, () => void>()
  readonly #running = new Map<number, Running>()
  readonly #connecting = new Map<number, Running>()
  #closed = false

  constructor(addon: FakeAddon, settings: NativeSettings | NativeFork) {
    this.#addon = addon
    this.settings = settings
  }

  get isClosed(): boolean {
    return this.#closed
  }

  connect(ticket: number): SubmitStatus {
    if (this.#closed) return Submitted.closed
    this.#run(ticket, this.#connecting, { operation: 'connect', object: '', method: null, inParams: null })
    return Submitted.accepted
  }

  execMethod(
    ticket: number,
    object: string,
    _className: string | null,
    method: string,
    inParams: readonly unknown[] | null,
  ): SubmitStatus {
    return this.#submit(ticket, { operation: 'execMethod', object, method, inParams })
  }

  getObject(ticket: number, object: string): SubmitStatus {
    return this.#submit(ticket, { operation: 'getObject', object, method: null, inParams: null })
  }

  query(ticket: number, object: string): SubmitStatus {
    return this.#submit(ticket, { operation: 'query', object, method: null, inParams: null })
  }

  subscribe(ticket: number, object: string): SubmitStatus {
    return this.#submit(ticket, { operation: 'subscribe', object, method: null, inParams: null })
  }

  nextEvents(ticket: number): SubmitStatus {
    return this.#submit(ticket, { operation: 'nextEvents', object: '', method: null, inParams: null })
  }

  abandon(ticket: number): boolean {
    const queued = this.#queued.get(ticket)
    if (queued !== undefined) {
      this.#addon.hold(-1)
      this.#queued.delete(ticket)
      this.#queue.splice(this.#queue.indexOf(queued), 1)
      return false
    }
    const running = this.#running.get(ticket) ?? this.#connecting.get(ticket)
    if (running === undefined || running.abandonedAt !== null) return false
    running.abandonedAt = performance.now()
    if (this.#running.has(ticket)) this.#addon.hold(-1)
    if (running.end !== null) setImmediate(running.end)
    this.#next()
    return true
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const ticket of [...this.#queued.keys(), ...this.#running.keys()]) this.abandon(ticket)
  }

  stats(): NativeStats {
    const running = [...this.#running.values()]
    const abandoned = [...running, ...this.#connecting.values()].filter(call => call.abandonedAt !== null)
    const since = Math.min(...abandoned.map(call => call.abandonedAt ?? 0))
    return {
      workers: running.length,
      stuckWorkers: abandoned.length,
      idleWorkers: 0,
      queued: this.#queue.length,
      inFlight: running.filter(call => call.abandonedAt === null).length,
      oldestAbandonedMs: abandoned.length === 0 ? 0 : performance.now() - since,
    }
  }

  #submit(ticket: number, call: Omit<FakeCall, 'number' | 'session'>): SubmitStatus {
    if (this.#closed) return Submitted.closed
    if (this.#queue.length >= this.settings.maxQueued) return Submitted.queueFull
    const start = () => {
      this.#queued.delete(ticket)
      this.#run(ticket, this.#running, call)
    }
    this.#addon.hold(1)
    this.#queued.set(ticket, start)
    this.#queue.push(start)
    this.#next()
    return Submitted.accepted
  }

  #next(): void {
    if (this.#closed) return
    const stuck = [...this.#running.values()].filter(call => call.abandonedAt !== null).length
    const threads = this.settings.maxWorkers + Math.min(stuck, this.#addon.maxStuck)
    while (this.#running.size < threads) {
      const start = this.#queue.shift()
      if (start === undefined) return
      start()
    }
  }

  #run(ticket: number, among: Map<number, Running>, call: Omit<FakeCall, 'number' | 'session'>): void {
    const settle = (failure: NativeFailure | null, result: unknown) => {
      if (!among.delete(ticket)) return
      if (among === this.#running && running.abandonedAt === null) this.#addon.hold(-1)
      const isAbandoned = running.abandonedAt !== null
      if (!this.#closed)
        this.#addon.settle(ticket, isAbandoned ? null : failure, isAbandoned ? undefined : result)
      this.#next()
    }
    const end = call.operation === 'nextEvents' ? () => settle(null, undefined) : null
    const running: Running = { end, abandonedAt: null }
    among.set(ticket, running)
    this.#addon.answer({ ...call, session: this }).then(
      result => (result instanceof Fails ? settle(result.failure, undefined) : settle(null, result)),
      (error: unknown) => {
        if (!(error instanceof Fails)) throw error
        settle(error.failure, undefined)
      },
    )
  }
}
