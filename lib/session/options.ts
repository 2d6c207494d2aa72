/** The options of a session's methods, checked before anything native runs. */
import { isAbortSignal } from '../base/abort'
import { refuse, requireInteger, takeArray, takeOptions } from '../base/arguments'
import { JOB_CLASS_NAMES } from '../cim/names'
import type { Job } from '../records/job'

/** Options of every operation. */
export interface CallOptions {
  /** Milliseconds from the call to its rejection with `ERR_TIMEOUT`; default: the session's. */
  readonly timeoutMs?: number
  /** Aborting rejects at once with the signal's reason; an aborted signal makes no call. */
  readonly signal?: AbortSignal
}

export interface JobsOptions<ClassName extends string = string> extends CallOptions {
  /** Job classes to list, `'all'` for the six that have GetErrorEx; default: migration jobs. */
  readonly classes?: 'all' | readonly ClassName[]
  /** Only jobs that have ended without success. */
  readonly failedOnly?: boolean
}

export interface WaitOptions {
  /** Called with the job when its state or percentage has changed, at first with what it is now. */
  readonly onProgress?: (job: Job) => void
  readonly signal?: AbortSignal
  /** Milliseconds until `wait` rejects with `ERR_TIMEOUT`; default: no limit. The job itself goes on. */
  readonly timeoutMs?: number
}

/** What a watch can deliver: see `WatchItem`. */
export type WatchKind = 'failed' | 'ended' | 'changed' | 'gap' | 'state'

export interface WatchOptions<Kind extends WatchKind = WatchKind> {
  /** Job classes to watch, `'all'` for the six that have GetErrorEx; default: migration jobs. */
  readonly classes?: 'all' | readonly string[]
  /** Kinds of items to deliver; default: all but `changed`. */
  readonly include?: readonly Kind[]
  /** Items kept for a slow consumer before some are dropped, which a `gap` reports; default 1,000. */
  readonly maxQueued?: number
  /** Aborting ends the iteration with the signal's reason. */
  readonly signal?: AbortSignal
}

export interface CloseOptions {
  /** How long pending calls may take to end before they are given up. Milliseconds, default 5,000. */
  readonly timeoutMs?: number
}

export const DEFAULT_CLOSE_MS = 5_000
export const MIGRATION_JOB_CLASS = 'Msvm_MigrationJob'
const WATCH_KINDS: readonly WatchKind[] = ['failed', 'ended', 'changed', 'gap', 'state']
const DEFAULT_WATCH_QUEUE = 1_000
const MAX_WATCH_QUEUE = 1_000_000
/** The longest delay that `setTimeout` takes. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

/** @throws InvalidArgumentError */
export function checkTimeout(value: unknown, fallback: number): number {
  return value === undefined ? fallback : requireInteger('timeoutMs', value, 1, MAX_TIMEOUT_MS)
}

export const CALL_OPTIONS = ['timeoutMs', 'signal'] as const

/** @throws InvalidArgumentError */
export function checkCallOptions(
  options: CallOptions | undefined,
  defaultTimeoutMs: number,
): { readonly timeoutMs: number; readonly signal: AbortSignal | undefined } {
  const { timeoutMs, signal } = takeOptions('options', options, CALL_OPTIONS)
  return { timeoutMs: checkTimeout(timeoutMs, defaultTimeoutMs), signal: checkSignal(signal) }
}

/** @throws InvalidArgumentError */
export function checkCloseOptions(options: CloseOptions | undefined): number {
  return checkTimeout(takeOptions('options', options, ['timeoutMs']).timeoutMs, DEFAULT_CLOSE_MS)
}

/** @throws InvalidArgumentError */
export function checkSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined || isAbortSignal(signal)) return signal
  return refuse('signal', 'an AbortSignal', signal)
}

/** @throws InvalidArgumentError */
export function checkWaitOptions(options: WaitOptions | undefined): {
  readonly onProgress: WaitOptions['onProgress'] | undefined
  readonly signal: AbortSignal | undefined
  readonly timeoutMs: number | undefined
} {
  const { onProgress, signal, timeoutMs } = takeOptions('options', options, [
    'onProgress',
    'signal',
    'timeoutMs',
  ])
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    refuse('onProgress', 'a function', onProgress)
  }
  return {
    onProgress,
    signal: checkSignal(signal),
    timeoutMs: timeoutMs === undefined ? undefined : checkTimeout(timeoutMs, timeoutMs),
  }
}

/** @throws InvalidArgumentError */
export function checkJobsOptions(
  options: JobsOptions | undefined,
  defaultTimeoutMs: number,
): {
  readonly classes: readonly string[]
  /** An older host lacks some of `'all'`; a class that was asked for by name must be there. */
  readonly mayBeMissing: boolean
  readonly failedOnly: boolean
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
} {
  const given = takeOptions('options', options, ['classes', 'failedOnly', ...CALL_OPTIONS])
  const { classes, failedOnly = false, timeoutMs, signal } = given
  if (typeof failedOnly !== 'boolean') refuse('failedOnly', 'a boolean', failedOnly)
  return {
    classes: checkJobClasses(classes),
    mayBeMissing: classes === 'all',
    failedOnly,
    timeoutMs: checkTimeout(timeoutMs, defaultTimeoutMs),
    signal: checkSignal(signal),
  }
}

/** {@link WatchOptions}, checked and complete. */
export interface WatchSettings {
  readonly classes: readonly string[]
  /** See `checkJobsOptions`. */
  readonly mayBeMissing: boolean
  readonly include: ReadonlySet<WatchKind>
  readonly maxQueued: number
  readonly signal: AbortSignal | undefined
}

/** @throws InvalidArgumentError */
export function checkWatchOptions(options: WatchOptions | undefined): WatchSettings {
  const known = ['classes', 'include', 'maxQueued', 'signal'] as const
  const { classes, include, maxQueued, signal } = takeOptions('options', options, known)
  return {
    classes: checkJobClasses(classes),
    mayBeMissing: classes === 'all',
    include: checkInclude(include),
    maxQueued: requireInteger('maxQueued', maxQueued ?? DEFAULT_WATCH_QUEUE, 1, MAX_WATCH_QUEUE),
    signal: checkSignal(signal),
  }
}

function checkInclude(include: unknown): ReadonlySet<WatchKind> {
  if (include === undefined) return new Set(WATCH_KINDS.filter(kind => kind !== 'changed'))
  const kinds = takeArray('include', include)?.map(given => WATCH_KINDS.find(kind => kind === given))
  const expected = `an array of ${WATCH_KINDS.join(', ')}`
  return new Set((kinds ?? [undefined]).map(kind => kind ?? refuse('include', expected, include)))
}

/** Each class once, whatever the letters' case. */
function checkJobClasses(classes: unknown): readonly string[] {
  if (classes === undefined) return [MIGRATION_JOB_CLASS]
  if (classes === 'all') return JOB_CLASS_NAMES
  const expected = `'all' or an array of ${JOB_CLASS_NAMES.join(', ')}`
  const given = takeArray('classes', classes)
  if (given === undefined || given.length === 0) refuse('classes', expected, classes)
  const known = given.map(text =>
    typeof text === 'string'
      ? JOB_CLASS_NAMES.find(name => name.toLowerCase() === text.toLowerCase())
      : undefined,
  )
  return [...new Set(known.map(name => name ?? refuse('classes', expected, classes)))]
}
