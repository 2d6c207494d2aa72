/** Waiting for the end of one job: driven by events, with polling as a safety net. */
import { HyperVError } from './errors'
import type { EventFeed } from './event-feed'
import type { ParsedJobRef } from './object-path'
import { hasSucceeded, isEnded, type Job } from './records/job'
import type { GetErrorExResult, Session } from './session'
import { isPassing, WbemError } from './wbem-error'

/** `ERR_JOB_FAILED`: the job that was waited for ended without success. */
export class JobFailedError extends HyperVError {
  readonly job: Job
  /** Its errors, fetched at once; null when they could not be had, `cause` then says why. */
  readonly result: GetErrorExResult | null

  constructor(job: Job, result: GetErrorExResult | null, options?: ErrorOptions) {
    const primary = result?.primary ?? null
    const message = primary === null ? null : result?.errors?.[primary]?.message
    const what = `the job ${job.instanceId} ended without success`
    super('ERR_JOB_FAILED', message ? `${what}: ${message}` : what, options)
    this.job = job
    this.result = result
  }
}

/** `ERR_JOB_VANISHED`: the job that was waited for was removed before its end was seen. */
export class JobVanishedError extends HyperVError {
  /** As it was last seen. */
  readonly job: Job

  constructor(job: Job) {
    super('ERR_JOB_VANISHED', `the job ${job.instanceId} was removed before its end was seen`)
    this.job = job
  }
}

export interface WaitHooks {
  readonly onProgress: ((job: Job) => void) | undefined
  readonly signal: AbortSignal
}

/** A subscription that does not work must not be noticed by the caller. */
const kPollMs = 2_000

/** Resolves with the job once it has ended with success. See `Session.wait`. */
export async function waitForJob(
  session: Session,
  feed: EventFeed,
  ref: ParsedJobRef,
  hooks: WaitHooks,
): Promise<Job> {
  const job = await lastOf(session, feed, ref, hooks)
  if (hasSucceeded(job)) return job
  if (!isEnded(job)) throw new JobVanishedError(job)
  // That the job failed is told even if the caller's patience ends here.
  const [result, error] = await session.getErrorEx(ref, { signal: hooks.signal }).then(
    value => [value, undefined] as const,
    (reason: unknown) => [null, reason] as const,
  )
  throw new JobFailedError(job, result, result === null ? { cause: error } : undefined)
}

/** The job at its end, or as it was last seen. */
function lastOf(
  session: Session,
  feed: EventFeed,
  ref: ParsedJobRef,
  { onProgress, signal }: WaitHooks,
): Promise<Job> {
  return new Promise((resolve, reject) => {
    let last: Job | undefined
    let polling = false
    let ended = false

    const end = (settle: () => void) => {
      if (ended) return
      ended = true
      clearInterval(timer)
      signal.removeEventListener('abort', onAbort)
      stopListening()
      settle()
    }
    const onAbort = () => end(() => reject(signal.reason))
    const meet = (job: Job) => {
      if (ended) return
      const changed = last?.jobState !== job.jobState || last?.percentComplete !== job.percentComplete
      last = job
      try {
        if (changed) onProgress?.(job)
      } catch (error) {
        end(() => reject(error))
        return
      }
      if (isEnded(job)) end(() => resolve(job))
    }
    const vanish = (error: unknown) => {
      const seen = last
      end(() => (seen === undefined ? reject(error) : resolve(seen)))
    }
    const poll = async () => {
      if (polling) return
      polling = true
      try {
        meet(await session.job(ref, { signal }))
      } catch (error) {
        if (error instanceof WbemError && error.category === 'job-not-found') vanish(error)
        else if (!isPassing(error)) end(() => reject(error))
      } finally {
        polling = false
      }
    }
    const stopListening = feed.listen([ref.className], {
      subscribed: () => void poll(),
      events(events) {
        for (const { kind, job } of events) {
          if (job.instanceId !== ref.instanceId || job.className !== ref.className) continue
          meet(job)
          if (kind === 'removed') vanish(undefined)
        }
      },
      lost() {},
      failed() {},
    })
    const timer = setInterval(() => void poll(), kPollMs)
    signal.addEventListener('abort', onAbort)
    void poll()
  })
}
