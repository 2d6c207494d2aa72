/** The fields that log records and documents share: `hyperv.*` by their flat names, `error.type`, the unique id. */
import { type Enumeration, ErrorType, JobState, MigrationType, ProbableCause } from '../records/enums'
import { type Job, jobTypeName } from '../records/job'
import type { Facts } from './facts'
import type { Redact, TelemetrySettings } from './failure'

/** What a field of a log record or a document holds. */
export type FieldValue = string | number | boolean | string[]
/** null and undefined: left out. */
type MaybeFields = Readonly<Record<string, FieldValue | null | undefined>>

/** A MessageID that is no number or word could be anything, and `error.type` must have few values. */
const MESSAGE_ID = /^\w{1,32}$/

/** For alerts, so of low cardinality: what is wrong, as exactly as it is known. */
export function errorTypeOf({ error, meaning }: Facts): string {
  if (meaning.category !== null) return meaning.category
  if (meaning.code !== null) return meaning.code.symbol ?? meaning.code.hex
  const messageId = error?.messageId?.trim() ?? ''
  return MESSAGE_ID.test(messageId) ? `hyperv.message_id.${messageId}` : '_OTHER'
}

/** Equal for the same error of the same job, however often it is sent. Names nothing but the redacted host. */
export function uidOf({ failure: { job }, index }: Facts, host: string): string {
  const parts = [host, job.instanceId ?? job.path, index]
  return parts.filter(part => part !== null && part !== undefined).join('/')
}

/** Every `hyperv.*` field that is known. */
export function hypervFields(facts: Facts, { redact }: TelemetrySettings): Record<string, FieldValue> {
  const { failure, error, meaning } = facts
  const { job, result, virtualMachine } = failure
  const undecodable = result?.undecodable?.length ?? 0
  return present({
    'hyperv.error.hresult': meaning.code?.hex,
    'hyperv.error.hresult_name': meaning.code?.symbol,
    'hyperv.error.message_id': error?.messageId,
    'hyperv.error.message_arguments': argumentsOf(error?.messageArguments, redact),
    'hyperv.error.kind': labelOf(ErrorType, error?.errorType),
    'hyperv.error.probable_cause': labelOf(ProbableCause, error?.probableCause),
    'hyperv.error.cim_status_code': error?.cimStatusCode,
    'hyperv.error.perceived_severity': error?.perceivedSeverity,
    'hyperv.error.source': redacted(error?.errorSource, 'hyperv.error.source', redact),
    'hyperv.error.index': facts.index,
    'hyperv.error.count': facts.count,
    // Texts that are no CIM-XML have no record, so their number is all that shows them.
    'hyperv.error.undecodable_count': undecodable === 0 ? null : undecodable,
    'hyperv.error.is_primary': facts.isPrimary,
    'hyperv.error.fingerprint': meaning.fingerprint,
    'hyperv.diagnosis.id': meaning.id,
    'hyperv.diagnosis.category': meaning.category,
    'hyperv.diagnosis.retryable': meaning.retryable,
    'hyperv.diagnosis.side': meaning.side,
    'hyperv.diagnosis.url': meaning.url,
    'hyperv.job.id': job.instanceId,
    'hyperv.job.type': jobTypeOf(job),
    'hyperv.job.state': labelOf(JobState, job.jobState),
    'hyperv.job.error_code': job.errorCode,
    'hyperv.job.percent_complete': job.percentComplete,
    'hyperv.vm.id': redacted(virtualMachine?.id ?? virtualMachineOf(job), 'hyperv.vm.id', redact),
    'hyperv.vm.name': redacted(virtualMachine?.name, 'hyperv.vm.name', redact),
    'hyperv.migration.destination_host': redacted(
      'destinationHost' in job ? job.destinationHost : null,
      'hyperv.migration.destination_host',
      redact,
    ),
    'hyperv.migration.type': labelOf(MigrationType, 'migrationType' in job ? job.migrationType : null),
  })
}

/** Without what is null or undefined. */
export function present(fields: MaybeFields): Record<string, FieldValue> {
  const known: Record<string, FieldValue> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (value !== null && value !== undefined) known[name] = value
  }
  return known
}

export function redacted(text: string | null | undefined, field: string, redact: Redact): string | null {
  return typeof text === 'string' ? redact(text, field) : null
}

/** A number that nobody documented stays visible, also one of a reserved range. */
function labelOf(of: Enumeration, value: number | null | undefined): string | null {
  return value === null || value === undefined ? null : (of.values[value] ?? String(value))
}

/** Attributes are arrays of one type, so an argument that is NULL is an empty text: the others keep their places. */
function argumentsOf(list: readonly (string | null)[] | null | undefined, redact: Redact): string[] | null {
  if (!Array.isArray(list)) return null
  return list.map(text => redacted(text, 'hyperv.error.message_arguments', redact) ?? '')
}

function jobTypeOf(job: Job): string | null {
  const number = 'jobType' in job ? job.jobType : null
  return jobTypeName(job) ?? (typeof number === 'number' ? String(number) : null)
}

function virtualMachineOf(job: Job): string | null {
  if ('virtualSystemName' in job) return job.virtualSystemName ?? null
  const id = 'virtualMachineId' in job ? job.virtualMachineId : null
  return typeof id === 'string' ? id : null
}
