/** Failures as OpenTelemetry log records. */
import { errorTypeOf, type FieldValue, hypervFields, present, redacted, uidOf } from './attributes'
import { type Facts, factsOf } from './facts'
import {
  checkFailure,
  checkTelemetryOptions,
  type Failure,
  type TelemetryOptions,
  type TelemetrySettings,
} from './failure'

/**
 * A plain log record, as `logger.emit` takes it (OpenTelemetry, "Logs API" and "Logs Data Model",
 * https://opentelemetry.io/docs/specs/otel/logs/data-model/). Attributes whose value is not known are left out.
 */
export interface OtelLogRecord {
  eventName: 'hyperv.migration_job.error'
  /** When the job ended. */
  timestamp: Date
  /** SeverityNumber: 9 INFO, 13 WARN, 14 WARN2, 17 ERROR, 18 ERROR2, 21 FATAL. */
  severityNumber: number
  severityText: string
  /** The Message of the error; absent where it is NULL. */
  body?: string
  /** By flat name: `error.type`, `log.record.uid`, `host.name`, `hyperv.*`. */
  attributes: Record<string, FieldValue>
}

/**
 * A failed job as log records, one for each `Msvm_Error`; one for the job itself where it has none. Exactly one of
 * them has `hyperv.error.is_primary` true, so counting those counts jobs. Pure but for the time of a job that has
 * none. Messages hold names of hosts, virtual machines, paths and accounts: `redact` may replace them.
 * @throws InvalidArgumentError; whatever `redact` throws
 */
export function toOtelLogRecords(failure: Failure, options?: TelemetryOptions): OtelLogRecord[] {
  const settings = checkTelemetryOptions(options)
  return factsOf(checkFailure(failure)).map(facts => recordOf(facts, settings))
}

function recordOf(facts: Facts, settings: TelemetrySettings): OtelLogRecord {
  const { redact, includeRaw } = settings
  const host = redact(facts.failure.host, 'host.name')
  const body = redacted(facts.text, 'body', redact)
  return {
    eventName: 'hyperv.migration_job.error',
    timestamp: facts.times.at,
    severityNumber: facts.severity.number,
    severityText: facts.severity.text,
    ...(body === null ? {} : { body }),
    attributes: {
      'error.type': errorTypeOf(facts),
      // One process may report for many hosts, whose resource is then that of the process.
      'host.name': host,
      'log.record.uid': uidOf(facts, host),
      ...hypervFields(facts, settings),
      ...present({
        'log.record.original': includeRaw ? redacted(facts.raw, 'log.record.original', redact) : null,
      }),
    },
  }
}
