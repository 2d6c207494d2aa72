/** What the telemetry functions take, checked. */
import { refuse, takeOptions } from '../base/arguments'
import type { ErrorList } from '../diagnosis/error-list'
import type { Job } from '../records/job'

/**
 * A failed job, or one that completed with warnings. The items of a watch fit as they are: `failed` ones, and `ended`
 * ones with a result.
 */
export interface Failure {
  /** The host the job ran on. */
  readonly host: string
  readonly job: Job
  /** The job's errors; null where they could not be read. */
  readonly result: ErrorList | null
  /** The virtual machine, where its name is known. */
  readonly virtualMachine?: { readonly id: string; readonly name: string | null } | null
}

/**
 * Replaces a text that may name something: a message, an argument, a path, a virtual machine, a host, raw XML.
 * @param field - where the text goes, e.g. `body`, `hyperv.vm.name`, `event.original`
 * @returns what is written instead
 */
export type Redact = (text: string, field: string) => string

export interface TelemetryOptions {
  /** Called with every text that may name something; what it returns is used. Default: texts stay as they are. */
  readonly redact?: Redact
  /** Also writes the CIM-XML of each error, which may be long. Default false. */
  readonly includeRaw?: boolean
}

export interface TelemetrySettings {
  readonly redact: Redact
  readonly includeRaw: boolean
}

/** @throws InvalidArgumentError */
export function checkFailure(failure: Failure): Failure {
  if (!isObject(failure)) refuse('failure', 'an object', failure)
  const { host, job, result, virtualMachine } = failure
  if (typeof host !== 'string' || host === '') refuse('failure.host', 'a non-empty string', host)
  if (!isObject(job)) refuse('failure.job', 'a job record', job)
  if (typeof result !== 'object') refuse('failure.result', 'the result of getErrorEx or null', result)
  const errors: unknown = result === null ? null : result.errors
  if (errors !== null && !(Array.isArray(errors) && errors.every(isObject))) {
    refuse('failure.result.errors', 'an array of records or null', errors)
  }
  if (typeof virtualMachine !== 'object' && virtualMachine !== undefined) {
    refuse('failure.virtualMachine', 'an object or null', virtualMachine)
  }
  return { host, job, result, virtualMachine: virtualMachine ?? null }
}

/** @throws InvalidArgumentError */
export function checkTelemetryOptions(options: TelemetryOptions | undefined): TelemetrySettings {
  const { redact, includeRaw } = takeOptions('options', options, ['redact', 'includeRaw'])
  if (redact !== undefined && typeof redact !== 'function') refuse('redact', 'a function', redact)
  if (includeRaw !== undefined && typeof includeRaw !== 'boolean')
    refuse('includeRaw', 'a boolean', includeRaw)
  return {
    redact: redact === undefined ? text => text : checked(redact),
    includeRaw: includeRaw ?? false,
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** A hook that forgets to return would ship `undefined` as text. */
function checked(redact: Redact): Redact {
  return (text, field) => {
    const replaced: unknown = redact(text, field)
    return typeof replaced === 'string'
      ? replaced
      : refuse(`redact('…', '${field}')`, 'a string as its result', replaced)
  }
}
