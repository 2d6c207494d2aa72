/** Every name that is not `hyperv.*` is one that its standard publishes, with a value of the kind it declares. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { EcsFlat, EcsVersion } from '@elastic/ecs'
import type { Logger as ApiLogger } from '@opentelemetry/api'
import type { Logger } from '@opentelemetry/api-logs'
import { SeverityNumber } from '@opentelemetry/api-logs'
import * as conventions from '@opentelemetry/semantic-conventions/incubating'
import {
  type EcsDocument,
  type EcsValue,
  toEcsDocuments,
  toOtelLogRecords,
} from '../../lib/entries/telemetry'
import { failureOf } from './failures'

/** With every field that there is. */
const full = failureOf({
  virtualMachine: { id: 'A', name: 'a' },
  job: {
    JobType: 305,
    MigrationType: 32768,
    PercentComplete: 40,
    DestinationHost: 'HV-02',
    StartTime: '20261126020000.000000+000',
  },
  errors: [
    {
      CIMStatusCode: 1,
      ErrorSource: 'x',
      ErrorType: 4,
      Message: 'a (0x8009030E)',
      MessageArguments: ['b'],
      MessageID: '1',
      OwningEntity: 'c',
      PerceivedSeverity: 5,
      ProbableCause: 1,
    },
    '<damaged',
  ],
})

const OURS = /^hyperv(?:\.[a-z][a-z_]*){2}$/

function flat(document: EcsDocument | Record<string, EcsValue>, prefix = ''): Map<string, EcsValue> {
  const fields = new Map<string, EcsValue>()
  for (const [name, value] of Object.entries(document)) {
    if (typeof value === 'object' && !Array.isArray(value)) {
      for (const [below, one] of flat(value, `${prefix}${name}.`)) fields.set(below, one)
    } else {
      fields.set(prefix + name, value)
    }
  }
  return fields
}

describe('an OpenTelemetry log record', () => {
  const [record] = toOtelLogRecords(full, { includeRaw: true })

  test('is what both versions of the logs API take', () => {
    const emitted: unknown[] = []
    const logger = { emit: (given: unknown) => emitted.push(given) }
    const current: Pick<ApiLogger, 'emit'> = logger
    const earlier: Pick<Logger, 'emit'> = logger
    // The arguments are checked by the compiler.
    current.emit(record!)
    earlier.emit(record!)
    assert.deepEqual(emitted, [record, record])
  })

  test('uses published names or its own', () => {
    const published = new Set<unknown>(Object.values(conventions))
    for (const name of Object.keys(record!.attributes)) {
      assert.ok(OURS.test(name) || published.has(name), `${name} is not published`)
    }
  })

  test('uses none of the names that are deprecated or mean something else', () => {
    const avoided = /^(?:error\.message|event\.name|exception\..*)$/
    assert.deepEqual(
      Object.keys(record!.attributes).filter(name => avoided.test(name)),
      [],
    )
  })

  test('has the severity that its text names', () => {
    for (let perceived = 0; perceived < 9; perceived++) {
      const [{ severityNumber, severityText } = record!] = toOtelLogRecords(
        failureOf({ errors: [{ PerceivedSeverity: perceived }] }),
      )
      assert.equal(SeverityNumber[severityNumber], severityText)
    }
  })
})

describe('an ECS document', () => {
  const [document] = toEcsDocuments(full, { includeRaw: true })
  const fields = flat(document!)
  const published: Readonly<Record<string, { type: string; normalize: string[]; allowed_values?: unknown }>> =
    EcsFlat

  test('names the version of ECS whose fields it uses', () => {
    assert.equal(fields.get('ecs.version'), EcsVersion)
  })

  for (const [name, value] of fields) {
    if (name.startsWith('hyperv.')) {
      test(`${name} is a field of the package's own`, () => assert.match(name, OURS))
      continue
    }
    test(`${name} is published with that type`, () => {
      const field = published[name]
      assert.ok(field !== undefined, 'not published')
      assert.equal(field.normalize.includes('array'), Array.isArray(value), 'a list or not')
      if (field.type === 'long') assert.ok(Number.isSafeInteger(value))
      else if (field.type === 'date') assert.equal(new Date(String(value)).toISOString(), value)
      else assert.ok(['keyword', 'match_only_text', 'wildcard'].includes(field.type), field.type)
    })
  }

  for (const name of ['event.kind', 'event.category', 'event.type', 'event.outcome']) {
    test(`${name} has a value that ECS allows`, () => {
      const allowed = published[name]?.allowed_values as { name: string; expected_event_types?: string[] }[]
      const names = allowed.map(value => value.name)
      for (const value of [fields.get(name)].flat()) assert.ok(names.includes(String(value)), String(value))
    })
  }
})
