/** `cancel`: asks a job to end and says what came of it. */

import { nameOf, ReturnValue } from '../records/enums'
import type { CancelResult } from '../session/cancel'
import type { Command } from './arguments'
import { jobHeading } from './errors'
import { labelled } from './format'
import { commandFor, stateText } from './job-text'
import { toJsonText } from './json'
import { type CliIo, type Connect, ExitCode } from './types'

type CancelCommand = Extract<Command, { name: 'cancel' }>

export async function cancel(
  command: CancelCommand,
  json: boolean,
  io: CliIo,
  connect: Connect,
): Promise<number> {
  const { connection, job, how } = command
  const session = await connect(connection)
  try {
    const result = await session.cancel(job, how)
    const heading = result.job === null ? '' : jobHeading(result.job, connection.host, io)
    io.stdout(json ? toJsonText(result) : `${heading}${outcomeText(result, command)}\n`)
    return result.outcome === 'not-cancellable' ? ExitCode.failed : ExitCode.ok
  } finally {
    await session.close()
  }
}

function outcomeText({ outcome, returnValue, job }: CancelResult, { connection }: CancelCommand): string {
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
