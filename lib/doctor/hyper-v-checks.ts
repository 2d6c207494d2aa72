/** Whether Hyper-V answers what the package asks it. */
import { randomUUID } from 'node:crypto'
import { now } from '../base/clock'
import { type Deadline, deadlineOf } from '../base/deadline'
import { TimeoutError } from '../base/errors'
import { JOB_CLASS_NAMES } from '../cim/names'
import { hasFailed, type Job } from '../records/job'
import type { ConnectSettings } from '../session/connect-options'
import type { CallOptions } from '../session/options'
import type { Session } from '../session/session'
import { eventQuery } from '../session/watch/event-feed'
import { AWAITING_EVENTS, subscribing } from '../wmi/operations'
import { REACTIONS } from '../wmi/policy'
import type { Transport } from '../wmi/transport'
import { WbemError } from '../wmi/wbem-error'
import { type Finding, fail, failure, pass, warn } from './check'

const MANAGEMENT_SERVICE = 'Msvm_VirtualSystemManagementService'
const MIGRATION_JOB = 'Msvm_MigrationJob'

const START_VMMS = 'see whether the service runs: Get-Service vmms; Start-Service vmms'

export async function vmmsCheck(session: Session, limit: CallOptions): Promise<Finding> {
  try {
    const services = await session.query(`SELECT * FROM ${MANAGEMENT_SERVICE}`, limit)
    return services.length === 0
      ? fail(`there is no ${MANAGEMENT_SERVICE}`, START_VMMS)
      : pass(`${MANAGEMENT_SERVICE} is there`)
  } catch (error) {
    return failure(error, START_VMMS)
  }
}

/** Migrations are what the package is for; the other classes came with later versions of Windows. */
export async function classesCheck(session: Session, limit: CallOptions): Promise<Finding> {
  const missing: string[] = []
  try {
    await Promise.all(
      JOB_CLASS_NAMES.map(async name => {
        if (!(await hasClass(session, name, limit))) missing.push(name)
      }),
    )
  } catch (error) {
    return failure(error)
  }
  if (missing.length === 0) return pass(`all ${JOB_CLASS_NAMES.length} classes of jobs`)
  const advice = 'these classes came with later versions of Windows: jobs of them do not exist there'
  return missing.includes(MIGRATION_JOB)
    ? fail(`without ${missing.join(', ')}`, 'see whether the Hyper-V role is installed completely')
    : warn(`without ${missing.join(', ')}`, advice)
}

async function hasClass(session: Session, name: string, limit: CallOptions): Promise<boolean> {
  try {
    await session.getObject(name, limit)
    return true
  } catch (error) {
    if (error instanceof WbemError && REACTIONS[error.category].classMissing) return false
    throw error
  }
}

/** One round trip for a job that exists, a failed one if there is any, else for one that does not. */
export async function getErrorExCheck(session: Session, limit: CallOptions): Promise<Finding> {
  try {
    const jobs = await session.jobs({ classes: 'all', ...limit })
    const job = jobs.find(hasFailed) ?? jobs[0]
    return job === undefined ? await callWithoutJob(session, limit) : await callForJob(session, job, limit)
  } catch (error) {
    return failure(error)
  }
}

async function callForJob(session: Session, job: Job, limit: CallOptions): Promise<Finding> {
  const startedAt = now()
  const { errors, undecodable } = await session.getErrorEx(job, limit)
  const took = millisecondsSince(startedAt)
  const count = errors === null ? 'none' : String(errors.length)
  const detail = `${took} for the errors of ${job.className} ${job.instanceId ?? job.path ?? ''}: ${count}`
  const [first] = undecodable
  if (first === undefined) return pass(detail)
  return warn(
    `${detail}, and ${undecodable.length} that could not be decoded: ${first.error.message}`,
    'report the text, which is kept in `raw`: hyperv-job-errors capture writes it to a file',
  )
}

async function callWithoutJob(session: Session, limit: CallOptions): Promise<Finding> {
  const startedAt = now()
  try {
    await session.getErrorEx(randomUUID().toUpperCase(), limit)
  } catch (error) {
    if (!(error instanceof WbemError) || error.category !== 'job-not-found') throw error
  }
  return pass(`${millisecondsSince(startedAt)} for a job that does not exist; there is no job now`)
}

function millisecondsSince(startedAt: number): string {
  return `${(now() - startedAt).toFixed(1)} ms`
}

/** On a connection of its own, of which each has one subscription. */
export async function eventsCheck(
  open: () => Transport,
  within: boolean,
  { timeoutMs, signal }: Pick<ConnectSettings, 'timeoutMs' | 'signal'>,
  firstAnswerMs: number,
): Promise<Finding> {
  let transport: Transport | undefined
  try {
    const deadline = deadlineOf({ timeoutMs, signal })
    transport = open()
    await transport.connect({ operation: 'connect', object: 'events' }, deadline)
    const subscription = subscribing(eventQuery([MIGRATION_JOB], within), MIGRATION_JOB)
    await transport.run(subscription, deadline)
    return pass(
      await firstAnswer(transport, deadlineOf({ timeoutMs: Math.min(firstAnswerMs, timeoutMs), signal })),
    )
  } catch (error) {
    const needsWithin = error instanceof WbemError && REACTIONS[error.category].subscribe === 'add-within'
    if (needsWithin && !within) {
      return warn(
        'the provider raises no events of its own accord',
        'nothing: `watch` has WMI poll for it, which events-within examines',
      )
    }
    return failure(error, '`watch` and `wait` look at the jobs every few seconds instead')
  } finally {
    transport?.close()
  }
}

async function firstAnswer(transport: Transport, deadline: Deadline): Promise<string> {
  try {
    await transport.run(AWAITING_EVENTS, deadline)
    return 'the subscription was accepted, and there were events at once'
  } catch (error) {
    if (error instanceof TimeoutError) return 'the subscription was accepted'
    throw error
  }
}
