import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isHyperVError } from '../../lib/base/errors'
import type { EcsDocument, OtelLogRecord, TelemetryOptions } from '../../lib/entries/telemetry'
import { toEcsDocuments, toOtelLogRecords } from '../../lib/entries/telemetry'
import { type FailureDescription, failureOf } from './failures'

type Attributes = OtelLogRecord['attributes']

function attributesOf(description: FailureDescription, options?: TelemetryOptions): Attributes[] {
  return toOtelLogRecords(failureOf(description), options).map(({ attributes }) => attributes)
}

function eventOf(document: EcsDocument | undefined): Record<string, unknown> {
  return document?.event as Record<string, unknown>
}

describe('the records of a failure', () => {
  test('are one for each error, and exactly one of them is primary', () => {
    const attributes = attributesOf({
      errors: [{ Message: 'a' }, { Message: 'b (0x80070569)' }, { Message: 'c' }],
    })
    assert.deepEqual(
      attributes.map(fields => fields['hyperv.error.is_primary']),
      [false, true, false],
    )
    assert.deepEqual(
      attributes.map(fields => [fields['hyperv.error.index'], fields['hyperv.error.count']]),
      [
        [0, 3],
        [1, 3],
        [2, 3],
      ],
    )
  })

  test('are one for the job where there is no error, and it is primary', () => {
    for (const errors of [null, []]) {
      const records = toOtelLogRecords(failureOf({ errors, job: { ErrorDescription: 'It went wrong.' } }))
      assert.equal(records.length, 1)
      assert.equal(records[0]?.body, 'It went wrong.')
      assert.equal(records[0]?.severityNumber, 17)
      assert.equal(records[0]?.attributes['hyperv.error.is_primary'], true)
      assert.equal(records[0]?.attributes['hyperv.error.count'], 0)
      assert.ok(!('hyperv.error.index' in records[0].attributes))
    }
  })

  test('are one for the job where its errors could not be read', () => {
    const failure = { ...failureOf(), result: null }
    assert.equal(toOtelLogRecords(failure).length, 1)
    assert.equal(toEcsDocuments(failure).length, 1)
  })

  test('have one primary even when nobody has chosen one', () => {
    const failure = failureOf({ errors: [{ Message: 'a' }, { Message: 'b (0x80070569)' }] })
    const records = toOtelLogRecords({ ...failure, result: { ...failure.result!, primary: null } })
    assert.deepEqual(
      records.map(({ attributes }) => attributes['hyperv.error.is_primary']),
      [false, true],
    )
  })

  test('have unique ids, the same ones each time', () => {
    const errors = [{ Message: 'a' }, { Message: 'a' }]
    const ids = [
      ...attributesOf({ errors }),
      ...attributesOf({ errors, host: 'HV-02' }),
      ...attributesOf({ errors, job: { InstanceID: 'other' } }),
      ...attributesOf({ errors: null }),
    ].map(fields => fields['log.record.uid'])
    assert.equal(new Set(ids).size, 7)
    assert.deepEqual(
      toEcsDocuments(failureOf({ errors })).map(document => eventOf(document).id),
      ids.slice(0, 2),
    )
  })

  test('carry what is known of the virtual machine, its name included', () => {
    const job = { VirtualSystemName: 'A-GUID', DestinationHost: 'HV-02' }
    const [unnamed] = attributesOf({ job })
    assert.equal(unnamed?.['hyperv.vm.id'], 'A-GUID')
    assert.ok(!('hyperv.vm.name' in unnamed))
    const [named] = attributesOf({ job, virtualMachine: { id: 'A-GUID', name: 'ledger-db' } })
    assert.equal(named?.['hyperv.vm.name'], 'ledger-db')
    const [exported] = attributesOf({
      class: 'Msvm_VirtualSystemReferencePointExportJob',
      job: { VirtualMachineId: 'B-GUID' },
    })
    assert.equal(exported?.['hyperv.vm.id'], 'B-GUID')
  })

  test('leave out what is NULL or absent', () => {
    const [fields] = attributesOf({ errors: [{ Message: null, MessageID: null, PerceivedSeverity: null }] })
    assert.deepEqual(Object.keys(fields!).sort(), [
      'error.type',
      'host.name',
      'hyperv.error.count',
      'hyperv.error.fingerprint',
      'hyperv.error.index',
      'hyperv.error.is_primary',
      'hyperv.job.error_code',
      'hyperv.job.id',
      'hyperv.job.state',
      'log.record.uid',
    ])
    assert.ok(!('body' in toOtelLogRecords(failureOf({ errors: [{ Message: null }] }))[0]!))
  })

  test('carry the XML of their own error only when it is asked for', () => {
    const errors = ['<not xml', { Message: 'a' }, null, { Message: 'b' }]
    for (const fields of attributesOf({ errors })) assert.ok(!('log.record.original' in fields))
    const originals = attributesOf({ errors }, { includeRaw: true }).map(
      fields => fields['log.record.original'],
    )
    assert.equal(originals.length, 2)
    assert.match(String(originals[0]), />a</)
    assert.match(String(originals[1]), />b</)
    const [only] = toEcsDocuments(failureOf({ errors: ['<not xml'] }), { includeRaw: true })
    assert.equal(eventOf(only).original, '<not xml')
  })
})

describe('the severity of a record', () => {
  const LEVELS: readonly [perceived: number | null, number: number, text: string][] = [
    [null, 17, 'ERROR'],
    [0, 17, 'ERROR'],
    [1, 17, 'ERROR'],
    [2, 9, 'INFO'],
    [3, 13, 'WARN'],
    [4, 14, 'WARN2'],
    [5, 17, 'ERROR'],
    [6, 18, 'ERROR2'],
    [7, 21, 'FATAL'],
    [8, 17, 'ERROR'],
    [65535, 17, 'ERROR'],
  ]
  for (const [perceived, number, text] of LEVELS) {
    test(`is ${text} for a PerceivedSeverity of ${perceived}, which is kept`, () => {
      const failure = failureOf({ errors: [{ PerceivedSeverity: perceived }] })
      const [record] = toOtelLogRecords(failure)
      assert.equal(record?.severityNumber, number)
      assert.equal(record?.severityText, text)
      assert.equal(record?.attributes['hyperv.error.perceived_severity'], perceived ?? undefined)
      const [document] = toEcsDocuments(failure)
      assert.deepEqual(document?.log, { level: text })
      assert.equal(eventOf(document).severity, perceived ?? undefined)
    })

    test(`is at most a warning for ${perceived} when the job completed with warnings`, () => {
      const job = { JobState: 32768, ErrorCode: 0 }
      const [record] = toOtelLogRecords(failureOf({ job, errors: [{ PerceivedSeverity: perceived }] }))
      assert.equal(record?.severityNumber, Math.min(number, 13))
    })
  }
})

describe('the type of an error', () => {
  const typeOf = (errors: FailureDescription['errors']) =>
    attributesOf({ errors: errors ?? [] })[0]?.['error.type']

  test('is the category of the diagnosis where there is one', () => {
    assert.equal(typeOf([{ Message: 'Failed (0x80070569).', MessageID: '1' }]), 'access')
  })

  test('is the name of a code that no diagnosis knows', () => {
    assert.equal(typeOf([{ Message: 'Failed (0x80070490).' }]), 'ERROR_NOT_FOUND')
  })

  test('is a code in hexadecimal where it has no name', () => {
    assert.equal(typeOf([{ Message: 'Failed (0x8004F123).', MessageID: '1' }]), '0x8004F123')
  })

  test('is the MessageID where there is no code', () => {
    assert.equal(typeOf([{ Message: 'Failed.', MessageID: '4711' }]), 'hyperv.message_id.4711')
  })

  test('is _OTHER where there is neither', () => {
    assert.equal(typeOf([{ Message: 'Failed.' }]), '_OTHER')
    assert.equal(typeOf([{ Message: 'Failed.', MessageID: '' }]), '_OTHER')
    assert.equal(
      typeOf([{ Message: 'Failed.', MessageID: `a text of ${'many '.repeat(99)}words` }]),
      '_OTHER',
    )
  })
})

describe('the diagnosis in a record', () => {
  const WRAPPER = { Message: "Virtual machine migration operation for 'a' failed at migration source 'b'." }
  const CAUSE = { Message: 'No credentials are available in the security package (0x8009030E).' }

  test('is that of its own error, and says the same in a document', () => {
    const [wrapper, cause] = attributesOf({ errors: [WRAPPER, CAUSE] })
    assert.equal(wrapper?.['hyperv.diagnosis.id'], undefined)
    assert.equal(cause?.['hyperv.diagnosis.id'], 'delegation-missing')
    assert.equal(cause?.['hyperv.diagnosis.retryable'], false)
    assert.match(String(cause?.['hyperv.diagnosis.url']), /^https:/)
    assert.match(String(cause?.['hyperv.error.fingerprint']), /^v1:[0-9a-f]{16}$/)
    const [, document] = toEcsDocuments(failureOf({ errors: [WRAPPER, CAUSE] }))
    assert.equal(eventOf(document).reason, cause?.['hyperv.diagnosis.category'])
    assert.equal(eventOf(document).reference, cause?.['hyperv.diagnosis.url'])
    const { type } = (document?.error ?? {}) as Record<string, unknown>
    assert.equal(type, cause?.['hyperv.diagnosis.category'])
  })

  test('is that of the job in the primary record, which alerts look at', () => {
    const failure = failureOf({ errors: [WRAPPER, CAUSE] })
    const records = toOtelLogRecords({ ...failure, result: { ...failure.result!, primary: 0 } })
    assert.equal(records[0]?.attributes['hyperv.diagnosis.id'], 'delegation-missing')
    assert.equal(records[0]?.attributes['hyperv.error.hresult'], undefined)
  })

  test('names the code that says most, not one that comes with many failures', () => {
    const [fields] = attributesOf({ errors: [{ Message: 'a (0x80004005), b (0x80070569)' }] })
    assert.equal(fields?.['hyperv.error.hresult'], '0x80070569')
    assert.equal(fields?.['hyperv.error.hresult_name'], 'ERROR_LOGON_TYPE_NOT_GRANTED')
  })

  test('is taken from the text of a job without errors', () => {
    const job = { ErrorDescription: 'There is not enough space on the disk (0x80070070).' }
    assert.equal(attributesOf({ job, errors: null })[0]?.['hyperv.diagnosis.id'], 'disk-full')
    const [bare] = attributesOf({ errors: null })
    assert.equal(bare?.['hyperv.error.fingerprint'], undefined)
  })
})

describe('the time of a record', () => {
  const timeOf = (job: Readonly<Record<string, string>>) => {
    const document = toEcsDocuments(failureOf({ job }))[0]!
    const { start, end, duration, created } = eventOf(document)
    assert.equal(created, document['@timestamp'])
    return { at: document['@timestamp'], start, end, duration }
  }

  test('is when the job ended, in UTC, with its duration in nanoseconds', () => {
    const job = {
      StartTime: '20261126030000.000000+060',
      TimeOfLastStateChange: '20261126030001.500000+060',
      ElapsedTime: '00000000000009.000000:000',
    }
    assert.deepEqual(timeOf(job), {
      at: '2026-11-26T02:00:01.500Z',
      start: '2026-11-26T02:00:00.000Z',
      end: '2026-11-26T02:00:01.500Z',
      duration: 1_500_000_000,
    })
  })

  test('is when it started where its end is unknown', () => {
    const job = {
      StartTime: '20261126030000.000000+000',
      TimeOfLastStateChange: '',
      ElapsedTime: '00000000000009.000000:000',
    }
    assert.deepEqual(timeOf(job), {
      at: '2026-11-26T03:00:00.000Z',
      start: '2026-11-26T03:00:00.000Z',
      end: undefined,
      duration: 9_000_000_000,
    })
  })

  test('is the present for a job without any', () => {
    const before = Date.now()
    const [record] = toOtelLogRecords(failureOf({ job: { TimeOfLastStateChange: null } }))
    assert.ok(record!.timestamp.getTime() >= before)
    assert.ok(record!.timestamp.getTime() <= Date.now())
  })

  test('has no duration when the clock was set back', () => {
    const job = { StartTime: '20261126030009.000000+000', TimeOfLastStateChange: '20261126030001.000000+000' }
    assert.equal(timeOf(job).duration, undefined)
  })
})

describe('redact', () => {
  const SECRET = 'tango'
  const SOURCE = `\\\\${SECRET}\\root:X.Y="1"`
  const failure = failureOf({
    host: `HV-${SECRET}`,
    virtualMachine: { id: `id-${SECRET}`, name: `vm-${SECRET}` },
    job: { DestinationHost: `to-${SECRET}`, VirtualSystemName: SECRET },
    errors: [
      {
        Message: `about ${SECRET} (0x8009030E)`,
        MessageArguments: [`C:\\${SECRET}`, null],
        ErrorSource: SOURCE,
      },
    ],
  })
  const withoutRecords = failureOf({ job: { ErrorDescription: `no ${SECRET}` }, errors: [`<${SECRET}`] })

  test('replaces every text that may name something', () => {
    const options = { redact: () => '…', includeRaw: true }
    for (const given of [failure, withoutRecords]) {
      assert.doesNotMatch(JSON.stringify(toOtelLogRecords(given, options)), /tango/)
      assert.doesNotMatch(JSON.stringify(toEcsDocuments(given, options)), /tango/)
    }
  })

  test('gets each text with the name of its field', () => {
    const seen: string[] = []
    const redact = (text: string, field: string) => {
      seen.push(`${field}: ${text.slice(0, 12)}`)
      return text
    }
    toOtelLogRecords(failure, { redact, includeRaw: true })
    const shared = [
      'host.name: HV-tango',
      'hyperv.error.message_arguments: C:\\tango',
      `hyperv.error.source: ${SOURCE.slice(0, 12)}`,
      'hyperv.migration.destination_host: to-tango',
      'hyperv.vm.id: id-tango',
      'hyperv.vm.name: vm-tango',
    ]
    assert.deepEqual(
      seen.splice(0).sort(),
      [...shared, 'body: about tango ', 'log.record.original: <INSTANCE CL'].sort(),
    )
    toEcsDocuments(failure, { redact, includeRaw: true })
    assert.deepEqual(seen.sort(), [...shared, 'message: about tango ', 'event.original: <INSTANCE CL'].sort())
  })

  test('does not change what is found in a text', () => {
    const [plain] = toOtelLogRecords(failure)
    const [record] = toOtelLogRecords(failure, { redact: () => '' })
    for (const name of ['error.type', 'hyperv.error.hresult', 'hyperv.error.hresult_name']) {
      assert.equal(record?.attributes[name], plain?.attributes[name])
    }
    assert.equal(record?.body, '')
  })
})

test('records and documents survive structuredClone and JSON', () => {
  const failure = failureOf({ errors: [{ Message: 'a', MessageArguments: ['b'] }] })
  for (const output of [toOtelLogRecords(failure), toEcsDocuments(failure)]) {
    assert.deepEqual(structuredClone(output), output)
  }
  const documents = toEcsDocuments(failure)
  assert.deepEqual(JSON.parse(JSON.stringify(documents)), documents)
})

describe('bad input', () => {
  const good = failureOf()
  const BAD: readonly [what: string, failure: unknown, options: unknown, message: RegExp][] = [
    ['no failure', undefined, {}, /an object for `failure`, received undefined/],
    ['a null failure', null, {}, /an object for `failure`, received null/],
    ['no host', { ...good, host: undefined }, {}, /a non-empty string for `failure.host`/],
    ['an empty host', { ...good, host: '' }, {}, /a non-empty string for `failure.host`/],
    ['a job that is an id', { ...good, job: 'A' }, {}, /a job record for `failure.job`/],
    ['no result', { ...good, result: undefined }, {}, /getErrorEx or null for `failure.result`/],
    ['errors that are no list', { ...good, result: { errors: 'a' } }, {}, /an array of records or null/],
    ['an error that is no record', { ...good, result: { errors: [null] } }, {}, /an array of records/],
    ['a virtual machine that is a name', { ...good, virtualMachine: 'a' }, {}, /`failure.virtualMachine`/],
    ['options that are none', good, 'raw', /an object for `options`/],
    ['a redact that is no function', good, { redact: 'x' }, /a function for `redact`/],
    ['an includeRaw that is a text', good, { includeRaw: 'yes' }, /a boolean for `includeRaw`/],
    ['a redact that returns nothing', good, { redact: () => {} }, /a string as its result/],
  ]
  for (const [what, failure, options, message] of BAD) {
    test(`${what} is refused`, () => {
      for (const convert of [toOtelLogRecords, toEcsDocuments]) {
        assert.throws(
          () => convert(failure as typeof good, options as TelemetryOptions),
          error => isHyperVError(error) && error.code === 'ERR_INVALID_ARG' && message.test(error.message),
        )
      }
    })
  }

  test('what redact throws arrives', () => {
    const reason = new Error('no')
    const redact = () => {
      throw reason
    }
    assert.throws(() => toOtelLogRecords(good, { redact }), reason)
  })
})
