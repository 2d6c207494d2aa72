/** Failures as documents of the Elastic Common Schema. */
import { errorTypeOf, type FieldValue, hypervFields, present, redacted, uidOf } from './attributes'
import { type Facts, factsOf } from './facts'
import {
  checkFailure,
  checkTelemetryOptions,
  type Failure,
  type TelemetryOptions,
  type TelemetrySettings,
} from './failure'

export type EcsValue = FieldValue | { [name: string]: EcsValue }

/**
 * A plain document (Elastic, "ECS field reference", https://www.elastic.co/docs/reference/ecs/ecs-field-reference),
 * nested as ECS writes it. Fields whose value is not known are left out.
 */
export interface EcsDocument {
  /** When the job ended: ISO 8601 in UTC. */
  '@timestamp': string
  [name: string]: EcsValue
}

/** The version of ECS that the fields are of. */
const ECS_VERSION = '9.4.0'
const NS_PER_MS = 1_000_000

/**
 * A failed job as ECS documents, one for each `Msvm_Error`; one for the job itself where it has none. Exactly one of
 * them has `hyperv.error.is_primary` true, so counting those counts jobs. Pure but for the time of a job that has
 * none. Messages hold names of hosts, virtual machines, paths and accounts: `redact` may replace them.
 * @throws InvalidArgumentError; whatever `redact` throws
 */
export function toEcsDocuments(failure: Failure, options?: TelemetryOptions): EcsDocument[] {
  const settings = checkTelemetryOptions(options)
  return factsOf(checkFailure(failure)).map(facts => documentOf(facts, settings))
}

function documentOf(facts: Facts, settings: TelemetrySettings): EcsDocument {
  const { redact, includeRaw } = settings
  const { error, meaning, times } = facts
  const host = redact(facts.failure.host, 'host.name')
  const message = redacted(facts.text, 'message', redact)
  const at = times.at.toISOString()
  const fields = present({
    message,
    'ecs.version': ECS_VERSION,
    'error.code': meaning.code?.hex,
    'error.message': message,
    'error.type': errorTypeOf(facts),
    'event.action': 'migration-job-error',
    'event.category': ['host'],
    'event.code': error?.messageId,
    'event.created': at,
    'event.dataset': 'hyperv.migration',
    'event.duration': times.durationMs === null ? null : Math.round(times.durationMs * NS_PER_MS),
    'event.end': times.end?.toISOString(),
    'event.id': uidOf(facts, host),
    'event.kind': 'event',
    'event.module': 'hyperv',
    'event.original': includeRaw ? redacted(facts.raw, 'event.original', redact) : null,
    'event.outcome': 'failure',
    'event.provider': error?.owningEntity,
    'event.reason': meaning.category,
    'event.reference': meaning.url,
    'event.sequence': facts.index,
    'event.severity': error?.perceivedSeverity,
    'event.start': times.start?.toISOString(),
    'event.type': ['error'],
    'host.name': host,
    'log.level': facts.severity.text,
    ...hypervFields(facts, settings),
  })
  return { '@timestamp': at, ...nested(fields) }
}

/** `{ 'a.b': 1 }` as `{ a: { b: 1 } }`. No field's name is the beginning of another's. */
function nested(fields: Readonly<Record<string, FieldValue>>): Record<string, EcsValue> {
  const root: Record<string, EcsValue> = {}
  for (const [name, value] of Object.entries(fields)) {
    const parts = name.split('.')
    const last = parts.pop() ?? name
    let place = root
    for (const part of parts) place = child(place, part)
    place[last] = value
  }
  return root
}

function child(of: Record<string, EcsValue>, name: string): Record<string, EcsValue> {
  const existing = of[name]
  if (typeof existing === 'object' && !Array.isArray(existing)) return existing
  const made: Record<string, EcsValue> = {}
  of[name] = made
  return made
}
