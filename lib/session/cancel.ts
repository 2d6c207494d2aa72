/** Ending a job that is still running, and what came of it. */
import { InvalidArgumentError, MethodError } from '../base/errors'
import { nameOf, ReturnValue } from '../records/enums'
import { isEnded, type Job } from '../records/job'
import { WbemError } from '../wmi/wbem-error'
import type { JobCalls } from './job-calls'
import type { CallOptions } from './options'
import { requireReturnValue } from './results'

export type CancelHow = 'terminate' | 'kill'

export interface CancelResult {
  /**
   * `done` the job has ended · `accepted` the request was taken and the job still runs · `already-ended` it had
   * ended before · `not-cancellable` this job cannot be ended by request.
   */
  readonly outcome: 'done' | 'accepted' | 'already-ended' | 'not-cancellable'
  /** Of RequestStateChange; null where it was not called. */
  readonly returnValue: number | null
  /** As it stands afterwards; null when it has gone meanwhile. */
  readonly job: Job | null
}

/** RequestedState of RequestStateChange. */
const REQUESTED_STATE: Readonly<Record<CancelHow, number>> = { terminate: 4, kill: 5 }

/** @throws InvalidArgumentError */
export function checkCancelHow(how: unknown): asserts how is CancelHow {
  if (how === 'terminate' || how === 'kill') return
  throw new InvalidArgumentError(`expected 'terminate' or 'kill' for \`how\`, received ${String(how)}`)
}

const COMPLETED = 0
const TRANSITION_STARTED = 4096
const NOT_SUPPORTED = 32770
const INVALID_STATE = 32775

/** See `Session.cancel`. */
export async function cancelJob(
  calls: JobCalls,
  path: string,
  how: CancelHow,
  options: CallOptions | undefined,
): Promise<CancelResult> {
  const before = await calls.job(path, options)
  if (isEnded(before)) return { outcome: 'already-ended', returnValue: null, job: before }
  if (before.kind !== 'other' && before.cancellable === false) {
    return { outcome: 'not-cancellable', returnValue: null, job: before }
  }
  const inParams = { RequestedState: REQUESTED_STATE[how] }
  const operation = `RequestStateChange on ${path}`
  const answer = await calls.execMethod(path, 'RequestStateChange', inParams, options)
  const returnValue = requireReturnValue(operation, answer.returnValue)
  const job = await jobOrNull(calls, path, options)
  const ended = job === null || isEnded(job)
  switch (returnValue) {
    case COMPLETED:
    case TRANSITION_STARTED:
      return { outcome: ended ? 'done' : 'accepted', returnValue, job }
    case NOT_SUPPORTED:
      return { outcome: 'not-cancellable', returnValue, job }
    case INVALID_STATE:
      if (ended) return { outcome: 'already-ended', returnValue, job }
  }
  throw new MethodError(operation, returnValue, nameOf(ReturnValue, returnValue))
}

async function jobOrNull(calls: JobCalls, path: string, options: CallOptions | undefined) {
  try {
    return await calls.job(path, options)
  } catch (error) {
    if (error instanceof WbemError && error.category === 'job-not-found') return null
    throw error
  }
}
