/**
 * The connection as callers see it: it repeats pure reads that failed for a passing reason and brings a lost
 * connection back. An attempt to connect belongs to the session: callers join it and leave it, each at its own
 * deadline, and its success is kept.
 */
import { abortController, linkSignals, throwIfAborted } from '../base/abort'
import { jitteredBackOff } from '../base/back-off'
import { areCallsTraced, publishReconnect, traceCall } from '../base/channels'
import { delay, now } from '../base/clock'
import { type Deadline, deadlineOf, follow } from '../base/deadline'
import { ClosedError, HyperVError, ProviderHungError, QueueFullError, TimeoutError } from '../base/errors'
import { connecting, type Operation, type Target } from './operations'
import { REACTIONS, type WbemCategory } from './policy'
import { type Transport, timeoutOf } from './transport'
import { WbemError } from './wbem-error'

/** `connected` calls go through · `reconnecting` they wait · `disconnected` the next call reconnects · `closed`. */
export type SessionState = 'connected' | 'reconnecting' | 'disconnected' | 'closed'

/** Between two attempts to reconnect: WMI takes seconds to restart, and many hosts may wait for one server. */
const RECONNECT_BACK_OFF = { baseMs: 50, maxMs: 2_000 }
/**
 * Longer than WMI itself takes: with WBEM_FLAG_CONNECT_USE_MAX_WAIT ConnectServer returns within two minutes. Microsoft
 * Learn, "IWbemLocator::ConnectServer method (wbemcli.h)",
 * https://learn.microsoft.com/windows/win32/api/wbemcli/nf-wbemcli-iwbemlocator-connectserver
 */
const ATTEMPT_MS = 130_000

function categoryOf(error: unknown): WbemCategory | null {
  return error instanceof WbemError ? error.category : null
}

/** Where a connection goes. */
export interface Place {
  readonly host: string
  readonly namespace: string
  /** Named in messages of attempts to connect. */
  readonly object: string
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
  readonly #place: Place
  readonly #target: Target
  readonly #onState: (state: SessionState) => void
  #state: SessionState = 'disconnected'
  /** Counts connections: a failure of an earlier one says nothing about the present one. */
  #generation = 0
  #reconnecting: Promise<void> | undefined
  /** Why the connection was lost, or the latest attempt to connect failed. */
  #lastError: unknown
  #waiting = 0
  /** Ends the pause between two attempts when nobody waits any more. */
  #pause: AbortController | undefined
  readonly #closed = abortController()
  #calls = 0
  #repetitions = 0
  #reconnects = 0
  readonly #failures = new Map<string, number>()

  constructor(transport: Transport, place: Place, onState: (state: SessionState) => void) {
    this.#transport = transport
    this.#place = place
    this.#target = { operation: 'connect', object: place.object }
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

  /** The first connection: one attempt, so that a wrong host is reported at once. */
  async connect(deadline: Deadline): Promise<void> {
    const attempt = this.#open()
    await follow(attempt, deadline, () => timeoutOf(this.#target, deadline))
    this.#state = 'connected'
  }

  /**
   * Runs an operation; rejects with the last failure, or at the deadline.
   * @param onSettled - called just before it settles: costs less than to follow the promise
   */
  run<Result>(operation: Operation<Result>, deadline: Deadline, onSettled?: () => void): Promise<Result> {
    if (!areCallsTraced()) return this.#run(operation, deadline, onSettled)
    const { host, namespace } = this.#place
    const message = { operation: operation.operation, object: operation.object, host, namespace }
    return traceCall(message, () => this.#run(operation, deadline, onSettled))
  }

  async #run<Result>(
    operation: Operation<Result>,
    deadline: Deadline,
    onSettled: (() => void) | undefined,
  ): Promise<Result> {
    this.#calls += 1
    try {
      for (let repeats = 0; ; repeats++) {
        if (this.#state !== 'connected') await this.#connected(operation, deadline)
        const generation = this.#generation
        try {
          return await this.#transport.run(operation, deadline)
        } catch (error) {
          await this.#beforeRepetition(error, generation, operation, deadline, repeats)
          this.#repetitions += 1
        }
      }
    } catch (error) {
      this.#count(error, deadline)
      throw error
    } finally {
      onSettled?.()
    }
  }

  /** Resolves when the same read, which was given up, has returned; undefined when there is none to wait for. */
  stuck(operation: Operation<unknown>): Promise<void> | undefined {
    return this.#transport.stuck(operation)
  }

  /** Ends reconnecting; calls that are still waiting reject with `ERR_CLOSED`. */
  close(): void {
    this.#closed.abort(new ClosedError('the session was closed'))
    this.#become('closed')
  }

  /** Waits until the call may be repeated; throws the error when it may not. */
  async #beforeRepetition(
    error: unknown,
    generation: number,
    { pure }: Operation<unknown>,
    deadline: Deadline,
    repeats: number,
  ): Promise<void> {
    const category = categoryOf(error)
    if (category === null) throw error
    const { read, losesConnection } = REACTIONS[category]
    if (losesConnection) this.#lose(generation, error)
    if (!pure || read === null || repeats >= read.times) throw error
    const waitMs = jitteredBackOff(read, repeats)
    if (now() + waitMs >= deadline.endsAt) throw error
    if (waitMs > 0) await this.#wait(waitMs, deadline)
  }

  /** Waits for the connection with everybody else, each until its own deadline. */
  async #connected(target: Target, deadline: Deadline): Promise<void> {
    throwIfAborted(this.#closed.signal)
    this.#waiting += 1
    try {
      this.#reconnecting ??= this.#startReconnecting()
      await follow(this.#reconnecting, deadline, () => timeoutOf(target, deadline, this.#lastError))
    } finally {
      this.#waiting -= 1
      if (this.#waiting === 0) this.#pause?.abort()
    }
  }

  #startReconnecting(): Promise<void> {
    const ended = this.#reconnect()
    // Whoever waits hears of a failure; there may be nobody.
    ended.catch(() => {})
    return ended
  }

  /** Tries until it is connected, nobody waits, or the reason is not a passing one. */
  async #reconnect(): Promise<void> {
    this.#become('reconnecting')
    try {
      for (let attempt = 0; ; attempt++) {
        try {
          await this.#open()
          break
        } catch (error) {
          this.#lastError = error
          if (!mayPass(error)) throw error
          if (this.#waiting > 0) await this.#pauseWhileWanted(jitteredBackOff(RECONNECT_BACK_OFF, attempt))
          throwIfAborted(this.#closed.signal)
          if (this.#waiting === 0) throw error
        }
      }
    } catch (error) {
      // At once: a call that comes now starts again.
      this.#reconnecting = undefined
      this.#become('disconnected')
      throwIfAborted(this.#closed.signal)
      throw error
    }
    this.#reconnecting = undefined
    this.#reconnects += 1
    this.#lastError = undefined
    this.#become('connected')
  }

  /** Ends early when nobody waits any more, or the session is closed. */
  async #pauseWhileWanted(ms: number): Promise<void> {
    this.#pause = abortController()
    const { signal, release } = linkSignals(this.#pause.signal, this.#closed.signal)
    await delay(ms, signal).catch(() => {})
    release()
    this.#pause = undefined
  }

  /** One attempt. It keeps no process alive: whoever waits for it does. */
  async #open(): Promise<void> {
    const limits = deadlineOf({ timeoutMs: ATTEMPT_MS, signal: this.#closed.signal })
    await this.#transport.run(connecting(this.#target), limits)
    this.#generation += 1
  }

  /** Calls of one connection fail together: the first one loses it, the others may be late. */
  #lose(generation: number, error: unknown): void {
    if (generation !== this.#generation || this.#state !== 'connected') return
    this.#lastError = error
    this.#become('disconnected')
  }

  async #wait(ms: number, deadline: Deadline): Promise<void> {
    const { signal, release } = linkSignals(deadline.signal, this.#closed.signal)
    try {
      await delay(ms, signal)
    } finally {
      release()
    }
  }

  #become(state: SessionState): void {
    if (this.#state === state || this.#state === 'closed') return
    this.#state = state
    this.#onState(state)
    if (state === 'closed') return
    publishReconnect(() => {
      const { host, namespace } = this.#place
      return { host, namespace, state, error: state === 'connected' ? null : (this.#lastError ?? null) }
    })
  }

  #count(error: unknown, { signal }: Deadline): void {
    const code = error instanceof HyperVError ? error.code : 'unknown'
    const key = signal?.aborted === true && error === signal.reason ? 'aborted' : (categoryOf(error) ?? code)
    this.#failures.set(key, (this.#failures.get(key) ?? 0) + 1)
  }
}

/** Whether another attempt to connect may succeed. */
function mayPass(error: unknown): boolean {
  if (error instanceof WbemError) return REACTIONS[error.category].reconnect === 'again'
  return (
    error instanceof TimeoutError || error instanceof QueueFullError || error instanceof ProviderHungError
  )
}
