import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, test } from 'node:test'
import { connect } from '../../lib/entries'
import { type CaptureOptions, capture } from '../../lib/entries/doctor'
import { type Scenario, scenarioSchema, simulate } from '../../lib/entries/testing'
import { firstViolation } from '../../lib/testing/schema'
import { errorXml } from '../cli/instance'

const fixture = (name: string): Scenario =>
  JSON.parse(readFileSync(resolve(__dirname, '../../../test/fixtures', name), 'utf8'))

/** As JSON, the way that a file is written and read. */
async function captured(scenario: Scenario, options: CaptureOptions = {}): Promise<Scenario> {
  const { scenario: result } = await capture({ addon: simulate(scenario), ...options })
  return JSON.parse(JSON.stringify(result))
}

const MACHINE = '3F0C7A52-9B1E-4D67-8A35-C2E1F0947B6D'
const MIGRATION = {
  InstanceID: '8C4E21D7-5A90-4B3F-A6E8-D17B0F92C354',
  JobState: 10,
  ErrorCode: 32768,
  VirtualSystemName: MACHINE,
  DestinationHost: 'NODE-WEST-2',
  Owner: 'CONTOSO\\ops.admin',
  ErrorDescription: "The move of 'Payroll & <Tax>' to 'NODE-WEST-2' ended with errors.",
}

/** Every kind of name that a host gives away, in every place. */
const PRIVATE: Scenario = {
  computer: 'NODE-EAST-1',
  jobs: [
    {
      class: 'Msvm_MigrationJob',
      properties: {
        ...MIGRATION,
        NewSystemSettingData:
          '<INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData"><PROPERTY NAME="ElementName" TYPE="string"><VALUE>Payroll &amp; &lt;Tax&gt;</VALUE></PROPERTY><PROPERTY NAME="ConfigurationDataRoot" TYPE="string"><VALUE>C:\\ClusterStorage\\Volume7\\payroll store</VALUE></PROPERTY></INSTANCE>',
      },
      getErrorEx: [
        {
          errors: [
            errorXml({
              Message:
                "'Payroll &amp; &lt;Tax&gt;' failed to reach node-west-2.contoso.internal (10.44.3.17, fd00:12::9) as CONTOSO\\svc-migrate: no credentials (0x8009030E). See 'C:\\ClusterStorage\\Volume7\\payroll store\\disk one.vhdx'.",
              MessageArguments: ['Payroll &amp; &lt;Tax&gt;', 'backbone switch'],
            }),
            errorXml({
              Message:
                'Der Adapter „backbone switch“ (00-15-5D-0A-2C-07) ist nicht verbunden. Fragen Sie helga@contoso.internal, S-1-5-21-1004336348-1177238915-682003330-512, \\\\filer-9\\vmstore$\\payroll.vmcx.',
            }),
            '<BROKEN NODE-EAST-1',
          ],
        },
      ],
    },
  ],
  instances: [
    { class: 'Msvm_ComputerSystem', properties: { Name: MACHINE, ElementName: 'Payroll & <Tax>' } },
  ],
  faults: [
    {
      operation: 'query',
      object: 'FROM Msvm_StorageJob',
      hresult: '0x80041003',
      description: "Access denied for 'CONTOSO\\svc-migrate'",
    },
  ],
}

/** All that must not be found in a capture. */
const NAMES = [
  ...[
    'NODE-EAST-1',
    'NODE-WEST-2',
    'CONTOSO',
    'ops.admin',
    'svc-migrate',
    'Payroll',
    '<Tax>',
    '&lt;Tax',
    'helga',
  ],
  ...[
    'ClusterStorage',
    'Volume7',
    'store',
    'disk one',
    'filer-9',
    'vmstore',
    'backbone',
    '10.44.3.17',
    'fd00:12',
  ],
  ...['00-15-5D-0A-2C-07', '1004336348', MACHINE, MIGRATION.InstanceID, '3F0C7A52', '8C4E21D7'],
]

const FAULTY: Scenario = {
  jobs: [
    { class: 'Msvm_MigrationJob', properties: { InstanceID: 'A', JobState: 10 } },
    {
      class: 'Msvm_MigrationJob',
      properties: { InstanceID: 'B', JobState: 10 },
      getErrorEx: [{ returnValue: 32775 }],
    },
  ],
  faults: [
    {
      operation: 'execMethod',
      method: 'GetErrorEx',
      object: 'InstanceID="A"',
      hresult: '0x80041001',
      description: 'No.',
    },
    { operation: 'query', object: 'FROM Msvm_StorageJob', hresult: '0x80041010' },
  ],
  events: { needsWithin: true },
}

describe('capture', () => {
  const FIXED_POINTS: readonly (readonly [string, Scenario])[] = [
    ['the demo', fixture('demo.json')],
    ['every shape of Errors', fixture('scenarios/shapes.json')],
    ['a host whose calls fail', FAULTY],
    ['a host that refuses the connection', fixture('scenarios/faults.json')],
    ['private names', PRIVATE],
  ]
  for (const [name, scenario] of FIXED_POINTS) {
    test(`of what was captured is the same: ${name}`, async () => {
      const once = await captured(scenario)
      assert.deepEqual(await captured(once), once)
      const raw = await captured(scenario, { raw: true })
      assert.deepEqual(await captured(raw, { raw: true }), raw)
      assert.equal(firstViolation(scenarioSchema, once, ''), null)
    })
  }

  test('gives away no name, account, address, GUID or path of the host', async () => {
    const text = JSON.stringify(await captured(PRIVATE)).toLowerCase()
    const found = NAMES.filter(name => text.includes(JSON.stringify(name).slice(1, -1).toLowerCase()))
    assert.deepEqual(found, [])
  })

  test('keeps codes, wording and what belongs together', async () => {
    const { scenario, redaction } = await capture({ addon: simulate(PRIVATE) })
    const [job] = scenario.jobs
    const [machine] = scenario.instances
    assert.equal(job?.properties.VirtualSystemName, machine?.properties.Name)
    assert.equal(job?.properties.DestinationHost, 'host-2')
    assert.deepEqual(job?.properties.JobState, { type: 'uint16', value: 10 })
    const session = await connect({ addon: simulate(await captured(PRIVATE)) })
    const { errors, undecodable } = await session.getErrorEx((await session.jobs())[0] ?? '')
    assert.match(
      errors?.[0]?.message ?? '',
      /^'vm-1' failed to reach name-1\.example\.com .*\(0x8009030E\)\. See 'C:\\path-\d+\.vhdx'\.$/,
    )
    assert.deepEqual(errors?.[0]?.messageArguments, ['vm-1', 'name-1'])
    assert.match(
      errors?.[1]?.message ?? '',
      /^Der Adapter „name-1“ \(00-00-5E-00-53-\d\d\) ist nicht verbunden\. Fragen Sie /,
    )
    assert.equal(undecodable[0]?.raw, '<BROKEN host-1')
    await session.close()
    assert.ok(redaction?.kept.some(text => text.startsWith('Der Adapter')))
    assert.ok((redaction?.replaced.path ?? 0) >= 3)
  })

  test('leaves everything as it is with raw', async () => {
    const { scenario, redaction } = await capture({ addon: simulate(PRIVATE), raw: true })
    assert.equal(redaction, null)
    assert.equal(scenario.computer, 'NODE-EAST-1')
    assert.deepEqual(scenario.jobs[0]?.getErrorEx[0]?.errors, PRIVATE.jobs?.[0]?.getErrorEx?.[0]?.errors)
  })

  test('answers as the host did: every property with its type, every text, every failure', async () => {
    const answersOf = async (scenario: Scenario) => {
      const session = await connect({ addon: simulate(scenario) })
      const jobs = await session.jobs()
      const answers = await Promise.allSettled(jobs.map(job => session.getErrorEx(job)))
      const plain = answers.map(answer =>
        answer.status === 'fulfilled'
          ? answer.value.raw
          : { ...answer.reason, message: answer.reason.message },
      )
      const storage = await session.jobs({ classes: ['Msvm_StorageJob'] }).catch(error => error.hresult)
      await session.close()
      return { jobs, plain, storage }
    }
    for (const scenario of [fixture('demo.json'), fixture('scenarios/shapes.json'), FAULTY]) {
      const still = { ...scenario, jobs: scenario.jobs?.map(({ timeline: _, ...job }) => job) ?? [] }
      assert.deepEqual(await answersOf(await captured(still, { raw: true })), await answersOf(still))
    }
  })

  test('writes a latency, and a call that hangs', async () => {
    const job = (id: string, latencyMs: number) => ({
      class: 'Msvm_MigrationJob',
      properties: { InstanceID: id, JobState: 10 },
      getErrorEx: [{ errors: [], latencyMs }],
    })
    const slow = await captured({ jobs: [job('A', 120), job('B', 60_000)] }, { timeoutMs: 1_000 })
    const [a, b] = slow.jobs ?? []
    assert.ok((a?.getErrorEx?.[0]?.latencyMs ?? 0) >= 100)
    assert.deepEqual(b?.getErrorEx, [])
    const hangs = slow.faults?.map(({ object, hangMs }) => ({ object, isHanging: (hangMs ?? 0) > 60_000 }))
    assert.deepEqual(hangs, [{ object: 'Msvm_MigrationJob.InstanceID="B"', isHanging: true }])
  })

  test('rejects for an abort and for a wrong option', async () => {
    const reason = new Error('enough')
    await assert.rejects(
      capture({ addon: simulate({}), signal: AbortSignal.abort(reason) }),
      error => error === reason,
    )
    await assert.rejects(capture({ rwa: true } as never), { code: 'ERR_INVALID_ARG' })
    await assert.rejects(capture(null as never), { code: 'ERR_INVALID_ARG' })
    await assert.rejects(capture({ raw: 1 } as never), { code: 'ERR_INVALID_ARG' })
  })
})
