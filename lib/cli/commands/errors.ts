/** `errors`: everything that a job says about why it failed. */

import type { JobRef } from '../../wmi/object-path'
import { type Context, defineCommand } from '../command'
import { ExitCode, UsageError } from '../failures'
import { lastFailedJob, withErrors, withJob } from '../find-job'
import { CLASS_OPTION, classOf, JOB_OPERAND } from '../options'
import { inSession } from '../session-run'
import { errorListText } from '../text/error-list'
import { errorListJson } from '../text/error-list-json'
import { jobHeading } from '../text/job-heading'
import { jobJson } from '../text/job-json'
import { toJsonText } from '../text/json'
import type { CliSession } from '../types'
import { machineOf } from '../virtual-machine'

export const command = defineCommand({
  summary: 'print the errors of a job',
  operand: { ...JOB_OPERAND, isOptional: true },
  options: {
    class: CLASS_OPTION,
    last: {
      kind: 'flag',
      description: 'the failed job that ended last; of a virtual machine if one is named',
    },
  },
  examples: [
    { line: 'errors --last', explanation: 'why the latest failed job failed' },
    { line: 'errors 8B7A4F0E', explanation: 'of the job whose InstanceID begins so' },
    { line: 'errors web-01', explanation: 'of the job that failed for this virtual machine' },
  ],
  async run({ operands: [text], options }, context) {
    const className = classOf(options.class, 'errors')
    if (text === undefined && !options.last) throw new UsageError('errors expects a job, or --last', 'errors')
    return inSession(context, async (session, signal) => {
      if (!options.last && text !== undefined) {
        return withJob(session, { text, className }, withErrors, signal, job =>
          printErrors(session, job, signal, context),
        )
      }
      const job = await lastFailedJob(session, { ...(text === undefined ? {} : { text }), className }, signal)
      if (job !== null) return printErrors(session, job, signal, context)
      context.io.stdout(context.json ? toJsonText(null) : 'no failed job\n')
      return ExitCode.ok
    })
  },
})

async function printErrors(
  session: CliSession,
  ref: JobRef,
  signal: AbortSignal,
  { io, json, connection }: Context,
): Promise<number> {
  // The heading is a courtesy: its failure takes no error from anybody.
  const heading = session.job(ref, { signal }).then(
    async job => ({ job, machine: await machineOf(session, job, signal) }),
    () => null,
  )
  const result = await session.getErrorEx(ref, { signal })
  const found = await heading
  if (json) {
    const job = found === null ? result.job : jobJson(found.job, found.machine, true)
    io.stdout(toJsonText({ ...errorListJson(result, true), job }))
  } else {
    const head = found === null ? '' : `${jobHeading(found.job, found.machine, connection.host, io)}\n`
    io.stdout(`${head}${errorListText(result, io)}`)
  }
  return (result.errors?.length ?? 0) + result.undecodable.length > 0 ? ExitCode.found : ExitCode.ok
}
