/** What there is to say about a failure, record by record, before it is put into the words of a format. */
import { cimDateTimeToDate, cimIntervalToMs } from '../cim/datetime'
import type { ErrorList } from '../diagnosis/error-list'
import { choosePrimary } from '../diagnosis/primary'
import { isEnded, type Job } from '../records/job'
import type { MsvmError } from '../records/msvm-error'
import type { Failure } from './failure'
import { type Meaning, meaningOfError, meaningOfText } from './meaning'
import { type Severity, severityOf } from './severity'

/** One of these becomes one log record or one document. */
export interface Facts {
  readonly failure: Failure
  /** null for a failure without records: the job itself is reported then. */
  readonly error: MsvmError | null
  /** Place among the records; null with `error`. */
  readonly index: number | null
  /** How many records the failure has. */
  readonly count: number
  readonly isPrimary: boolean
  readonly text: string | null
  /** The CIM-XML of the error; without records, of whatever could not be decoded. */
  readonly raw: string | null
  readonly severity: Severity
  readonly meaning: Meaning
  readonly times: Times
}

export interface Times {
  /** When it happened. */
  readonly at: Date
  readonly start: Date | null
  /** null for a job that has not ended. */
  readonly end: Date | null
  readonly durationMs: number | null
}

export function factsOf(failure: Failure): Facts[] {
  const { job, result } = failure
  const times = timesOf(job)
  const errors = result?.errors ?? []
  if (errors.length === 0) return [factsWithoutRecords(failure, times)]
  const primary = result?.primary ?? choosePrimary(errors)
  const raws = rawsOf(result)
  return errors.map((error, index) => ({
    failure,
    error,
    index,
    count: errors.length,
    isPrimary: index === primary,
    text: error.message ?? null,
    raw: raws[index] ?? null,
    severity: severityOf(error.perceivedSeverity, job),
    meaning: meaningOfError(error, index === primary ? errors : null),
    times,
  }))
}

function factsWithoutRecords(failure: Failure, times: Times): Facts {
  const { job, result } = failure
  const text = job.errorDescription || job.errorSummaryDescription || job.jobStatus || null
  const undecodable = (result?.undecodable ?? []).flatMap(({ raw }) => (raw === null ? [] : [raw]))
  return {
    failure,
    error: null,
    index: null,
    count: 0,
    isPrimary: true,
    text,
    raw: undecodable.length === 0 ? null : undecodable.join('\n'),
    severity: severityOf(null, job),
    meaning: meaningOfText(text),
    times,
  }
}

/** The texts that the records were decoded from, in their order. */
function rawsOf(result: ErrorList | null): readonly (string | null)[] {
  const skipped = new Set((result?.undecodable ?? []).map(({ index }) => index))
  return (result?.raw ?? []).filter((_, index) => !skipped.has(index))
}

function timesOf(job: Job): Times {
  const changed = toDate(job.timeOfLastStateChange)
  const start = toDate(job.startTime)
  const elapsedMs = typeof job.elapsedTime === 'string' ? cimIntervalToMs(job.elapsedTime) : null
  const end = isEnded(job) ? changed : null
  const betweenMs = start !== null && end !== null ? end.getTime() - start.getTime() : null
  const durationMs = betweenMs ?? elapsedMs
  return {
    // A record without a time would be dropped on its way, so the present is better than none.
    at: changed ?? start ?? toDate(job.timeSubmitted) ?? new Date(),
    start,
    end,
    durationMs: durationMs !== null && durationMs >= 0 ? durationMs : null,
  }
}

function toDate(text: string | null | undefined): Date | null {
  return typeof text === 'string' ? cimDateTimeToDate(text) : null
}
