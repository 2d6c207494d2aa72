/**
 * Turns the addon's tickets into promises. A promise settles exactly once and at once: with what the addon
 * delivers, at its deadline, on abort, or on close; the native call is abandoned in the last three cases. A read that
 * was abandoned and has not returned is not made a second time: each would hold a thread.
 */
import { abortReason, throwIfAborted } from '../base/abort'
import { clearTimeout, now, setTimeout } from '../base/clock'
import { type Deadline, follow } from '../base/deadline'
import { ClosedError, LoadError, ProviderHungError, QueueFullError, TimeoutError } from '../base/errors'
import {
  type NativeAddon,
  type NativeFailure,
  type NativeFork,
  type NativeSession,
  type NativeSettings,
  type NativeStats,
  type SubmitStatus,
  Submitted,
  type Ticket,
} from './addon'
import { errorFromNative } from './from-native'
import { loadAddon } from './load'
import { connecting, type Operation, type Target } from './operations'
import { type Pending, type Tickets, ticketsOf } from './tickets'

/** A call that was given up and has not returned. */
interface Stuck {
  /** Null for a call that may be made again beside it. */
  readonly key: string | null
  readonly returned: Promise<void>
}

/** A call under way: its promise, its deadline, its signal. */
class Call implements Pending {
  #ticket = 0
  readonly owner: Transport
  readonly #operation: Operation<unknown>
  readonly #deadline: Deadline
  readonly #resolve: (result: unknown) => void
  readonly #reject: (reason: unknown) => void
  #timer: NodeJS.Timeout | undefined
  #onAbort: (() => void) | undefined

  constructor(
    owner: Transport,
    operation: Operation<unknown>,
    deadline: Deadline,
    resolve: (result: unknown) => void,
    reject: (reason: unknown) => void,
  ) {
    this.owner = owner
    this.#operation = operation
    this.#deadline = deadline
    this.#resolve = resolve
    this.#reject = reject
  }

  /** The deadline and the signal end it from here on. */
  begin(ticket: number): void {
    this.#ticket = ticket
    const { endsAt, signal } = this.#deadline
    if (endsAt !== Infinity) {
      this.#timer = setTimeout(expire, endsAt - now(), this)
      // The pending native call keeps the process alive, not its timer.
      this.#timer.unref()
    }
    if (signal === undefined) return
    this.#onAbort = () => this.owner.abandon(this.#ticket, abortReason(signal), this.#operation)
    signal.addEventListener('abort', this.#onAbort)
  }

  settle(failure: NativeFailure | null, result: unknown): void {
    this.#end()
    if (failure === null) this.#resolve(result)
    else this.#reject(errorFromNative(failure, this.#operation.object))
  }

  fail(reason: unknown): void {
    this.#end()
    this.#reject(reason)
  }

  expire(): void {
    this.owner.expire(this.#ticket, this.#operation, this.#deadline)
  }

  #end(): void {
    clearTimeout(this.#timer)
    if (this.#onAbort !== undefined) this.#deadline.signal?.removeEventListener('abort', this.#onAbort)
  }
}

function expire(call: Call): void {
  call.expire()
}

/** The native half of a session. */
export class Transport {
  readonly #addon: NativeAddon
  readonly #tickets: Tickets
  readonly #native: NativeSession
  readonly #stuck = new Set<Stuck>()
  readonly #stuckReads = new Map<string, Stuck>()

  /**
   * Throws PlatformError or LoadError.
   * @param addon - see {@link loadAddon}
   */
  constructor(settings: NativeSettings | NativeFork, addon?: NativeAddon | string) {
    this.#addon = loadAddon(addon)
    try {
      this.#tickets = ticketsOf(this.#addon)
      this.#native = new this.#addon.Session(settings)
    } catch (cause) {
      throw new LoadError('the native addon did not start a session', { cause })
    }
  }

  /** A transport to the same place, with a connection and threads of its own: neither can hold the other. */
  fork(maxWorkers: number, maxQueued: number): Transport {
    return new Transport({ parent: this.#native, maxWorkers, maxQueued }, this.#addon)
  }

  stats(): NativeStats {
    return this.#native.stats()
  }

  /** Resolves when the same read, which was given up, has returned; undefined when there is none to wait for. */
  stuck(operation: Operation<unknown>): Promise<void> | undefined {
    if (this.#stuckReads.size === 0 || !operation.pure) return undefined
    return this.#stuckReads.get(keyOf(operation))?.returned
  }

  /** Resolves when no call that was given up is executing any more. */
  async settled(): Promise<void> {
    while (this.#stuck.size > 0) await Promise.all([...this.#stuck].map(call => call.returned))
  }

  /** Makes the connection. Its ticket keeps no process alive, so that what waits for it here does. */
  connect(target: Target, deadline: Deadline): Promise<undefined> {
    return follow(this.run(connecting(target), deadline), deadline, () => timeoutOf(target, deadline))
  }

  /** Runs one native operation. */
  run<Result>(operation: Operation<Result>, deadline: Deadline): Promise<Result> {
    const earlier = this.stuck(operation)
    return earlier === undefined
      ? this.#submit(operation, deadline)
      : this.#runAfter(earlier, operation, deadline)
  }

  async #runAfter<Result>(
    earlier: Promise<void>,
    operation: Operation<Result>,
    deadline: Deadline,
  ): Promise<Result> {
    await follow(earlier, deadline, () => timeoutOf(operation, deadline))
    return this.run(operation, deadline)
  }

  #submit<Result>(operation: Operation<Result>, deadline: Deadline): Promise<Result> {
    return new Promise((resolve, reject) => {
      throwIfAborted(deadline.signal)
      // The operation gives its ticket to a method whose result is of that type.
      const call = new Call(this, operation, deadline, resolve as (result: unknown) => void, reject)
      const ticket: Ticket<Result> = this.#tickets.add(call)
      call.begin(ticket)
      let refusal: unknown
      try {
        refusal = refusalOf(operation.start(this.#native, ticket), operation)
      } catch (error) {
        refusal = error
      }
      if (refusal !== null) this.#tickets.take(ticket)?.fail(refusal)
    })
  }

  /** @internal */
  expire(ticket: number, operation: Operation<unknown>, deadline: Deadline): void {
    this.abandon(ticket, this.#lateness(operation, deadline), operation)
  }

  /** Refuses new calls, rejects those that are pending and lets the worker threads go. */
  close(): void {
    // The native half first: it abandons what is executing and drops what is queued, all at once.
    this.#native.close()
    for (const pending of this.#tickets.takeAllOf(this))
      pending.fail(new ClosedError('the session was closed'))
  }

  /** @internal Rejects the call with `reason`, whatever becomes of it. */
  abandon(ticket: number, reason: unknown, operation: Operation<unknown>): void {
    const pending = this.#tickets.get(ticket)
    if (pending === undefined) return
    if (this.#native.abandon(ticket)) this.#await(ticket, operation.pure ? keyOf(operation) : null)
    else this.#tickets.take(ticket)
    pending.fail(reason)
  }

  /** Until the abandoned call returns. */
  #await(ticket: number, key: string | null): void {
    let resolve = () => {}
    const returned = new Promise<void>(settle => {
      resolve = settle
    })
    const call: Stuck = { key, returned }
    const end = () => {
      this.#stuck.delete(call)
      if (key !== null) this.#stuckReads.delete(key)
      resolve()
    }
    this.#stuck.add(call)
    if (key !== null) this.#stuckReads.set(key, call)
    this.#tickets.replace(ticket, { owner: this, settle: end, fail: end })
  }

  /** Why a call is late: for want of a thread when calls that were given up hold all of them. */
  #lateness(operation: Operation<unknown>, deadline: Deadline): Error {
    const { stuckWorkers, inFlight, oldestAbandonedMs } = this.#native.stats()
    if (stuckWorkers === 0 || inFlight > 0) return timeoutOf(operation, deadline)
    const seconds = Math.round(oldestAbandonedMs / 1000)
    return new ProviderHungError(
      `${operation.operation} on ${operation.object} found no free thread for ${deadline.timeoutMs} ms: the provider ` +
        `hangs. ${stuckWorkers} calls that were given up have not returned, the oldest for ${seconds} s`,
    )
  }
}

function keyOf({ operation, object }: Target): string {
  return `${operation} ${object}`
}

export function timeoutOf({ operation, object }: Target, { timeoutMs }: Deadline, cause?: unknown): Error {
  const options = cause === undefined ? undefined : { cause }
  return new TimeoutError(operation, object, timeoutMs, options)
}

function refusalOf(status: SubmitStatus, { operation, object }: Target): Error | null {
  switch (status) {
    case Submitted.accepted:
      return null
    case Submitted.closed:
      return new ClosedError(`${operation} on ${object}: the session is closed`)
    case Submitted.queueFull:
      return new QueueFullError(`${operation} on ${object}: too many calls are waiting for a worker thread`)
    case Submitted.providerHung:
      return new ProviderHungError(
        `${operation} on ${object}: every worker thread is held by a call that was given up and has not returned`,
      )
  }
}
