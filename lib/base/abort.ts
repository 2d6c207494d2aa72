/** Abort signals that depend on others only as long as something goes on. */

export interface LinkedSignal {
  readonly signal: AbortSignal
  /** To be called once what the signal was for has ended. */
  release(): void
}

/** A signal that aborts with the first of `sources`. Unlike `AbortSignal.any` it leaves nothing on a long-lived one. */
export function linkSignals(...sources: readonly (AbortSignal | undefined)[]): LinkedSignal {
  const controller = new AbortController()
  const given = sources.filter(source => source !== undefined)
  const abort = () => controller.abort(given.find(source => source.aborted)?.reason)
  for (const source of given) source.addEventListener('abort', abort)
  if (given.some(source => source.aborted)) abort()
  return {
    signal: controller.signal,
    release() {
      for (const source of given) source.removeEventListener('abort', abort)
    },
  }
}
