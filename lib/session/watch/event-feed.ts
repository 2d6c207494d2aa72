/**
 * WMI's events about jobs as one stream for all who listen in a session: one server-side subscription over a
 * connection and threads of its own, which comes back by itself. A session has one feed at most, and so one attempt to
 * connect it, however many come and go meanwhile.
 */
import { abortController, linkSignals } from '../../base/abort'
import { jitteredBackOff } from '../../base/back-off'
import { delay } from '../../base/clock'
import { deadlineOf } from '../../base/deadline'
import type { Job } from '../../records/job'
import type { NativeObject, NativeStats, NativeValue } from '../../wmi/addon'
import { AWAITING_EVENTS, gettingObject, type Operation, subscribing } from '../../wmi/operations'
import { REACTIONS, type Reaction } from '../../wmi/policy'
import type { Transport } from '../../wmi/transport'
import { WbemError } from '../../wmi/wbem-error'
import { jobFromNative } from '../native-job'

export type JobEvent =
  | { readonly kind: 'present'; readonly job: Job }
  /** `job` as it was at the end. */
  | { readonly kind: 'removed'; readonly job: Job }

export interface FeedListener {
  /** Events come from here on: a listing finds what happened before. Called again after each new subscription. */
  subscribed(): void
  events(events: readonly JobEvent[]): void
  /** Events may be lost from here on, until `subscribed` is called again. Called again for each further reason. */
  lost(error: unknown): void
  /** There were no events and there will be none: the reason is not a passing one. */
  failed(error: unknown): void
}

/** What listens needs to know of a feed. */
export interface Feed {
  /** The function ends the listening; with the last listener the subscription is released. */
  listen(classes: readonly string[], listener: FeedListener): () => void
}

/** Polling interval for a class whose provider raises no events itself; WMI asks for it by 0x80042002. */
const WITHIN_SECONDS = 2
/** A quiet provider is heard of every ten seconds; one that is silent for longer hangs. */
const HUNG_MS = 30_000
/** Longer than WMI itself takes to connect: see `ATTEMPT_MS` of wmi/connection. */
const CONNECT_MS = 130_000
const BACK_OFF = { baseMs: 100, maxMs: 10_000 }
/** One call is made at a time; a second thread lets the feed go on while a call that was given up holds the first. */
const WORKERS = 2
const QUEUED = 16

export class EventFeed implements Feed {
  readonly #transport: Transport
  /** Each listener with the classes it wants. */
  readonly #listeners = new Map<FeedListener, readonly string[]>()
  /** Its own connection and threads, while somebody listens or a call in it hangs. */
  #fork: Transport | undefined
  #isRunning = false
  /** What the present subscription covers. */
  #classes: readonly string[] = []
  /** Ends waiting: for events, or for the next attempt. */
  #interruption = abortController()
  readonly #closed = abortController()
  #isSubscribed = false
  #hasWorked = false
  /** Why there are no events at present. */
  #loss: { readonly error: unknown } | undefined

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Of its threads; null while it has none. */
  stats(): NativeStats | null {
    return this.#fork?.stats() ?? null
  }

  listen(classes: readonly string[], listener: FeedListener): () => void {
    this.#listeners.set(listener, classes)
    if (!this.#isRunning) this.#start()
    else if (this.#isSubscribed && !this.#isCovered(this.#classes)) this.#interrupt()
    else void Promise.resolve().then(() => this.#introduce(listener))
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#interrupt()
    }
  }

  close(): void {
    this.#closed.abort()
    this.#fork?.close()
  }

  /** What a newcomer has missed. */
  #introduce(listener: FeedListener): void {
    if (!this.#listeners.has(listener)) return
    const loss = this.#loss
    if (this.#isSubscribed) this.#inform(listener, () => listener.subscribed())
    else if (loss !== undefined) this.#inform(listener, () => listener.lost(loss.error))
  }

  #interrupt(): void {
    this.#interruption.abort()
    this.#interruption = abortController()
  }

  /** No listener is called before it knows how to stop listening. */
  #start(): void {
    this.#isRunning = true
    void Promise.resolve().then(() => {
      try {
        this.#fork ??= this.#transport.fork(WORKERS, QUEUED)
      } catch (error) {
        this.#isRunning = false
        return this.#fail(error)
      }
      return this.#run(this.#fork)
    })
  }

  async #run(fork: Transport): Promise<void> {
    for (let attempt = 0; this.#isWanted(); attempt++) {
      try {
        await this.#subscribeAndDeliver(fork, () => {
          attempt = 0
        })
      } catch (error) {
        if (!this.#isWanted()) break
        this.#isSubscribed = false
        // One that has worked keeps trying: the host may be restarting.
        if (!this.#hasWorked && reactionTo(error)?.subscribe === 'give-up') {
          this.#fail(error)
          break
        }
        this.#loss = { error }
        this.#each(listener => listener.lost(error))
        await this.#pause(jitteredBackOff(BACK_OFF, attempt))
      }
    }
    this.#stop(fork)
  }

  #isWanted(): boolean {
    return this.#listeners.size > 0 && !this.#closed.signal.aborted
  }

  #isCovered(classes: readonly string[]): boolean {
    return [...this.#listeners.values()].flat().every(name => classes.includes(name))
  }

  /** Closing the connection releases the subscription. One in which a call hangs is kept: the next run uses it again. */
  #stop(fork: Transport): void {
    this.#isRunning = false
    this.#isSubscribed = false
    this.#loss = undefined
    void fork.settled().then(() => {
      if (this.#isRunning || this.#fork !== fork) return
      this.#fork = undefined
      fork.close()
    })
  }

  /** Nobody who listens now gets events; whoever comes later tries again. */
  #fail(error: unknown): void {
    const listeners = [...this.#listeners.keys()]
    this.#listeners.clear()
    for (const listener of listeners) this.#inform(listener, () => listener.failed(error))
  }

  async #pause(ms: number): Promise<void> {
    const { signal, release } = linkSignals(this.#interruption.signal, this.#closed.signal)
    await delay(ms, signal).catch(() => {})
    release()
  }

  /** Connects and subscribes, again whenever other classes are wanted. Ends when nobody listens, or by an error. */
  async #subscribeAndDeliver(fork: Transport, onAnswer: () => void): Promise<void> {
    const target = { operation: 'connect', object: 'job events' }
    const limits = deadlineOf({ timeoutMs: CONNECT_MS, signal: this.#closed.signal })
    // An attempt keeps no process alive by itself, but whoever listens does.
    await fork.connect(target, limits)
    const way = { within: false, missing: new Set<string>() }
    while (this.#isWanted()) {
      const interruption = this.#interruption.signal
      const wanted = [...new Set([...this.#listeners.values()].flat())]
      const classes = wanted.filter(name => !way.missing.has(name))
      try {
        await this.#call(fork, subscribing(eventQuery(classes, way.within), classes.join(', ')), interruption)
        // Somebody who wants more may have come meanwhile.
        if (!this.#isCovered(wanted)) continue
        this.#classes = wanted
        this.#isSubscribed = true
        this.#loss = undefined
        this.#each(listener => listener.subscribed())
        await this.#deliver(fork, interruption, onAnswer)
      } catch (error) {
        if (interruption.aborted) continue
        // The first answer may be the one that says so.
        const reaction = reactionTo(error)?.subscribe
        if (reaction === 'add-within' && !way.within) way.within = true
        else if (
          reaction !== 'omit-missing-classes' ||
          !(await this.#omitMissing(fork, classes, way.missing))
        ) {
          throw error
        }
      }
    }
  }

  /** Ends by an error or the interruption alone. */
  async #deliver(fork: Transport, interruption: AbortSignal, onAnswer: () => void): Promise<void> {
    for (;;) {
      const objects = await this.#call(fork, AWAITING_EVENTS, interruption)
      this.#hasWorked = true
      onAnswer()
      const events = objects.map(eventFromNative).filter(event => event !== null)
      if (events.length > 0) this.#each(listener => listener.events(events))
    }
  }

  /** An older host lacks some of the classes. False when none is missing, or all are. */
  async #omitMissing(fork: Transport, classes: readonly string[], missing: Set<string>): Promise<boolean> {
    if (classes.length === 1) return false
    const exists = async (name: string) => {
      try {
        await this.#call(fork, gettingObject(name))
        return true
      } catch (error) {
        if (reactionTo(error)?.classMissing) return false
        throw error
      }
    }
    const found = await Promise.all(classes.map(exists))
    const absent = classes.filter((_, i) => !found[i])
    for (const name of absent) missing.add(name)
    return absent.length > 0 && absent.length < classes.length
  }

  async #call<Result>(
    fork: Transport,
    operation: Operation<Result>,
    interruption?: AbortSignal,
  ): Promise<Result> {
    const { signal, release } = linkSignals(this.#closed.signal, interruption)
    try {
      return await fork.run(operation, deadlineOf({ timeoutMs: HUNG_MS, signal }))
    } finally {
      release()
    }
  }

  #each(what: (listener: FeedListener) => void): void {
    for (const listener of [...this.#listeners.keys()]) this.#inform(listener, () => what(listener))
  }

  /** One that throws listens no longer, and keeps the others from nothing. */
  #inform(listener: FeedListener, what: () => void): void {
    try {
      what()
    } catch (error) {
      this.#listeners.delete(listener)
      try {
        listener.failed(error)
      } catch {
        // It has been reported to nobody else than the one that caused it.
      }
    }
  }
}

function reactionTo(error: unknown): Reaction | undefined {
  return error instanceof WbemError ? REACTIONS[error.category] : undefined
}

/** What a subscription to jobs of these classes asks WMI for. */
export function eventQuery(classes: readonly string[], within: boolean): string {
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
