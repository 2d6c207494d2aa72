/** Until when a call may take: one for each public call, handed down to everything that it does. */
import { abortReason, throwIfAborted } from './abort'
import { clearTimeout, now, setTimeout } from './clock'

export interface Deadline {
  /** What the caller asked for, for the message. */
  readonly timeoutMs: number
  /** On the clock of `now()`; Infinity without a limit. */
  readonly endsAt: number
  /** Ends the call earlier. */
  readonly signal: AbortSignal | undefined
}

export function deadlineOf({
  timeoutMs,
  signal,
}: {
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}): Deadline {
  return { timeoutMs, endsAt: now() + timeoutMs, signal }
}

/** Throws the signal's reason, or what `timeout` makes once the deadline is over. */
export function throwIfOver({ endsAt, signal }: Deadline, timeout: () => unknown): void {
  throwIfAborted(signal)
  if (now() >= endsAt) throw timeout()
}

/**
 * Follows `promise`, but rejects at the deadline with what `timeout` makes, or on abort with the reason. The promise
 * goes on for others. Keeps the process alive meanwhile.
 */
export function follow<Value>(
  promise: Promise<Value>,
  deadline: Deadline,
  timeout: () => unknown,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const { endsAt, signal } = deadline
    if (signal?.aborted) {
      // Nobody follows it, so a rejection would be one that nobody handles.
      promise.catch(() => {})
      throw abortReason(signal)
    }
    const stop = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
    const onAbort = () => {
      stop()
      reject(abortReason(signal))
    }
    const onTimeout = () => {
      stop()
      reject(timeout())
    }
    const timer = endsAt === Infinity ? undefined : setTimeout(onTimeout, endsAt - now())
    signal?.addEventListener('abort', onAbort)
    promise.then(
      value => {
        stop()
        resolve(value)
      },
      (error: unknown) => {
        stop()
        reject(error)
      },
    )
  })
}
