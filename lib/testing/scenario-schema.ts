/** The JSON Schema of a scenario: shape and ranges. What a schema cannot say is checked in `check-scenario.ts`. */
import { JOB_CLASS_NAMES } from '../cim/names'
import { OPERATIONS, SHAPES } from './scenario'
import { anyCasePattern, noSlipPattern, type Schema } from './schema'

/** Longest wait a scenario can ask for: a day. */
const MAX_WAIT_MS = 86_400_000
/** What the C++ server reads a count into. */
const MAX_COUNT = 0xffff_ffff

/** Null is the default, as leaving it out is. */
function nullable(schema: Schema): Schema {
  return { ...schema, type: [...[schema.type ?? []].flat(), 'null'] }
}

const TEXT: Schema = { type: ['string', 'null'] }
const FLAG: Schema = { type: ['boolean', 'null'] }
const NAME: Schema = { title: 'a non-empty string', type: 'string', minLength: 1 }
const CIM_NAME: Schema = {
  title: 'a CIM name: letters, digits and _',
  type: 'string',
  pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
}
const TIME: Schema = {
  title: `milliseconds from 0 to ${MAX_WAIT_MS}`,
  type: 'number',
  minimum: 0,
  maximum: MAX_WAIT_MS,
}
const WAIT = nullable(TIME)
const COUNT: Schema = {
  title: `an integer from 0 to ${MAX_COUNT}`,
  type: ['integer', 'null'],
  minimum: 0,
  maximum: MAX_COUNT,
}
const HRESULT: Schema = {
  title: 'a failing HRESULT such as "0x800706BA"',
  anyOf: [
    { type: 'string', pattern: '^(?:0[xX])?[89A-Fa-f][0-9A-Fa-f]{7}$' },
    { type: 'integer', minimum: 0x8000_0000, maximum: 0xffff_ffff },
    { type: 'integer', minimum: -0x8000_0000, maximum: -1 },
    { type: 'null' },
  ],
}
const PROPERTIES: Schema = {
  description:
    'CIM values by property name. 64-bit integers also as decimal strings, datetimes as 25 characters, embedded objects as {"class", "properties"}; {"type", "value"} names the CIM type.',
  type: 'object',
}

function record(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  const propertyNames = { pattern: noSlipPattern(Object.keys(properties)) }
  return { type: 'object', required, propertyNames, properties }
}

function list(items: Schema): Schema {
  return { type: ['array', 'null'], items }
}

export const ANSWER_SCHEMA = record({
  returnValue: COUNT,
  errors: { type: ['array', 'null'], items: TEXT, description: 'CIM-XML texts; null is NULL' },
  latencyMs: WAIT,
  shape: { enum: [...SHAPES, null], description: 'What Errors arrives as' },
})

const EVENT = record({ afterMs: TIME, set: nullable(PROPERTIES), create: FLAG, remove: FLAG }, ['afterMs'])

export const JOB_SCHEMA = record(
  {
    class: {
      title: `one of ${JOB_CLASS_NAMES.join(', ')}`,
      type: 'string',
      pattern: anyCasePattern(JOB_CLASS_NAMES),
    },
    properties: PROPERTIES,
    getErrorEx: { ...list(ANSWER_SCHEMA), description: 'One answer for each call; the last repeats' },
    timeline: { ...list(EVENT), description: 'What happens to the job, counted from the start' },
  },
  ['class', 'properties'],
)

const METHOD = record(
  {
    class: CIM_NAME,
    name: CIM_NAME,
    answers: {
      type: 'array',
      title: 'an array of at least one answer',
      minItems: 1,
      items: record({
        returnValue: COUNT,
        starts: {
          ...nullable(NAME),
          description: 'InstanceID of a job that begins with this call',
        },
        out: nullable(PROPERTIES),
        latencyMs: WAIT,
      }),
    },
  },
  ['class', 'name', 'answers'],
)

export const FAULT_SCHEMA = record(
  {
    operation: { enum: OPERATIONS },
    method: { ...nullable(NAME), description: 'Only for execMethod' },
    object: { ...nullable(NAME), description: 'Part of the object path or of the query; not for next' },
    calls: {
      ...list({ title: 'a call number from 1', type: 'integer', minimum: 1, maximum: MAX_COUNT }),
      description: 'Counted from 1; every call when absent',
    },
    hresult: HRESULT,
    hangMs: { ...WAIT, description: 'Waited before the answer' },
    description: TEXT,
  },
  ['operation'],
)

/** Shipped as `hyperv-job-errors/scenario.schema.json`. */
export const SCENARIO_SCHEMA: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'an object',
  description: 'A simulated Hyper-V host of hyperv-job-errors/testing. Unknown keys are left alone.',
  ...record({
    computer: { ...nullable(NAME), description: 'Default HV-01' },
    namespaceMissing: { ...FLAG, description: 'A host without the Hyper-V role' },
    jobs: list(JOB_SCHEMA),
    instances: list(record({ class: CIM_NAME, properties: PROPERTIES }, ['class', 'properties'])),
    methods: list(METHOD),
    faults: list(FAULT_SCHEMA),
    events: nullable(record({ needsWithin: FLAG, maxSubscriptions: COUNT, dropAfter: COUNT })),
  }),
}
