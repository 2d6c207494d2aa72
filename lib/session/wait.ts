/** Waiting for the end of one job: driven by events, with polling as a safety net. */
import { abortReason } from '../base/abort'
import { clearInterval, setInterval } from '../base/clock'
import { deadlineOf } from '../base/deadline'
import { hasSucceeded, isBehind, isEnded, type Job } from '../records/job'
import type { ParsedJobRef } from '../wmi/object-path'
import { isPassing, WbemError } from '../wmi/wbem-error'
import type { JobCalls } from './job-calls'
import { JobFailedError, JobVanishedError } from './job-errors'
import type { Feed } from './watch/event-feed'

export interface WaitHooks {
  readonly onProgress: ((job: Job) => void) | undefined
  readonly signal: AbortSignal
  /** Of each call. */
  readonly timeoutMs: number
}

/** A subscription that does not work must not be noticed by the caller. */
const POLL_MS = 2_000

/** Resolves with the job once it has ended with success. See `Session.wait`. */
export async function waitForJob(
  calls: JobCalls,
  feed: Feed,
  ref: ParsedJobRef,
  hooks: WaitHooks,
): Promise<Job> {
  const job = await lastOf(calls, feed, ref, hooks)
  if (hasSucceeded(job)) return job
  if (!isEnded(job)) throw new JobVanishedError(job)
  // That the job failed is reported even if the caller's patience ends here.
  const [result, error] = await calls.getErrorEx(ref, deadlineOf(hooks)).then(
    value => [value, undefined] as const,
    (reason: unknown) => [null, reason] as const,
  )
  throw new JobFailedError(job, result, result === null ? { cause: error } : undefined)
}

/** The job at its end, or as it was last seen. */
function lastOf(calls: JobCalls, feed: Feed, ref: ParsedJobRef, hooks: WaitHooks): Promise<Job> {
  const { onProgress, signal } = hooks
  return new Promise((resolve, reject) => {
    let last: Job | undefined
    /** Counts events: what a poll that began before one says may be older than it. */
    let clock = 0
    let polling = false
    /** Events come from now on: a poll that began earlier may have missed what happened before them. */
    let isPollOwed = false
    let ended = false

    const end = (settle: () => void) => {
      if (ended) return
      ended = true
      clearInterval(timer)
      signal.removeEventListener('abort', onAbort)
      stopListening()
      settle()
    }
    const onAbort = () => end(() => reject(abortReason(signal)))
    const meet = (job: Job) => {
      if (ended || (last !== undefined && isBehind(job, last))) return
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
      isPollOwed = false
      const began = clock
      try {
        const job = await calls.job(ref.path, deadlineOf(hooks))
        // An end is final, whatever comes first.
        if (clock === began || isEnded(job)) meet(job)
      } catch (error) {
        if (error instanceof WbemError && error.category === 'job-not-found') vanish(error)
        else if (!isPassing(error)) end(() => reject(error))
      } finally {
        polling = false
      }
      if (isPollOwed && !ended) void poll()
    }
    const stopListening = feed.listen([ref.className], {
      subscribed() {
        isPollOwed = true
        void poll()
      },
      events(events) {
        for (const { kind, job } of events) {
          if (job.instanceId !== ref.instanceId || job.className !== ref.className) continue
          clock += 1
          meet(job)
          if (kind === 'removed') vanish(undefined)
        }
      },
      lost() {},
      failed() {},
    })
    const timer = setInterval(() => void poll(), POLL_MS)
    signal.addEventListener('abort', onAbort)
    void poll()
  })
}
