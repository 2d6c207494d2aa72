/** The job that a text on the command line means. */

import { isHyperVError } from '../base/errors'
import { cimDateTimeToDate } from '../cim/datetime'
import { hasFailed, isEnded, type Job, outcome } from '../records/job'
import type { JobRef } from '../wmi/object-path'
import type { CliSession } from './types'
import { AmbiguousJobError, UnknownJobError } from './unknown-job'
import { type Machines, machinesOf } from './virtual-machine'

export interface GivenJob {
  /** An InstanceID or the start of one, an object path, or the name or id of a virtual machine. */
  readonly text: string
  /** Of `--class`: the text is an InstanceID of this class, or the start of one. */
  readonly className?: string | undefined
}

/** Which job is meant when a text fits several. */
export type Preference = (job: Job) => boolean

export const withErrors: Preference = job => hasFailed(job) || outcome(job) === 'warning'
export const stillRunning: Preference = job => !isEnded(job)

export function refOf({ text, className }: GivenJob): JobRef {
  return className === undefined ? text : { className, instanceId: text }
}

/**
 * Makes a call for the job with the InstanceID or path that was given. Only if there is none, the text is looked for
 * among all jobs, and the call is made for the one that fits: who has the whole InstanceID waits for no listing.
 * @throws UnknownJobError, AmbiguousJobError, and what the call throws
 */
export async function withJob<Result>(
  session: CliSession,
  given: GivenJob,
  prefers: Preference,
  signal: AbortSignal,
  call: (job: JobRef) => Promise<Result>,
): Promise<Result> {
  try {
    return await call(refOf(given))
  } catch (error) {
    if (!meansNoJob(error)) throw error
    const classes = given.className === undefined ? 'all' : [given.className]
    const jobs = await session.jobs({ classes, signal }).catch(() => null)
    if (jobs === null) throw error
    const machines = await machinesOf(session, jobs, signal)
    const [found, ...others] = preferred(matching(given, jobs, machines), prefers)
    // An InstanceID that has `=` in it is no path, yet a mistyped path is the commoner mistake.
    if (found === undefined && error.code === 'ERR_INVALID_ARG') throw error
    if (found === undefined) throw new UnknownJobError(given.text, error, jobs, machines)
    if (others.length > 0) throw new AmbiguousJobError(given.text, [found, ...others], machines)
    return call(found)
  }
}

/** The failed job that ended last, of those that the text fits if there is one; null without any. */
export async function lastFailedJob(
  session: CliSession,
  given: Partial<GivenJob>,
  signal: AbortSignal,
): Promise<Job | null> {
  const { text, className } = given
  const classes = className === undefined ? 'all' : [className]
  const jobs = await session.jobs({ classes, failedOnly: true, signal })
  const fitting =
    text === undefined ? jobs : matching({ text, className }, jobs, await machinesOf(session, jobs, signal))
  return fitting.reduce<Job | null>(
    (last, job) => (last === null || endOf(job) > endOf(last) ? job : last),
    null,
  )
}

function endOf({ timeOfLastStateChange }: Job): number {
  return (timeOfLastStateChange ? cimDateTimeToDate(timeOfLastStateChange)?.getTime() : null) ?? 0
}

/** WMI knows no such job, or the text is neither an InstanceID nor the path of a job. */
function meansNoJob(error: unknown): error is Error & { readonly code: string } {
  if (!isHyperVError(error)) return false
  return error.code === 'ERR_INVALID_ARG' || ('category' in error && error.category === 'job-not-found')
}

/** What fits best: an InstanceID, a virtual machine, the start of an InstanceID; all compare without case. */
function matching({ text, className }: GivenJob, jobs: readonly Job[], machines: Machines): readonly Job[] {
  const wanted = text.toLowerCase()
  const isWanted = (value: string | null | undefined) => value?.toLowerCase() === wanted
  const tests: readonly ((job: Job) => boolean | undefined)[] = [
    job => isWanted(job.instanceId),
    job => {
      const machine = className === undefined ? machines.get(job) : null
      return isWanted(machine?.name) || isWanted(machine?.id)
    },
    job => job.instanceId?.toLowerCase().startsWith(wanted),
  ]
  const results = tests.map(test => jobs.filter(job => test(job)))
  return wanted === '' ? [] : (results.find(found => found.length > 0) ?? [])
}

function preferred(jobs: readonly Job[], prefers: Preference): readonly Job[] {
  const better = jobs.length > 1 ? jobs.filter(prefers) : []
  return better.length === 0 ? jobs : better
}
