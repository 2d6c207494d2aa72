/** How bad an error is, in the terms of log records. */
import { type JobProgress, outcome } from '../records/job'

export interface Severity {
  /** SeverityNumber of OpenTelemetry's log data model, 1 to 24. */
  readonly number: number
  readonly text: string
}

const ERROR: Severity = { number: 17, text: 'ERROR' }
const WARN: Severity = { number: 13, text: 'WARN' }

/** By PerceivedSeverity, as the installed class numbers it; any other number, NULL included, is an error. */
const BY_PERCEIVED_SEVERITY: Readonly<Record<number, Severity>> = {
  2: { number: 9, text: 'INFO' },
  3: WARN,
  4: { number: 14, text: 'WARN2' },
  5: ERROR,
  6: { number: 18, text: 'ERROR2' },
  7: { number: 21, text: 'FATAL' },
}

/** Nothing that a job completed in spite of is worse than a warning. */
export function severityOf(perceivedSeverity: number | null | undefined, job: JobProgress): Severity {
  const severity = BY_PERCEIVED_SEVERITY[perceivedSeverity ?? 0] ?? ERROR
  return outcome(job) === 'warning' && severity.number > WARN.number ? WARN : severity
}
