/** How the texts of all commands speak of a job. */
import { JobState, nameOf } from '../records/enums'
import type { Job } from '../records/job'
import type { ConnectionArguments } from './arguments'
import { safeLine } from './format'

/** The name of a job's class without what all of them share. */
export function shortClassName(job: Pick<Job, 'className'>): string {
  return safeLine(job.className.replace(/^Msvm_/i, '').replace(/(?<=.)Job$/i, ''))
}

export function stateText(job: Job): string {
  const { jobState } = job
  if (jobState === undefined || jobState === null) return '?'
  return nameOf(JobState, jobState) ?? String(jobState)
}

/** `Migration of web-01 to HV-02`. */
export function jobTitle(job: Job): string {
  const vm = 'virtualSystemName' in job ? job.virtualSystemName : undefined
  const destination = job.kind === 'migration' ? job.destinationHost : undefined
  const what = [
    shortClassName(job),
    vm ? `of ${safeLine(vm)}` : '',
    destination ? `to ${safeLine(destination)}` : '',
  ]
  return what.filter(part => part !== '').join(' ')
}

export function percentText({ percentComplete }: Pick<Job, 'percentComplete'>): string {
  return typeof percentComplete === 'number' ? `${percentComplete}%` : ''
}

/** The job's own words, which are all there is for a job that failed without records. */
export function summaryOf({ errorDescription, errorSummaryDescription }: Job): string[] {
  const texts = [errorDescription, errorSummaryDescription].map(text => text?.trim() ?? '')
  return [...new Set(texts)].filter(text => text !== '')
}

/** What to type to run a command for a job over the same connection, to be copied whole. */
export function commandFor(
  command: 'errors' | 'wait' | 'cancel',
  { className, instanceId }: { readonly className: string; readonly instanceId?: string | null | undefined },
  { host, namespace }: ConnectionArguments,
): string {
  const options = [
    ...(host === undefined ? [] : ['--host', host]),
    ...(namespace === undefined ? [] : ['--namespace', namespace]),
    ...(className === 'Msvm_MigrationJob' ? [] : ['--class', className]),
  ]
  return ['hyperv-job-errors', command, ...options, instanceId ?? ''].map(quoted).join(' ')
}

function quoted(argument: string): string {
  const safe = safeLine(argument)
  return /^[\w\\/.:,-]+$/.test(safe) ? safe : `"${safe.replaceAll('"', '\\"')}"`
}
