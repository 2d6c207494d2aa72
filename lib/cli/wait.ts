/** `wait`: the end of one job, and its errors if it failed. */
import { outcome } from '../records/job'
import { JobFailedError } from '../session/job-errors'
import type { Command } from './arguments'
import { errorListText, jobHeading } from './errors'
import { safeText, wrap } from './format'
import { commandFor } from './job-text'
import { toJsonText } from './json'
import { progressOn } from './progress'
import { type CliIo, type Connect, ExitCode, InterruptedError } from './types'

type WaitCommand = Extract<Command, { name: 'wait' }>

export async function wait(
  command: WaitCommand,
  json: boolean,
  io: CliIo,
  connect: Connect,
): Promise<number> {
  const { connection, job: ref } = command
  const signal = io.interruption()
  try {
    const session = await connect({ ...connection, signal })
    const progress = json ? null : progressOn(io)
    try {
      const job = await session.wait(ref, { signal, onProgress: job => progress?.show(job) })
      progress?.end()
      const hint =
        outcome(job) === 'warning' ? `what they are: ${commandFor('errors', job, connection)}\n` : ''
      io.stdout(json ? toJsonText({ job }) : `${jobHeading(job, connection.host, io)}${hint}`)
      return ExitCode.ok
    } catch (error) {
      progress?.end()
      if (!(error instanceof JobFailedError)) throw error
      io.stdout(json ? failureJson(error) : failureText(error, connection.host, io))
      return ExitCode.found
    } finally {
      await session.close()
    }
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error
    const job = typeof ref === 'string' ? { className: 'Msvm_MigrationJob', instanceId: ref } : ref
    const command = commandFor('cancel', job, connection)
    throw new InterruptedError(`no longer waiting; the job itself goes on, unless you end it: ${command}`)
  }
}

/** Like that of `errors`, with the whole record of the job. */
function failureJson({ job, result, cause }: JobFailedError): string {
  return toJsonText(result === null ? { job, error: cause } : { ...result, job })
}

function failureText({ job, result, cause }: JobFailedError, host: string | undefined, io: CliIo): string {
  const heading = jobHeading(job, host, io)
  if (result !== null) return `${heading}\n${errorListText(result, io)}`
  const why = cause instanceof Error ? cause.message : String(cause)
  const lines = wrap(`its errors could not be read: ${safeText(why)}`, io.width)
  return `${heading}\n${lines.join('\n')}\n`
}
