/** Abort signals: those of other realms as well, and ones that depend on others only as long as something goes on. */

/** Taken at load, as the timers are. */
const { AbortController: Controller, DOMException: AbortError } = globalThis

/** By what it can do: a signal of another realm or of a polyfill is none by `instanceof`. */
export function isAbortSignal(value: unknown): value is AbortSignal {
  if (typeof value !== 'object' || value === null) return false
  try {
    const { aborted, addEventListener, removeEventListener } = value as Partial<AbortSignal>
    return (
      typeof aborted === 'boolean' &&
      typeof addEventListener === 'function' &&
      typeof removeEventListener === 'function'
    )
  } catch {
    return false
  }
}

/** What a call rejects with. A signal may come without a reason, or with undefined for one. */
export function abortReason(signal: AbortSignal | undefined): unknown {
  return signal?.reason ?? new AbortError('This operation was aborted', 'AbortError')
}

/** Throws the signal's reason. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortReason(signal)
}

export function abortController(): AbortController {
  return new Controller()
}

export interface LinkedSignal {
  readonly signal: AbortSignal
  /** To be called once what the signal was for has ended. */
  release(): void
}

/** A signal that aborts with the first of `sources`. Unlike `AbortSignal.any` it leaves nothing on a long-lived one. */
export function linkSignals(...sources: readonly (AbortSignal | undefined)[]): LinkedSignal {
  const controller = abortController()
  const given = sources.filter(source => source !== undefined)
  const abort = () => controller.abort(abortReason(given.find(source => source.aborted)))
  for (const source of given) source.addEventListener('abort', abort)
  if (given.some(source => source.aborted)) abort()
  return {
    signal: controller.signal,
    release() {
      for (const source of given) source.removeEventListener('abort', abort)
    },
  }
}
