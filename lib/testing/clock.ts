/**
 * The time of the simulated host. Timers are looked up when they are set, so that those of `node:test`, Vitest or Sinon
 * move the host; nothing reads a clock. What leads from a call to its answer is another matter: it takes the real event
 * loop, since nobody moves that.
 */
import { clearInterval, setImmediate, setInterval } from 'node:timers'

/** Ends a wait, or does nothing when it is over. */
export type Cancel = () => void

/** Calls back after that time. It keeps no process alive: what waits for an answer does. */
export function after(ms: number, callback: () => void): Cancel {
  const { clearTimeout } = globalThis
  const timer = globalThis.setTimeout(callback, ms)
  timer.unref?.()
  return () => clearTimeout(timer)
}

/** Calls back again and again. */
export function every(ms: number, callback: () => void): Cancel {
  const { clearInterval } = globalThis
  const timer = globalThis.setInterval(callback, ms)
  timer.unref?.()
  return () => clearInterval(timer)
}

/** FILETIME, in units of 100 ns since 1601. */
export function fileTimeNow(): bigint {
  return (BigInt(Math.trunc(globalThis.Date.now())) + 11_644_473_600_000n) * 10_000n
}

/** A later turn of the event loop, as an answer of another thread comes. */
export function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** The longest interval that a timer takes. */
const LONG_MS = 2 ** 31 - 1

/** Keeps the process alive while something is held, as pending calls of the addon do. */
export class KeepAlive {
  #held = 0
  #timer: NodeJS.Timeout | undefined

  hold(): void {
    this.#held += 1
    this.#timer ??= setInterval(() => {}, LONG_MS)
  }

  release(): void {
    this.#held -= 1
    if (this.#held > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
