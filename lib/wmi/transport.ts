/**
 * Turns the addon's tickets into promises. A promise settles exactly once and at once: with what the addon
 * delivers, at its deadline, on abort, or on close; the native call is abandoned in the last three cases.
 */
import { ClosedError, ProviderHungError, QueueFullError, TimeoutError } from '../base/errors'
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
import type { Operation, Target } from './operations'

/** Until when a call may take, and what ends it earlier. */
export interface Deadline {
  /** What the caller asked for, for the message. */
  readonly timeoutMs: number
  /** On the clock of `performance.now()`. */
  readonly endsAt: number
  readonly signal: AbortSignal | undefined
}

export function deadlineOf({
  timeoutMs,
  signal,
}: {
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}): Deadline {
  return { timeoutMs, endsAt: performance.now() + timeoutMs, signal }
}

interface Pending {
  settle(failure: NativeFailure | null, result: unknown): void
  fail(reason: unknown): void
}

/** One per environment: the addon knows one settle callback. */
class Tickets {
  readonly #pending = new Map<number, Pending>()
  #last = 0

  constructor(addon: NativeAddon) {
    addon.onSettle(
      (ticket, failure, result) => this.take(ticket)?.settle(failure, result),
      () => setImmediate(() => addon.settleMore()),
    )
  }

  add(pending: Pending): number {
    this.#last += 1
    this.#pending.set(this.#last, pending)
    return this.#last
  }

  /** Whoever takes a ticket settles it: nobody else can. */
  take(ticket: number): Pending | undefined {
    const pending = this.#pending.get(ticket)
    this.#pending.delete(ticket)
    return pending
  }
}

/** Kept on the addon: another copy of this module in the environment shares the addon, and so the callback. */
const TICKETS = Symbol.for('hyperv-job-errors.tickets')

function ticketsOf(addon: NativeAddon & { [TICKETS]?: Tickets }): Tickets {
  addon[TICKETS] ??= new Tickets(addon)
  return addon[TICKETS]
}

/** The native half of a session. */
export class Transport {
  readonly #addon: NativeAddon
  readonly #tickets: Tickets
  readonly #native: NativeSession
  /** Tickets of this session that are not settled. */
  readonly #open = new Set<number>()

  /**
   * Throws PlatformError or LoadError.
   * @param addon see {@link loadAddon}
   */
  constructor(settings: NativeSettings | NativeFork, addon?: NativeAddon | string) {
    this.#addon = loadAddon(addon)
    this.#tickets = ticketsOf(this.#addon)
    this.#native = new this.#addon.Session(settings)
  }

  /** A transport to the same place, with a connection and threads of its own: neither can hold the other. */
  fork(maxWorkers: number, maxQueued: number): Transport {
    return new Transport({ parent: this.#native, maxWorkers, maxQueued }, this.#addon)
  }

  stats(): NativeStats {
    return this.#native.stats()
  }

  run<Result>(operation: Operation<Result>, { timeoutMs, endsAt, signal }: Deadline): Promise<Result> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const end = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        this.#open.delete(ticket)
      }
      const ticket: Ticket<Result> = this.#tickets.add({
        settle(failure, result) {
          end()
          // The operation gave its ticket to a method whose result is of that type.
          if (failure === null) resolve(result as Result)
          else reject(errorFromNative(failure))
        },
        fail(reason) {
          end()
          reject(reason)
        },
      })
      const onAbort = () => this.#abandon(ticket, signal?.reason)
      const timer = setTimeout(
        () => this.#abandon(ticket, new TimeoutError(operation.operation, operation.object, timeoutMs)),
        endsAt - performance.now(),
      )
      // The pending native call keeps the process alive, not its timer.
      timer.unref()
      signal?.addEventListener('abort', onAbort)
      this.#open.add(ticket)
      const refusal = refusalOf(operation.start(this.#native, ticket), operation)
      if (refusal !== null) this.#tickets.take(ticket)?.fail(refusal)
    })
  }

  /** Refuses new calls, rejects those that are pending and lets the worker threads go. */
  close(): void {
    for (const ticket of this.#open) this.#abandon(ticket, new ClosedError('the session was closed'))
    this.#native.close()
  }

  #abandon(ticket: number, reason: unknown): void {
    const pending = this.#tickets.take(ticket)
    if (pending === undefined) return
    this.#native.abandon(ticket)
    pending.fail(reason)
  }
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
