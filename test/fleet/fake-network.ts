/** Hosts of which a test says what they do, behind the seam where a fleet connects. */
import { hostname } from 'node:os'
import { decodeErrorList } from '../../lib/diagnosis/error-list'
import type { Connect, WatchableSession } from '../../lib/fleet/host-watch'
import type { Job } from '../../lib/records/job'
import { jobFromInstance } from '../../lib/records/job'
import type { ConnectOptions } from '../../lib/session/connect-options'
import type { WatchOptions } from '../../lib/session/options'
import type { SessionStats } from '../../lib/session/results'
import type { FailedWithErrors, JobItem, WatchItem } from '../../lib/session/watch/items'

export function jobOf(instanceId: string, jobState = 10): Job {
  const properties = {
    InstanceID: { type: 'string', array: false, value: instanceId },
    JobState: { type: 'uint16', array: false, value: jobState },
  } as const
  return jobFromInstance({ className: 'Msvm_MigrationJob', properties }, null)
}

export function aboutJob(instanceId: string, jobState?: number): JobItem {
  return {
    job: jobOf(instanceId, jobState),
    id: `${instanceId}|${jobState ?? 10}`,
    host: '',
    virtualMachine: null,
  }
}

export function failed(instanceId: string): FailedWithErrors {
  const ref = { className: 'Msvm_MigrationJob', instanceId, path: '' }
  const result = { job: ref, returnValue: 0, ...decodeErrorList([]) } as const
  return { kind: 'failed', ...aboutJob(instanceId), result, error: null, isLate: false }
}

export function state(name: 'watching' | 'reconnecting', error: unknown = null): WatchItem {
  return { kind: 'state', state: name, error, host: '' }
}

type Step = { readonly item: WatchItem } | { readonly error: unknown }

/** One session: what is pushed comes out of its watch. */
export class FakeSession implements WatchableSession {
  /** Its items carry it. */
  host = ''
  isClosed = false
  /** How many items nobody has taken yet. */
  readonly steps: Step[] = []
  watchOptions: WatchOptions | undefined
  #wake: (() => void) | undefined

  push(...items: readonly WatchItem[]): void {
    for (const item of items) this.#step({ item })
  }

  fail(error: unknown): void {
    this.#step({ error })
  }

  async *watch(options: WatchOptions): AsyncIterableIterator<WatchItem, undefined> {
    this.watchOptions = options
    const { signal } = options
    signal?.addEventListener('abort', () => this.#wake?.())
    for (;;) {
      signal?.throwIfAborted()
      const step = this.steps.shift()
      if (step === undefined) {
        await new Promise<void>(resolve => {
          this.#wake = resolve
        })
      } else if ('error' in step) {
        throw step.error
      } else {
        yield from(this.host, step.item)
      }
    }
  }

  stats(): SessionStats {
    return {
      ...{ state: 'connected', calls: 0, failures: {}, repetitions: 0, reconnects: 0, pending: 0 },
      ...{ workers: 1, stuckWorkers: 0, idleWorkers: 1, queued: 0, inFlight: 0, oldestAbandonedMs: 0 },
      feed: null,
    }
  }

  async close(): Promise<void> {
    this.isClosed = true
  }

  #step(step: Step): void {
    this.steps.push(step)
    this.#wake?.()
  }
}

function from(host: string, item: WatchItem): WatchItem {
  return 'id' in item ? { ...item, host, id: `${host.toLowerCase()}|${item.id}` } : { ...item, host }
}

/** What an attempt to connect comes to. */
export type Attempt = (options: ConnectOptions) => Promise<FakeSession>

export class FakeNetwork {
  /** Every session there was, by host. */
  readonly sessions = new Map<string, FakeSession[]>()
  readonly attempts: string[] = []
  connecting = 0
  mostConnecting = 0
  readonly #hosts = new Map<string, Attempt>()
  readonly #waiting: { readonly isTrue: () => boolean; readonly resolve: () => void }[] = []

  /** Without a behaviour a host answers at once and is watched. */
  on(host: string, attempt: Attempt): void {
    this.#hosts.set(host, attempt)
  }

  readonly connect: Connect = async options => {
    const host = options.host ?? ''
    this.attempts.push(host)
    this.connecting += 1
    this.mostConnecting = Math.max(this.mostConnecting, this.connecting)
    this.#look()
    try {
      const session = await (this.#hosts.get(host) ?? watching)(options)
      session.host = host === '' ? hostname() : host
      this.sessions.set(host, [...(this.sessions.get(host) ?? []), session])
      return session
    } finally {
      this.connecting -= 1
      this.#look()
    }
  }

  /** The latest session of a host. */
  session(host: string): FakeSession {
    const session = this.sessions.get(host)?.at(-1)
    if (session === undefined) throw new Error(`nobody has connected to ${host}`)
    return session
  }

  /** Resolves when it is so; looked at whenever somebody connects or has connected. */
  until(isTrue: () => boolean): Promise<void> {
    return new Promise(resolve => {
      this.#waiting.push({ isTrue, resolve })
      this.#look()
    })
  }

  #look(): void {
    for (const { isTrue, resolve } of this.#waiting) if (isTrue()) resolve()
  }
}

export async function watching(): Promise<FakeSession> {
  const session = new FakeSession()
  session.push(state('watching'))
  return session
}

/** Never answers, until it is given up. */
export function hung({ signal }: ConnectOptions): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason))
  })
}
