/** `list`: the jobs of a host as a table. */
import { defineCommand } from '../command'
import { ExitCode } from '../failures'
import { CLASSES_OPTION, classesOf, RAW_OPTION } from '../options'
import { inSession } from '../session-run'
import { jobJson } from '../text/job-json'
import { jobTableText } from '../text/job-table'
import { toJsonText } from '../text/json'
import { machinesOf } from '../virtual-machine'

export const command = defineCommand({
  summary: 'list the jobs of the host',
  details: 'A job vanishes five minutes after it ends, and sooner on a host with thousands of jobs.',
  options: {
    class: CLASSES_OPTION,
    failed: { kind: 'flag', description: 'only jobs that ended without success' },
    raw: RAW_OPTION,
  },
  examples: [
    { line: 'list --class all', explanation: 'migrations and all other jobs of this computer' },
    { line: 'list --failed --host HV-02', explanation: 'failed migrations of another host' },
  ],
  run({ options }, context) {
    const { io, json } = context
    return inSession(context, async (session, signal) => {
      const classes = classesOf(options.class)
      const jobs = await session.jobs({
        ...(classes === undefined ? {} : { classes }),
        failedOnly: options.failed,
        signal,
      })
      const machines = await machinesOf(session, jobs, signal)
      io.stdout(
        json
          ? toJsonText(jobs.map(job => jobJson(job, machines.get(job) ?? null, options.raw)))
          : jobTableText(jobs, machines, io),
      )
      return ExitCode.ok
    })
  },
})
