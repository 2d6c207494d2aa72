/**
 * Timers and the clock as they were when the package was loaded: an application that replaces them later, for instance
 * by fake timers in its tests, must not stop what goes on in here.
 */
import { performance } from 'node:perf_hooks'
import * as timers from 'node:timers'
import { abortReason } from './abort'

export const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate } = timers

/** Milliseconds on a clock that never goes back. */
export const now: () => number = performance.now.bind(performance)

/** The next turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise(resolve => {
    setImmediate(resolve)
  })
}

/** Rejects with the signal's reason when it aborts. The wait keeps the process alive unless `unref` says otherwise. */
export function delay(ms: number, signal?: AbortSignal, { unref = false } = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortReason(signal))
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    if (unref) timer.unref()
    const onAbort = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      reject(abortReason(signal))
    }
    signal?.addEventListener('abort', onAbort)
  })
}
