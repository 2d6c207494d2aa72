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

/** Calls `onEnd` at the deadline or on abort, once; the function it returns keeps it from doing so. */
export function atEnd(
  { endsAt, signal }: Deadline,
  onTimeout: () => void,
  onAbort: (reason: unknown) => void,
  { unref = false } = {},
): () => void {
  const stop = () => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
  const abort = () => {
    stop()
    onAbort(abortReason(signal))
  }
  const timer = endsAt === Infinity ? undefined : setTimeout(onTimeout, endsAt - now())
  if (unref) timer?.unref()
  signal?.addEventListener('abort', abort)
  return stop
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
    throwIfAborted(deadline.signal)
    const stop = atEnd(deadline, () => reject(timeout()), reject)
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
