/**
 * The calls that a session makes by itself, for its watches: so few at a time that callers find a free thread, in the
 * order in which they are asked for. A call that takes long lets others begin beside it; one that never returns is given
 * up, so that its thread is replaced, and not made again before it has returned.
 */
import { abortReason, throwIfAborted } from '../base/abort'
import { clearTimeout, setTimeout } from '../base/clock'
import { type Deadline, deadlineOf, follow } from '../base/deadline'
import { LinkedList } from '../base/linked-list'
import type { Connection } from '../wmi/connection'
import type { Operation } from '../wmi/operations'

/** What takes longer is waiting for something, and does not keep others from going on. */
const SLOW_MS = 250

export class Background {
  readonly #connection: Connection
  /** Of calls that are not slow. */
  readonly #maxQuick: number
  readonly #maxRunning: number
  readonly #waiting = new LinkedList<() => void>()
  #quick = 0
  #running = 0
  #pending = 0

  constructor(connection: Connection, maxWorkers: number) {
    this.#connection = connection
    this.#maxQuick = Math.max(1, maxWorkers >> 1)
    this.#maxRunning = Math.max(1, maxWorkers - 1)
  }

  /** Calls that have not settled. */
  get pending(): number {
    return this.#pending
  }

  /**
   * The deadline's time counts from when the call begins. Its signal ends the waiting before that; a call that is under
   * way goes on, because giving it up would hold its thread all the same.
   */
  async run<Result>(operation: Operation<Result>, { timeoutMs, signal }: Deadline): Promise<Result> {
    this.#pending += 1
    try {
      await this.#returned(operation, signal)
      await this.#turn(signal)
      return await this.#call(operation, deadlineOf({ timeoutMs, signal: undefined }))
    } finally {
      this.#pending -= 1
    }
  }

  /** The same call, which was given up, holds a thread until it returns. */
  async #returned(operation: Operation<unknown>, signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      const earlier = this.#connection.stuck(operation)
      if (earlier === undefined) return
      await follow(earlier, { timeoutMs: Infinity, endsAt: Infinity, signal }, () => undefined)
    }
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    throwIfAborted(signal)
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.remove(place)
        reject(abortReason(signal))
      }
      const place = this.#waiting.push(() => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      })
      signal?.addEventListener('abort', onAbort)
      this.#next()
    })
  }

  #next(): void {
    while (this.#quick < this.#maxQuick && this.#running < this.#maxRunning) {
      const place = this.#waiting.shift()
      if (place === undefined) return
      this.#quick += 1
      this.#running += 1
      place.item()
    }
  }

  async #call<Result>(operation: Operation<Result>, deadline: Deadline): Promise<Result> {
    let isQuick = true
    const countOut = () => {
      if (isQuick) this.#quick -= 1
      isQuick = false
      this.#next()
    }
    const timer = setTimeout(countOut, SLOW_MS)
    timer.unref()
    try {
      return await this.#connection.run(operation, deadline)
    } finally {
      clearTimeout(timer)
      this.#running -= 1
      countOut()
    }
  }
}
