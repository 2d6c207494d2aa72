/** A text that means no job, or several: the answer lists the jobs there are. */
import { type Job, outcome } from '../records/job'
import { DetailedError, ExitCode } from './failures'
import { jobTableText } from './text/job-table'
import { errorToJson } from './text/json'
import { safeLine } from './text/terminal'
import type { Screen } from './types'
import type { Machines } from './virtual-machine'

export class UnknownJobError extends DetailedError {
  readonly exitCode = ExitCode.failed
  readonly #text: string
  readonly #cause: Error
  readonly #jobs: readonly Job[]
  readonly #machines: Machines

  /** @param cause - what WMI said about the text */
  constructor(text: string, cause: Error, jobs: readonly Job[], machines: Machines) {
    super(cause.message, { cause })
    this.#text = text
    this.#cause = cause
    this.#jobs = jobs
    this.#machines = machines
  }

  override details(screen: Screen): string {
    const what = `${safeLine(JSON.stringify(this.#text))} is no InstanceID, no start of one, and no virtual machine with a job.`
    const jobs = this.#jobs
    if (jobs.length === 0) return `${what} There are no jobs at all: an ended one is kept for five minutes.\n`
    return `${what} The jobs there are:\n${tableText(jobs, this.#machines, screen)}`
  }

  override toJson(): Readonly<Record<string, unknown>> {
    return { ...errorToJson(this.#cause), jobs: briefly(this.#jobs, this.#machines) }
  }
}

export class AmbiguousJobError extends DetailedError {
  readonly code = 'ERR_AMBIGUOUS_JOB'
  readonly exitCode = ExitCode.usage
  readonly #jobs: readonly Job[]
  readonly #machines: Machines

  constructor(text: string, jobs: readonly Job[], machines: Machines) {
    super(`${JSON.stringify(text)} means ${jobs.length} jobs; name one by its ID`)
    this.#jobs = jobs
    this.#machines = machines
  }

  override details(screen: Screen): string {
    return tableText(this.#jobs, this.#machines, screen)
  }

  override toJson(): Readonly<Record<string, unknown>> {
    return { code: this.code, message: this.message, jobs: briefly(this.#jobs, this.#machines) }
  }
}

function tableText(jobs: readonly Job[], machines: Machines, screen: Screen): string {
  return jobTableText(jobs, machines, { colour: false, tableWidth: screen.width })
}

function briefly(jobs: readonly Job[], machines: Machines): readonly Readonly<Record<string, unknown>>[] {
  return jobs.map(job => ({
    className: job.className,
    instanceId: job.instanceId,
    outcome: outcome(job),
    virtualMachine: machines.get(job) ?? null,
  }))
}
