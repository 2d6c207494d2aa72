/**
 * WMI's events about jobs as one stream for all who listen in a session: one server-side subscription over a
 * connection and threads of its own, which comes back by itself.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { jitteredBackOff } from './back-off'
import { instanceFromNative } from './native/convert'
import { deadlineOf, type Transport } from './native/transport'
import type { NativeObject, NativeValue } from './native/types'
import { jobPath } from './object-path'
import { type Job, jobFromInstance } from './records/job'
import { WbemError } from './wbem-error'

export type JobEvent =
  | { readonly kind: 'present'; readonly job: Job }
  /** `job` as it was at the end. */
  | { readonly kind: 'removed'; readonly job: Job }

/** What a listener is told. */
export interface FeedListener {
  /** Events come from here on: what happened before is to be had by listing. */
  subscribed(): void
  events(events: readonly JobEvent[]): void
  /** Events may be lost from here on, until `subscribed` is called again. */
  lost(error: unknown): void
  /** There will be no more events: the reason is not a passing one. */
  failed(error: unknown): void
}

/** Polling interval for a class whose provider raises no events itself; WMI asks for it by 0x80042002. */
const kWithinSeconds = 2
/** A quiet provider is heard of every ten seconds; one that is silent for longer hangs. */
const kHungMs = 30_000
const kBackOff = { baseMs: 100, maxMs: 5_000 }

const kFinal = new Set(['access-denied', 'no-hyperv', 'not-supported', 'wmi-unavailable', 'invalid-argument'])

export class EventFeed {
  readonly #fork: () => Transport
  /** Each listener with the classes it wants. */
  readonly #listeners = new Map<FeedListener, readonly string[]>()
  #running: { readonly controller: AbortController; readonly classes: readonly string[] } | undefined
  #subscribed = false

  constructor(fork: () => Transport) {
    this.#fork = fork
  }

  /** The function ends the listening; with the last listener the subscription is released. */
  listen(classes: readonly string[], listener: FeedListener): () => void {
    this.#listeners.set(listener, classes)
    const covered =
      this.#running !== undefined && classes.every(name => this.#running?.classes.includes(name))
    if (!covered) this.#restart()
    else if (this.#subscribed) queueMicrotask(() => listener.subscribed())
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.close()
    }
  }

  close(): void {
    this.#running?.controller.abort()
    this.#running = undefined
    this.#subscribed = false
  }

  #restart(): void {
    this.close()
    const classes = [...new Set([...this.#listeners.values()].flat())]
    const controller = new AbortController()
    this.#running = { controller, classes }
    void this.#run(classes, controller.signal)
  }

  async #run(classes: readonly string[], signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt++) {
      const transport = this.#fork()
      try {
        await this.#subscribe(transport, classes, signal)
        signal.throwIfAborted()
        attempt = 0
        this.#subscribed = true
        this.#tell(listener => listener.subscribed())
        await this.#deliver(transport, signal)
      } catch (error) {
        if (signal.aborted) return
        this.#subscribed = false
        const final = !(error instanceof WbemError) ? false : kFinal.has(error.category)
        this.#tell(listener => (final ? listener.failed(error) : listener.lost(error)))
        if (final) return
      } finally {
        transport.close()
      }
      await delay(jitteredBackOff(kBackOff, attempt), undefined, { signal }).catch(() => {})
    }
  }

  async #subscribe(transport: Transport, classes: readonly string[], signal: AbortSignal): Promise<void> {
    const deadline = () => deadlineOf({ timeoutMs: kHungMs, signal })
    const target = { operation: 'subscribe', object: classes.join(', ') }
    const subscribe = (within: boolean) =>
      transport.run(target, deadline(), (native, ticket) =>
        native.subscribe(ticket, eventQuery(classes, within)),
      )
    await transport.run(target, deadline(), (native, ticket) => native.connect(ticket))
    try {
      await subscribe(false)
    } catch (error) {
      if (!(error instanceof WbemError && error.category === 'needs-within')) throw error
      await subscribe(true)
    }
  }

  /** Ends by an error or the signal alone. */
  async #deliver(transport: Transport, signal: AbortSignal): Promise<void> {
    const target = { operation: 'watch', object: 'job events' }
    while (!signal.aborted) {
      const deadline = deadlineOf({ timeoutMs: kHungMs, signal })
      const objects = await transport.run(target, deadline, (native, ticket) => native.nextEvents(ticket))
      const events = (objects as NativeObject[]).map(eventFromNative).filter(event => event !== null)
      if (events.length > 0) this.#tell(listener => listener.events(events))
    }
  }

  #tell(what: (listener: FeedListener) => void): void {
    for (const listener of [...this.#listeners.keys()]) what(listener)
  }
}

function eventQuery(classes: readonly string[], within: boolean): string {
  const isa = classes.map(name => `TargetInstance ISA '${name}'`).join(' OR ')
  const polling = within ? ` WITHIN ${kWithinSeconds}` : ''
  return `SELECT * FROM __InstanceOperationEvent${polling} WHERE ${classes.length > 1 ? `(${isa})` : isa}`
}

/** Null for an event that carries no instance. */
function eventFromNative(event: NativeObject): JobEvent | null {
  const at = event.properties.indexOf('TargetInstance')
  const target = at === -1 ? null : (event.properties[at + 2] as NativeValue)
  if (target === null || typeof target !== 'object' || Array.isArray(target)) return null
  const job = jobFromNative(target)
  return { kind: event.className === '__InstanceDeletionEvent' ? 'removed' : 'present', job }
}

/** An instance inside an event may come without a path. */
export function jobFromNative(object: NativeObject): Job {
  const job = jobFromInstance(instanceFromNative(object), object.path)
  if (job.path !== null || typeof job.instanceId !== 'string') return job
  return { ...job, path: jobPath(job.className, job.instanceId) }
}
