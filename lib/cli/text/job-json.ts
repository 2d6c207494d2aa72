/** Jobs as `--json` prints them: what the library gives, and what a script would have to work out. */
import { isEnded, type Job, outcome } from '../../records/job'
import type { VirtualMachine } from '../../session/virtual-machines'
import { isoTime } from './time'

/** Fields beside those of the library's record. */
interface JobExtras {
  readonly outcome: string
  readonly virtualMachine: VirtualMachine | null
  /** ISO 8601 in UTC; null where the job does not say. */
  readonly startedAt: string | null
  readonly changedAt: string | null
  readonly endedAt: string | null
}

/** @param raw - whether embedded instances are kept as the XML they are */
export function jobJson(
  job: Job,
  machine: VirtualMachine | null,
  raw: boolean,
): Readonly<Record<string, unknown>> {
  const changedAt = isoTime(job.timeOfLastStateChange)
  const extras: JobExtras = {
    outcome: outcome(job),
    virtualMachine: machine,
    startedAt: isoTime(job.startTime ?? job.timeSubmitted),
    changedAt,
    endedAt: isEnded(job) ? changedAt : null,
  }
  return { ...(raw ? job : withoutXml(job)), ...extras }
}

const XML = /^\s*<(?:\?xml|INSTANCE|CLASS|CIM|DECLARATION)\b/

function withoutXml(record: object): Readonly<Record<string, unknown>> {
  const entries = Object.entries(record).map(([name, value]: [string, unknown]) => {
    if (name === 'extra' && typeof value === 'object' && value !== null) return [name, withoutXml(value)]
    return [name, value]
  })
  return Object.fromEntries(entries.filter(([, value]) => !isXml(value)))
}

function isXml(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every(isXml)
  return typeof value === 'string' && XML.test(value)
}
