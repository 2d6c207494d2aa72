/** `wait`: the end of one job, and its errors if it failed. */

import { type Job, outcome } from '../../records/job'
import { JobFailedError } from '../../session/job-errors'
import type { VirtualMachine } from '../../session/virtual-machines'
import { type Context, defineCommand } from '../command'
import { ExitCode } from '../failures'
import { stillRunning, withJob } from '../find-job'
import { CLASS_OPTION, classOf, JOB_OPERAND } from '../options'
import { inSession } from '../session-run'
import { errorListText } from '../text/error-list'
import { errorListJson } from '../text/error-list-json'
import { commandFor } from '../text/job'
import { jobHeading } from '../text/job-heading'
import { jobJson } from '../text/job-json'
import { toJsonText } from '../text/json'
import { wrap } from '../text/layout'
import { NamedProgress, progressOn } from '../text/progress'
import { safeText } from '../text/terminal'
import type { CliSession } from '../types'
import { machineOf } from '../virtual-machine'

export const command = defineCommand({
  summary: 'wait for the end of a job and show its progress',
  details: 'Prints the errors of a job that failed and ends with 1. Ctrl-C ends the waiting, not the job.',
  operand: JOB_OPERAND,
  options: { class: CLASS_OPTION },
  examples: [
    { line: 'wait web-01', explanation: 'for the job that runs for this virtual machine' },
    { line: 'wait 8B7A4F0E --class Msvm_StorageJob', explanation: 'for a job of another class' },
  ],
  async run({ operands: [text = ''], options }, context) {
    const { io, json, connection } = context
    const className = classOf(options.class, 'wait')
    const goesOn = () => {
      const cancel = commandFor('cancel', { className, instanceId: text }, connection)
      return `no longer waiting; the job itself goes on, unless you end it: ${cancel}`
    }
    const work = async (session: CliSession, signal: AbortSignal) => {
      const progress = json ? null : new NamedProgress(progressOn(io), job => machineOf(session, job, signal))
      try {
        const job = await withJob(session, { text, className }, stillRunning, signal, ref =>
          session.wait(ref, { signal, onProgress: job => progress?.show(job) }),
        )
        await progress?.end()
        printEnd(job, await machineOf(session, job, signal), context)
        return ExitCode.ok
      } catch (error) {
        await progress?.end()
        if (!(error instanceof JobFailedError)) throw error
        const machine = await machineOf(session, error.job, signal)
        io.stdout(json ? failureJson(error, machine) : failureText(error, machine, context))
        return ExitCode.found
      }
    }
    return inSession(context, work, goesOn)
  },
})

function printEnd(job: Job, machine: VirtualMachine | null, { io, json, connection }: Context): void {
  if (json) {
    io.stdout(toJsonText({ job: jobJson(job, machine, true) }))
    return
  }
  const hint = outcome(job) === 'warning' ? `what they are: ${commandFor('errors', job, connection)}\n` : ''
  io.stdout(`${jobHeading(job, machine, connection.host, io)}${hint}`)
}

/** As that of `errors`. */
function failureJson({ job, result, cause }: JobFailedError, machine: VirtualMachine | null): string {
  const record = jobJson(job, machine, true)
  return toJsonText(
    result === null ? { job: record, error: cause } : { ...errorListJson(result, true), job: record },
  )
}

function failureText(
  { job, result, cause }: JobFailedError,
  machine: VirtualMachine | null,
  { io, connection }: Context,
): string {
  const heading = jobHeading(job, machine, connection.host, io)
  if (result !== null) return `${heading}\n${errorListText(result, io)}`
  const why = cause instanceof Error ? cause.message : String(cause)
  const lines = wrap(`its errors could not be read: ${safeText(why)}`, io.width)
  return `${heading}\n${lines.join('\n')}\n`
}
