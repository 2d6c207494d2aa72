/** The job record of an instance that the addon delivers. */
import { type Job, jobFromInstance } from '../records/job'
import type { NativeObject } from '../wmi/addon'
import { instanceFromNative } from '../wmi/from-native'
import { jobPath } from '../wmi/object-path'

/** An instance inside an event may come without a path. */
export function jobFromNative(object: NativeObject): Job {
  const job = jobFromInstance(instanceFromNative(object), object.path)
  if (job.path !== null || typeof job.instanceId !== 'string') return job
  return { ...job, path: pathOf(job.className, job.instanceId) }
}

/** Null for an id that no path can hold: an instance must not fail the others of its listing. */
function pathOf(className: string, instanceId: string): string | null {
  try {
    return jobPath(className, instanceId)
  } catch {
    return null
  }
}
