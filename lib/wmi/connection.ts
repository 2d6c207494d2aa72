/**
 * The connection as callers see it: it repeats pure reads that failed for a passing reason and brings a lost
 * connection back, once for all callers that wait for it and never beyond a caller's deadline.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { linkSignals } from '../base/abort'
import { jitteredBackOff } from '../base/back-off'
import { ClosedError, HyperVError, TimeoutError } from '../base/errors'
import { connecting, type Operation, type Target } from './operations'
import { REACTIONS, type WbemCategory } from './policy'
import { type Deadline, deadlineOf, type Transport } from './transport'
import { WbemError } from './wbem-error'

/** `connected` calls go through · `reconnecting` they wait · `disconnected` the next call reconnects · `closed`. */
export type SessionState = 'connected' | 'reconnecting' | 'disconnected' | 'closed'

/** Between two attempts to reconnect: WMI takes seconds to restart, and many hosts may wait for one server. */
const RECONNECT_BACK_OFF = { baseMs: 50, maxMs: 2_000 }
function categoryOf(error: unknown): WbemCategory | null {
  return error instanceof WbemError ? error.category : null
}

export interface ConnectionStats {
  readonly state: SessionState
  /** Public calls so far, repetitions not counted. */
  readonly calls: number
  /** Calls that failed: by category for `ERR_WBEM`, else by code, `aborted` for the caller's own signal. */
  readonly failures: Readonly<Record<string, number>>
  readonly repetitions: number
  readonly reconnects: number
}

export class Connection {
  readonly #transport: Transport
  readonly #target: Target
  readonly #connectTimeoutMs: number
  readonly #onState: (state: SessionState) => void
  #state: SessionState = 'disconnected'
  /** Counts connections: a failure of an earlier one says nothing about the present one. */
  #generation = 0
  #reconnecting: { readonly ended: Promise<void>; readonly unwanted: AbortController } | undefined
  #waiting = 0
  readonly #closed = new AbortController()
  #calls = 0
  #repetitions = 0
  #reconnects = 0
  readonly #failures = new Map<string, number>()

  constructor(
    transport: Transport,
    target: Target,
    connectTimeoutMs: number,
    onState: (state: SessionState) => void,
  ) {
    this.#transport = transport
    this.#target = target
    this.#connectTimeoutMs = connectTimeoutMs
    this.#onState = onState
  }

  get state(): SessionState {
    return this.#state
  }

  stats(): ConnectionStats {
    return {
      state: this.#state,
      calls: this.#calls,
      failures: Object.fromEntries(this.#failures),
      repetitions: this.#repetitions,
      reconnects: this.#reconnects,
    }
  }

  /** The first connection: one attempt, so that a wrong host is told at once. */
  async connect(deadline: Deadline): Promise<void> {
    await this.#open(deadline)
    this.#state = 'connected'
  }

  /** Runs an operation; rejects with the last failure, or at the deadline. */
  async run<Result>(operation: Operation<Result>, deadline: Deadline): Promise<Result> {
    this.#calls += 1
    try {
      return await this.#attempt(operation, deadline)
    } catch (error) {
      this.#count(error, deadline)
      throw error
    }
  }

  /** Ends reconnecting; calls that are still waiting reject with `ERR_CLOSED`. */
  close(): void {
    const reason = new ClosedError('the session was closed')
    this.#closed.abort(reason)
    this.#reconnecting?.unwanted.abort(reason)
    this.#become('closed')
  }

  async #attempt<Result>(operation: Operation<Result>, deadline: Deadline): Promise<Result> {
    for (let repeats = 0; ; repeats++) {
      if (this.#state !== 'connected') await this.#connected(operation, deadline)
      const generation = this.#generation
      try {
        return await this.#transport.run(operation, deadline)
      } catch (error) {
        const category = categoryOf(error)
        if (category === null) throw error
        const { read, losesConnection } = REACTIONS[category]
        if (losesConnection) this.#lose(generation)
        if (!operation.pure || read === null || repeats >= read.times) throw error
        const waitMs = jitteredBackOff(read, repeats)
        if (performance.now() + waitMs >= deadline.endsAt) throw error
        if (waitMs > 0) await this.#pause(waitMs, deadline)
        this.#repetitions += 1
      }
    }
  }

  /** Waits for the connection with everybody else, each until the own deadline. */
  async #connected(target: Target, deadline: Deadline): Promise<void> {
    this.#closed.signal.throwIfAborted()
    this.#waiting += 1
    try {
      this.#reconnecting ??= this.#startReconnecting()
      await until(this.#reconnecting.ended, target, deadline)
    } finally {
      this.#waiting -= 1
      if (this.#waiting === 0) this.#stopReconnecting()
    }
  }

  #startReconnecting() {
    const unwanted = new AbortController()
    const reconnecting = {
      unwanted,
      ended: this.#reconnect(unwanted.signal).finally(() => {
        if (this.#reconnecting === reconnecting) this.#reconnecting = undefined
      }),
    }
    return reconnecting
  }

  /** A connection that nobody waits for any more would keep the process alive. */
  #stopReconnecting(): void {
    const reconnecting = this.#reconnecting
    if (reconnecting === undefined || this.#state !== 'reconnecting') return
    this.#reconnecting = undefined
    this.#become('disconnected')
    reconnecting.unwanted.abort()
  }

  /** Tries until it is connected, it is to stop, or the reason is not a passing one. */
  async #reconnect(stop: AbortSignal): Promise<void> {
    this.#become('reconnecting')
    for (let attempt = 0; ; attempt++) {
      try {
        const limits = { timeoutMs: this.#connectTimeoutMs, signal: stop }
        await this.#open(deadlineOf(limits))
        this.#reconnects += 1
        this.#become('connected')
        return
      } catch (error) {
        if (stop.aborted) throw error
        const category = error instanceof TimeoutError ? 'timed-out' : categoryOf(error)
        if (category === null || REACTIONS[category].reconnect === 'give-up') {
          this.#become('disconnected')
          throw error
        }
      }
      await pause(jitteredBackOff(RECONNECT_BACK_OFF, attempt), stop)
    }
  }

  async #open(deadline: Deadline): Promise<void> {
    await this.#transport.run(connecting(this.#target), deadline)
    this.#generation += 1
  }

  /** Calls of one connection fail together: the first one loses it, the others may be late. */
  #lose(generation: number): void {
    if (generation === this.#generation && this.#state === 'connected') this.#become('disconnected')
  }

  async #pause(ms: number, deadline: Deadline): Promise<void> {
    const { signal, release } = linkSignals(deadline.signal, this.#closed.signal)
    try {
      await pause(ms, signal)
    } finally {
      release()
    }
  }

  #become(state: SessionState): void {
    if (this.#state === state || this.#state === 'closed') return
    this.#state = state
    this.#onState(state)
  }

  #count(error: unknown, { signal }: Deadline): void {
    const code = error instanceof HyperVError ? error.code : 'unknown'
    const key = signal?.aborted === true && error === signal.reason ? 'aborted' : (categoryOf(error) ?? code)
    this.#failures.set(key, (this.#failures.get(key) ?? 0) + 1)
  }
}

/** Rejects with the signal's reason. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal })
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}

/** Follows `promise`, but rejects at the deadline or on abort; the promise goes on for others. */
function until(promise: Promise<void>, target: Target, deadline: Deadline): Promise<void> {
  const { timeoutMs, endsAt, signal } = deadline
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      settle()
    }
    const onAbort = () => end(() => reject(signal?.reason))
    const onTimeout = () => end(() => reject(new TimeoutError(target.operation, target.object, timeoutMs)))
    const timer = setTimeout(onTimeout, endsAt - performance.now())
    signal?.addEventListener('abort', onAbort)
    if (signal?.aborted === true) onAbort()
    promise.then(
      () => end(resolve),
      error => end(() => reject(error)),
    )
  })
}
