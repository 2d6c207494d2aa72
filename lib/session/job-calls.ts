/** What is asked about jobs by what waits for them, cancels and watches them. A session answers it. */
import type { Job } from '../records/job'
import type { InParam } from '../wmi/in-params'
import type { JobRef } from '../wmi/object-path'
import type { CallOptions, JobsOptions } from './options'
import type { ExecMethodResult, GetErrorExResult } from './results'

export interface JobCalls {
  getErrorEx(job: JobRef, options?: CallOptions): Promise<GetErrorExResult>
  job(job: JobRef, options?: CallOptions): Promise<Job>
  jobs(options?: JobsOptions): Promise<readonly Job[]>
  execMethod(
    objectPath: string,
    method: string,
    inParams?: Readonly<Record<string, InParam>>,
    options?: CallOptions,
  ): Promise<ExecMethodResult>
}
