/** How the texts of all commands speak of a job. */
import { JobState, nameOf } from '../../records/enums'
import { isEnded, type Job, jobTypeName } from '../../records/job'
import type { VirtualMachine } from '../../session/virtual-machines'
import type { ConnectionArguments } from '../types'
import { safeLine } from './terminal'
import { durationText, timeText } from './time'

/** The virtual machine's name, or else its id. */
export function machineText(machine: VirtualMachine | null): string {
  return machine === null ? '' : safeLine(machine.name ?? machine.id)
}

/** The name of a job's class without what all of them share. */
export function shortClassName(job: Pick<Job, 'className'>): string {
  return safeLine(job.className.replace(/^Msvm_/i, '').replace(/(?<=.)Job$/i, ''))
}

/** What the job does: `Moving Virtual Machine`. */
export function workText(job: Job): string {
  return jobTypeName(job) ?? (safeLine(job.elementName ?? '') || shortClassName(job))
}

export function stateText(job: Job): string {
  const { jobState } = job
  if (jobState === undefined || jobState === null) return '?'
  return nameOf(JobState, jobState) ?? String(jobState)
}

/** `Migration of web-01 to HV-02`. */
export function jobTitle(job: Job, machine: VirtualMachine | null): string {
  const what = [
    shortClassName(job),
    machine === null ? '' : `of ${machineText(machine)}`,
    destinationText(job) === '' ? '' : `to ${destinationText(job)}`,
  ]
  return what.filter(part => part !== '').join(' ')
}

export function destinationText(job: Job): string {
  return job.kind === 'migration' ? safeLine(job.destinationHost ?? '') : ''
}

export function percentText({ percentComplete }: Pick<Job, 'percentComplete'>): string {
  return typeof percentComplete === 'number' ? `${percentComplete}%` : ''
}

/** When an ended job ended, or else started; how long another one has run. */
export function whenText(job: Job): string {
  const { timeOfLastStateChange, startTime, elapsedTime } = job
  if (!isEnded(job)) return elapsedTime ? `for ${durationText(elapsedTime)}` : ''
  if (timeOfLastStateChange) return timeText(timeOfLastStateChange)
  return startTime ? `from ${timeText(startTime)}` : ''
}

/** The job's own words, which are all there is for a job that failed without records. */
export function summaryOf({ errorDescription, errorSummaryDescription }: Job): string[] {
  const texts = [errorDescription, errorSummaryDescription].map(text => text?.trim() ?? '')
  return [...new Set(texts)].filter(text => text !== '')
}

/** What names a job in a command. */
export interface NamedJob {
  readonly className?: string | undefined
  readonly instanceId?: string | null | undefined
}

/** What to type to run a command, for a job if it takes one, over the same connection, to be copied whole. */
export function commandFor(
  command: string,
  job: NamedJob | null,
  { host, namespace, simulate }: ConnectionArguments,
): string {
  const { className = 'Msvm_MigrationJob', instanceId } = job ?? {}
  const options = [
    ...(host === undefined ? [] : ['--host', host]),
    ...(namespace === undefined ? [] : ['--namespace', namespace]),
    ...(simulate === undefined ? [] : ['--simulate', simulate]),
    ...(className === 'Msvm_MigrationJob' ? [] : ['--class', className]),
  ]
  return ['hyperv-job-errors', command, ...options, ...(job === null ? [] : [instanceId ?? ''])]
    .map(quoted)
    .join(' ')
}

function quoted(argument: string): string {
  const safe = safeLine(argument)
  return /^[\w\\/.:,-]+$/.test(safe) ? safe : `"${safe.replaceAll('"', '\\"')}"`
}
