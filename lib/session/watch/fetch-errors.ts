/** Fetching the errors of a job that has failed, for as long as the job lives. */
import { jitteredBackOff } from '../../base/back-off'
import { delay } from '../../base/clock'
import { deadlineOf } from '../../base/deadline'
import { HyperVError } from '../../base/errors'
import type { Job } from '../../records/job'
import { type ParsedJobRef, parseJobRef } from '../../wmi/object-path'
import { isPassing } from '../../wmi/wbem-error'
import type { JobCalls } from '../job-calls'
import type { GetErrorExResult } from '../results'

export type Fetched =
  | { readonly result: GetErrorExResult; readonly error: null }
  | { readonly result: null; readonly error: Error }

/**
 * How long one call may take. A call that is given up holds a thread until it returns, and others go on; its errors are
 * fetched again then.
 */
const PATIENCE_MS = 3_000
/** Before a failure is reported without its errors: with the pauses about two seconds beside the calls themselves. */
const ATTEMPTS = 4
const BACK_OFF = { baseMs: 200, maxMs: 1_000 }
/** Afterwards, until the job has gone. */
const LATE_BACK_OFF = { baseMs: 1_000, maxMs: 15_000 }

/**
 * Yields what GetErrorEx answers, or why there is no answer; then, where the reason is a passing one, the answer once
 * it comes. Ends with the signal.
 */
export async function* fetchErrors(
  calls: JobCalls,
  job: Job,
  signal: AbortSignal,
): AsyncGenerator<Fetched, void, undefined> {
  let ref: ParsedJobRef
  try {
    // A job names its class and InstanceID, so that no namespace is looked at.
    ref = parseJobRef(job, '')
  } catch (error) {
    yield failed(error)
    return
  }
  let isReported = false
  for (let attempt = 1; !signal.aborted; attempt++) {
    try {
      const result = await calls.getErrorEx(ref, deadlineOf({ timeoutMs: PATIENCE_MS, signal }))
      yield { result, error: null }
      return
    } catch (error) {
      if (signal.aborted) return
      if (!isReported && (!isPassing(error) || hangs(error) || attempt >= ATTEMPTS)) {
        yield failed(error)
        isReported = true
        attempt = 1
      }
      if (!isPassing(error)) return
      const backOff = jitteredBackOff(isReported ? LATE_BACK_OFF : BACK_OFF, attempt - 1)
      await delay(backOff, signal, { unref: true }).catch(() => {})
    }
  }
}

/** Nobody knows for how long. */
function hangs(error: unknown): boolean {
  return error instanceof HyperVError && (error.code === 'ERR_TIMEOUT' || error.code === 'ERR_PROVIDER_HUNG')
}

function failed(error: unknown): Fetched {
  return { result: null, error: error instanceof Error ? error : new Error(String(error)) }
}
