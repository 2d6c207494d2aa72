/** Failures as a session delivers them, made of short descriptions. Invented, in the shape of WMI's. */
import { isDateTime } from '../../lib/cim/datetime'
import type { CimProperty, CimType } from '../../lib/cim/types'
import { decodeErrorList } from '../../lib/diagnosis/error-list'
import { jobFromInstance } from '../../lib/records/job'
import type { Failure } from '../../lib/telemetry/failure'
import { errorText } from '../support/cim-text'

type Scalar = string | number | null

export interface FailureDescription {
  readonly host?: string
  readonly class?: string
  readonly job?: Readonly<Record<string, Scalar | readonly Scalar[]>>
  /** A text is CIM-XML as it came; null is a NULL element; no list at all is a NULL array. */
  readonly errors?: readonly (Parameters<typeof errorText>[0] | string | null)[] | null
  readonly virtualMachine?: { readonly id: string; readonly name: string | null }
}

const DEFAULT_JOB = {
  InstanceID: '5D4A5D8E-2A3C-4B8E-9E4B-6F0C6B1B7C11',
  JobState: 10,
  ErrorCode: 32768,
  TimeOfLastStateChange: '20261126031502.250000+060',
}

export function failureOf(description: FailureDescription = {}): Failure {
  const { errors = [], virtualMachine } = description
  const properties: Record<string, CimProperty> = Object.create(null)
  for (const [name, value] of Object.entries({ ...DEFAULT_JOB, ...description.job })) {
    properties[name] = { type: typeOf(value), array: Array.isArray(value), value }
  }
  const className = description.class ?? 'Msvm_MigrationJob'
  const raw = errors?.map(error => (typeof error === 'object' && error !== null ? errorText(error) : error))
  return {
    host: description.host ?? 'HV-01',
    job: jobFromInstance({ className, properties }, null),
    result: decodeErrorList(raw ?? null),
    ...(virtualMachine === undefined ? {} : { virtualMachine }),
  }
}

function typeOf(value: unknown): CimType {
  const one = Array.isArray(value) ? value[0] : value
  if (typeof one === 'number') return 'uint16'
  return typeof one === 'string' && isDateTime(one) ? 'datetime' : 'string'
}
