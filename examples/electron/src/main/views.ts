/** Records as the page shows them: the record itself, and the labels that only the package can give. */
import {
  CimStatusCode,
  CommunicationStatus,
  DetailedStatus,
  type Enumeration,
  ErrorSourceFormat,
  ErrorType,
  type GetErrorExResult,
  HealthState,
  isEnded,
  type Job,
  JobState,
  jobTypeName,
  LocalOrUtcTime,
  MigrationType,
  type MsvmError,
  nameOf,
  OperatingStatus,
  OperationalStatus,
  outcome,
  PerceivedSeverity,
  PrimaryStatus,
  ProbableCause,
  RecoveryAction,
  ReturnValue,
  RunDayOfWeek,
  RunMonth,
} from 'hyperv-job-errors'
import { cimDateTimeToDate, cimIntervalToMs } from 'hyperv-job-errors/cimxml'
import { diagnose, type Diagnosis as Found, findCodes } from 'hyperv-job-errors/diagnosis'
import type { Diagnosis, ErrorView, JobView, Labels, ReportView } from '../shared'

const ERROR_ENUMS: Partial<Record<keyof MsvmError, Enumeration>> = {
  errorType: ErrorType,
  perceivedSeverity: PerceivedSeverity,
  probableCause: ProbableCause,
  errorSourceFormat: ErrorSourceFormat,
  cimStatusCode: CimStatusCode,
}

const JOB_ENUMS: Partial<Record<keyof Job, Enumeration>> = {
  jobState: JobState,
  errorCode: ReturnValue,
  operationalStatus: OperationalStatus,
  healthState: HealthState,
  communicationStatus: CommunicationStatus,
  detailedStatus: DetailedStatus,
  operatingStatus: OperatingStatus,
  primaryStatus: PrimaryStatus,
  recoveryAction: RecoveryAction,
  runMonth: RunMonth,
  runDayOfWeek: RunDayOfWeek,
  localOrUtcTime: LocalOrUtcTime,
}

/** Names a job among those of all hosts. */
export function keyOf(host: string, job: Job): string {
  return `${host} ${job.instanceId ? `${job.className} ${job.instanceId}` : (job.path ?? job.className)}`
}

export function jobView(host: string, job: Job): JobView {
  const labels: Record<string, string> = { ...labelsOf(job, JOB_ENUMS) }
  const jobType = jobTypeName(job)
  if (jobType !== null) labels.jobType = jobType
  if (job.kind === 'migration') Object.assign(labels, labelsOf(job, { migrationType: MigrationType }))
  return {
    key: keyOf(host, job),
    host,
    job,
    outcome: outcome(job),
    labels,
    title: jobType ?? job.elementName ?? job.className,
    virtualMachine: null,
    startedAt: momentOf(job.startTime ?? job.timeSubmitted),
    changedAt: isEnded(job) ? momentOf(job.timeOfLastStateChange) : null,
    elapsedMs: typeof job.elapsedTime === 'string' ? cimIntervalToMs(job.elapsedTime) : null,
    report: null,
    problem: null,
  }
}

export function reportView(result: GetErrorExResult): ReportView {
  const { errors, undecodable, raw, primary } = result
  const bad = new Set(undecodable.map(entry => entry.index))
  const places = (raw ?? []).map((_, index) => index).filter(index => !bad.has(index))
  return {
    errors: errors?.map((record, at) => errorView(record, places[at] ?? at)) ?? null,
    // An error loses its own properties in a structured clone.
    undecodable: undecodable.map(({ index, error }) => ({ index, rule: error.rule, message: error.message })),
    raw: raw ?? [],
    primary,
    diagnosis: diagnosisOf(diagnose(result)),
  }
}

function errorView(record: MsvmError, index: number): ErrorView {
  return {
    record,
    labels: labelsOf(record, ERROR_ENUMS),
    codes: findCodes(record).map(({ hex, symbol }) => ({ hex, symbol })),
    index,
  }
}

const SIDES: Readonly<Record<NonNullable<Found['side']>, string>> = {
  source: 'the source host',
  destination: 'the destination host',
  both: 'both hosts',
  client: 'the computer that asked for it',
}

function diagnosisOf({ id, hint, confidence, side, url }: Found): Diagnosis | null {
  if (id === null || hint === null) return null
  return {
    id,
    where: [confidence, side === null ? null : `on ${SIDES[side]}`].filter(Boolean).join(', '),
    hint,
    url,
  }
}

function labelsOf<Of extends object>(record: Of, enums: Partial<Record<keyof Of, Enumeration>>): Labels<Of> {
  const labels: Record<string, string> = {}
  for (const [field, of] of Object.entries(enums) as [Extract<keyof Of, string>, Enumeration][]) {
    const value: unknown = record[field]
    const numbers = (Array.isArray(value) ? value : [value]).filter(item => typeof item === 'number')
    const names = numbers.map(number => nameOf(of, number) ?? 'not documented')
    if (names.length > 0) labels[field] = names.join(', ')
  }
  return labels as Labels<Of>
}

function momentOf(datetime: string | null | undefined): number | null {
  return typeof datetime === 'string' ? (cimDateTimeToDate(datetime)?.getTime() ?? null) : null
}
