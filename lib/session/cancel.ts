/** Ending a job that is still running, and what came of it. */
import { refuse } from '../base/arguments'
import type { Deadline } from '../base/deadline'
import { MethodError } from '../base/errors'
import { nameOf, ReturnValue } from '../records/enums'
import { isEnded, type Job } from '../records/job'
import type { ParsedJobRef } from '../wmi/object-path'
import { WbemError } from '../wmi/wbem-error'
import { type JobCalls, requireReturnValue } from './job-calls'

export type CancelHow = 'terminate' | 'kill'

export interface CancelResult {
  /**
   * `done` the job has ended · `accepted` the request was taken and the job still runs, or could not be looked at
   * afterwards · `already-ended` it had ended before · `not-cancellable` this job cannot be ended by request.
   */
  readonly outcome: 'done' | 'accepted' | 'already-ended' | 'not-cancellable'
  /** Of RequestStateChange; null where it was not called. */
  readonly returnValue: number | null
  /** As it stands afterwards; null when it has gone meanwhile, or could not be looked at. */
  readonly job: Job | null
}

/** RequestedState of RequestStateChange. */
const REQUESTED_STATE: Readonly<Record<CancelHow, number>> = { terminate: 4, kill: 5 }

/** @throws InvalidArgumentError */
export function checkCancelHow(how: unknown): asserts how is CancelHow {
  if (how !== 'terminate' && how !== 'kill') refuse('how', "'terminate' or 'kill'", how)
}

const COMPLETED = 0
const TRANSITION_STARTED = 4096
const NOT_SUPPORTED = 32770
const INVALID_STATE = 32775

/** See `Session.cancel`. All calls have one deadline. */
export async function cancelJob(
  calls: JobCalls,
  { path, className }: ParsedJobRef,
  how: CancelHow,
  deadline: Deadline,
): Promise<CancelResult> {
  const before = await calls.job(path, deadline)
  if (isEnded(before)) return { outcome: 'already-ended', returnValue: null, job: before }
  if (before.kind !== 'other' && before.cancellable === false) {
    return { outcome: 'not-cancellable', returnValue: null, job: before }
  }
  const method = 'RequestStateChange'
  const inParams = ['RequestedState', REQUESTED_STATE[how]]
  const answer = await calls.execMethod({ path, className, method, inParams }, deadline)
  const operation = `${method} on ${path}`
  const returnValue = requireReturnValue(operation, answer.returnValue)
  const { job, isGone } = await lookAgain(calls, path, deadline)
  const ended = isGone || (job !== null && isEnded(job))
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

/** What came of the request is known without this look, which therefore never fails. */
async function lookAgain(
  calls: JobCalls,
  path: string,
  deadline: Deadline,
): Promise<{ readonly job: Job | null; readonly isGone: boolean }> {
  try {
    return { job: await calls.job(path, deadline), isGone: false }
  } catch (error) {
    return { job: null, isGone: error instanceof WbemError && error.category === 'job-not-found' }
  }
}
