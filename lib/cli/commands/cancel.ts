/** `cancel`: asks a job to end and says what came of it. */
import { nameOf, ReturnValue } from '../../records/enums'
import type { CancelResult } from '../../session/cancel'
import { defineCommand } from '../command'
import { ExitCode } from '../failures'
import { stillRunning, withJob } from '../find-job'
import { CLASS_OPTION, classOf, JOB_OPERAND } from '../options'
import { inSession } from '../session-run'
import { commandFor, stateText } from '../text/job'
import { jobHeading } from '../text/job-heading'
import { jobJson } from '../text/job-json'
import { toJsonText } from '../text/json'
import { labelled } from '../text/terminal'
import type { ConnectionArguments } from '../types'
import { machineOf } from '../virtual-machine'

export const command = defineCommand({
  summary: 'ask a running job to end',
  details: 'The exit code is 0 when it has ended or will, 3 when it cannot be cancelled.',
  operand: JOB_OPERAND,
  options: {
    class: CLASS_OPTION,
    kill: { kind: 'flag', description: 'without giving it the chance to clean up' },
  },
  examples: [
    { line: 'cancel web-01', explanation: 'the job that runs for this virtual machine' },
    { line: 'cancel 8B7A4F0E --kill', explanation: 'the job whose InstanceID begins so, at once' },
  ],
  async run({ operands: [text = ''], options }, context) {
    const { io, json, connection } = context
    const className = classOf(options.class, 'cancel')
    const how = options.kill ? 'kill' : 'terminate'
    return inSession(context, async (session, signal) => {
      const given = { text, className }
      const result = await withJob(session, given, stillRunning, signal, job =>
        session.cancel(job, how, { signal }),
      )
      const { job } = result
      const machine = job === null ? null : await machineOf(session, job, signal)
      if (json) {
        io.stdout(toJsonText({ ...result, job: job === null ? null : jobJson(job, machine, true) }))
      } else {
        const heading = job === null ? '' : jobHeading(job, machine, connection.host, io)
        io.stdout(`${heading}${outcomeText(result, connection)}\n`)
      }
      return result.outcome === 'not-cancellable' ? ExitCode.failed : ExitCode.ok
    })
  },
})

function outcomeText({ outcome, returnValue, job }: CancelResult, connection: ConnectionArguments): string {
  switch (outcome) {
    case 'done':
      return job === null ? 'The job has ended and is gone.' : `The job has ended: ${stateText(job)}.`
    case 'accepted': {
      const wait = job === null ? '' : ` ${commandFor('wait', job, connection)}`
      return `The request was accepted; the job has not ended yet. Its end:${wait}`
    }
    case 'already-ended':
      return 'Nothing was cancelled: the job had ended before.'
    case 'not-cancellable':
      return returnValue === null
        ? 'Nothing was cancelled: the job says that it cannot be.'
        : `Nothing was cancelled: the answer was ${labelled(nameOf(ReturnValue, returnValue), returnValue)}.`
  }
}
