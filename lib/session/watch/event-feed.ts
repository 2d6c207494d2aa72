/**
 * WMI's events about jobs as one stream for all who listen in a session: one server-side subscription over a
 * connection and threads of its own, which comes back by itself.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { jitteredBackOff } from '../../base/back-off'
import { type Job, jobFromInstance } from '../../records/job'
import type { NativeObject, NativeValue } from '../../wmi/addon'
import { instanceFromNative } from '../../wmi/from-native'
import { jobPath } from '../../wmi/object-path'
import { AWAITING_EVENTS, connecting, gettingObject, type Operation, subscribing } from '../../wmi/operations'
import { REACTIONS, type Reaction } from '../../wmi/policy'
import { deadlineOf, type Transport } from '../../wmi/transport'
import { WbemError } from '../../wmi/wbem-error'

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
  /** There were no events and there will be none: the reason is not a passing one. */
  failed(error: unknown): void
}

/** Polling interval for a class whose provider raises no events itself; WMI asks for it by 0x80042002. */
const WITHIN_SECONDS = 2
/** A quiet provider is heard of every ten seconds; one that is silent for longer hangs. */
const HUNG_MS = 30_000
const BACK_OFF = { baseMs: 100, maxMs: 10_000 }
/** One call is made at a time; a second thread lets the feed go on when a call hangs, until that hangs as well. */
const WORKERS = 2
const QUEUED = 16

export class EventFeed {
  readonly #transport: Transport
  /** Each listener with the classes it wants. */
  readonly #listeners = new Map<FeedListener, readonly string[]>()
  #running: { readonly controller: AbortController; readonly classes: readonly string[] } | undefined
  #subscribed = false
  #hasWorked = false
  /** Why there are no events at present. */
  #loss: { readonly error: unknown } | undefined

  /** Takes a connection and threads of its own beside those of `transport`, while somebody listens. */
  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** The function ends the listening; with the last listener the subscription is released. */
  listen(classes: readonly string[], listener: FeedListener): () => void {
    this.#listeners.set(listener, classes)
    const running = this.#running
    const covered = running !== undefined && classes.every(name => running.classes.includes(name))
    if (!covered) this.#restart()
    else {
      queueMicrotask(() => {
        if (!this.#listeners.has(listener)) return
        if (this.#subscribed) listener.subscribed()
        else if (this.#loss !== undefined) listener.lost(this.#loss.error)
      })
    }
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.close()
    }
  }

  close(): void {
    this.#running?.controller.abort()
    this.#running = undefined
    this.#subscribed = false
    this.#loss = undefined
  }

  #restart(): void {
    const transport = this.#transport.fork(WORKERS, QUEUED)
    this.close()
    const classes = [...new Set([...this.#listeners.values()].flat())]
    const controller = new AbortController()
    this.#running = { controller, classes }
    void this.#run(transport, classes, controller.signal)
  }

  async #run(transport: Transport, classes: readonly string[], signal: AbortSignal): Promise<void> {
    try {
      for (let attempt = 0; !signal.aborted; attempt++) {
        try {
          await subscribe(transport, classes, signal)
          signal.throwIfAborted()
          this.#subscribed = true
          this.#hasWorked = true
          this.#loss = undefined
          this.#tell(listener => listener.subscribed())
          // Not by the subscription alone: one that fails with its first answer is not to be made at once again.
          await this.#deliver(transport, signal, () => {
            attempt = 0
          })
        } catch (error) {
          if (signal.aborted) return
          this.#subscribed = false
          // One that has worked keeps trying: the host may be restarting.
          const reaction = reactionTo(error)?.subscribe ?? 'again'
          if (!this.#hasWorked && reaction !== 'again') {
            this.close()
            this.#tell(listener => listener.failed(error))
            return
          }
          this.#loss = { error }
          this.#tell(listener => listener.lost(error))
        }
        await delay(jitteredBackOff(BACK_OFF, attempt), undefined, { signal })
      }
    } catch {
      // Stopped while it waited.
    } finally {
      transport.close()
    }
  }

  /** Ends by an error or the signal alone. */
  async #deliver(transport: Transport, signal: AbortSignal, onAnswer: () => void): Promise<void> {
    for (;;) {
      const deadline = deadlineOf({ timeoutMs: HUNG_MS, signal })
      const objects = await transport.run(AWAITING_EVENTS, deadline)
      onAnswer()
      const events = objects.map(eventFromNative).filter(event => event !== null)
      if (events.length > 0) this.#tell(listener => listener.events(events))
    }
  }

  #tell(what: (listener: FeedListener) => void): void {
    for (const listener of [...this.#listeners.keys()]) what(listener)
  }
}

/** Connects and subscribes, in the way the host can do it. */
async function subscribe(
  transport: Transport,
  classes: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const run = <Result>(operation: Operation<Result>) =>
    transport.run(operation, deadlineOf({ timeoutMs: HUNG_MS, signal }))
  const exists = (name: string) =>
    run(gettingObject(name)).then(
      () => true,
      (error: unknown) => {
        if (reactionTo(error)?.classMissing) return false
        throw error
      },
    )
  const attempt = async (wanted: readonly string[], within: boolean): Promise<void> => {
    try {
      await run(subscribing(eventQuery(wanted, within), wanted.join(', ')))
    } catch (error) {
      const reaction = reactionTo(error)?.subscribe
      if (reaction === 'add-within' && !within) return attempt(wanted, true)
      if (reaction !== 'omit-missing-classes' || wanted.length === 1) throw error
      // An older host lacks some of the classes.
      const found = await Promise.all(wanted.map(exists))
      const present = wanted.filter((_, i) => found[i])
      if (present.length === 0 || present.length === wanted.length) throw error
      return attempt(present, within)
    }
  }
  await run(connecting({ operation: 'connect', object: 'job events' }))
  await attempt(classes, false)
}

function reactionTo(error: unknown): Reaction | undefined {
  return error instanceof WbemError ? REACTIONS[error.category] : undefined
}

function eventQuery(classes: readonly string[], within: boolean): string {
  const isa = classes.map(name => `TargetInstance ISA '${name}'`).join(' OR ')
  const polling = within ? ` WITHIN ${WITHIN_SECONDS}` : ''
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
