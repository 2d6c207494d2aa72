/** How a job that was waited for can end other than well. */
import { HyperVError } from '../base/errors'
import type { Job } from '../records/job'
import type { GetErrorExResult } from './results'

/** `ERR_JOB_FAILED`: the job that was waited for ended without success. */
export class JobFailedError extends HyperVError {
  declare readonly code: 'ERR_JOB_FAILED'
  readonly job: Job
  /** Its errors, fetched at once; null when they could not be had, `cause` then says why. */
  readonly result: GetErrorExResult | null

  override get name(): 'JobFailedError' {
    return 'JobFailedError'
  }

  constructor(job: Job, result: GetErrorExResult | null, options?: ErrorOptions) {
    const message = result?.primaryError?.message
    const what = `the job ${job.instanceId} ended without success`
    super('ERR_JOB_FAILED', message ? `${what}: ${message}` : what, options)
    this.job = job
    this.result = result
  }
}

/** `ERR_JOB_VANISHED`: the job that was waited for was removed before its end was seen. */
export class JobVanishedError extends HyperVError {
  declare readonly code: 'ERR_JOB_VANISHED'
  /** As it was last seen. */
  readonly job: Job

  override get name(): 'JobVanishedError' {
    return 'JobVanishedError'
  }

  constructor(job: Job) {
    super('ERR_JOB_VANISHED', `the job ${job.instanceId} was removed before its end was seen`)
    this.job = job
  }
}
