import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Check, CheckId } from '../../lib/doctor/check'
import { CHECK_IDS } from '../../lib/doctor/check'
import { type ExamineOptions, examineIn } from '../../lib/doctor/examine'
import { enabledGroups, SURROUNDINGS, type Surroundings } from '../../lib/doctor/surroundings'
import { connect } from '../../lib/entries'
import { examine } from '../../lib/entries/doctor'
import { type Scenario, simulate } from '../../lib/entries/testing'
import { FakeAddon, hresult } from '../support/fake-addon'

/** A Windows on which everything is as it should be. */
const WINDOWS: Surroundings = {
  platform: 'win32',
  release: '10.0.20348',
  arch: 'x64',
  versions: { node: '22.11.0' },
  locateAddon: chosen => {
    const addon = typeof chosen === 'object' ? chosen : simulate({})
    return {
      addon,
      path: typeof chosen === 'object' ? null : 'C:\\app\\prebuilds\\win32-x64\\node.napi.node',
    }
  },
  firstAnswerMs: 20,
  groups: async () => ['S-1-5-32-544', 'S-1-16-12288'],
  resolve: async () => ['192.0.2.7'],
  reach: async () => {},
}

async function examined(
  scenario: Scenario,
  options: ExamineOptions = {},
  surroundings: Partial<Surroundings> = {},
): Promise<readonly Check[]> {
  const { checks } = await examineIn(
    { ...WINDOWS, ...surroundings },
    { addon: simulate(scenario), ...options },
  )
  return checks
}

function find(checks: readonly Check[], id: CheckId): Check {
  const check = checks.find(each => each.id === id)
  assert.ok(check, id)
  return check
}

const denied = (hresult: string): Scenario => ({ faults: [{ operation: 'connect', hresult }] })
const failing = (
  operation: 'query' | 'execMethod' | 'subscribe' | 'next',
  hresult: string,
  rest = {},
): Scenario => ({
  faults: [{ operation, hresult, ...rest }],
})
const unreachable = () => Promise.reject(Object.assign(new Error('connect'), { code: 'ETIMEDOUT' }))

/** Each check, and how it is made to fail. */
const FAILURES: readonly [CheckId, Scenario, ExamineOptions?, Partial<Surroundings>?][] = [
  ['platform', {}, {}, { release: '6.1.7601' }],
  ['architecture', {}, { addon: undefined as never }, { arch: 'ia32' }],
  ['runtime', {}, {}, { versions: { node: '18.20.4', electron: '28.0.0' } }],
  ['addon', {}, { addon: '/no/such/file.node' }, { locateAddon: SURROUNDINGS.locateAddon }],
  ['name-resolution', {}, { host: 'HV-01' }, { resolve: unreachable }],
  ['rpc-endpoint-mapper', {}, { host: 'HV-01' }, { reach: unreachable }],
  ['com', {}, { addon: new FakeAddon(() => hresult(0x80040154, 'CoCreateInstance(WbemLocator)')) }],
  ['wmi', denied('0x800706BA')],
  ['authentication', denied('0x8007052E'), { host: 'HV-01' }],
  ['rights', denied('0x80041003')],
  ['namespace', { namespaceMissing: true }],
  ['vmms', failing('query', '0x80041004', { object: 'Msvm_VirtualSystemManagementService' })],
  ['classes', { faults: [{ operation: 'getObject', hresult: '0x80041010', object: 'Msvm_MigrationJob' }] }],
  ['get-error-ex', failing('execMethod', '0x80041003')],
  ['events', failing('subscribe', '0x8004106C')],
  ['events-within', failing('next', '0x80041003')],
]

describe('examine', () => {
  test('passes on a host where everything works, and looks at every check', async () => {
    const checks = await examined({
      jobs: [{ class: 'Msvm_MigrationJob', properties: { InstanceID: 'A', JobState: 10 } }],
    })
    assert.deepEqual(
      checks.map(({ id }) => id),
      [...CHECK_IDS],
    )
    const skipped = checks.filter(({ status }) => status === 'skip').map(({ id }) => id)
    assert.deepEqual(skipped, ['name-resolution', 'rpc-endpoint-mapper', 'authentication'])
    const rest = checks.filter(({ id }) => !skipped.includes(id))
    assert.deepEqual([...new Set(rest.map(({ status }) => status))], ['pass'])
    assert.match(
      find(checks, 'get-error-ex').detail,
      /^\d+\.\d ms for the errors of Msvm_MigrationJob A: none$/,
    )
    assert.match(find(checks, 'rights').detail, /^elevated, member of Administrators$/)
  })

  for (const [id, scenario, options, surroundings] of FAILURES) {
    test(`${id} can fail, and says what to do`, async () => {
      const checks = await examined(scenario, { timeoutMs: 2_000, ...options }, surroundings)
      const check = find(checks, id)
      assert.equal(check.status, 'fail', JSON.stringify(checks, null, 1))
      assert.ok(check.detail.length > 3)
      assert.ok(check.advice !== null && check.advice.length > 10)
    })
  }

  test('has a way to fail for every check', () => {
    assert.deepEqual(
      FAILURES.map(([id]) => id),
      [...CHECK_IDS],
    )
  })

  test('says which binary it is, and why', async () => {
    const { checks } = await examineIn(WINDOWS, {})
    assert.match(find(checks, 'addon').detail, /node\.napi\.node: the package's own$/)
    const chosen = await examineIn(WINDOWS, { addon: process.execPath })
    assert.match(find(chosen.checks, 'addon').detail, /: the file that was given$/)
  })

  test('needs no job for a round trip', async () => {
    assert.match(find(await examined({}), 'get-error-ex').detail, /ms for a job that does not exist/)
  })

  test('warns of a record that it cannot decode', async () => {
    const job = { class: 'Msvm_MigrationJob', properties: { InstanceID: 'A', JobState: 10 } }
    const checks = await examined({ jobs: [{ ...job, getErrorEx: [{ errors: ['<BROKEN'] }] }] })
    assert.equal(find(checks, 'get-error-ex').status, 'warn')
  })

  test('warns of a provider that needs WITHIN, and of classes that an older host lacks', async () => {
    const checks = await examined({
      events: { needsWithin: true },
      faults: [{ operation: 'getObject', hresult: '0x80041010', object: 'CollectionReferencePoint' }],
    })
    assert.equal(find(checks, 'events').status, 'warn')
    assert.equal(find(checks, 'events-within').status, 'pass')
    assert.equal(find(checks, 'classes').status, 'warn')
    assert.match(find(checks, 'classes').detail, /without Msvm_CollectionReferencePointExportJob$/)
  })

  test('tells an account that is in no group from one that is not elevated', async () => {
    const groups = (...sids: string[]) => examined({}, {}, { groups: async () => sids })
    assert.equal(find(await groups('S-1-16-8192'), 'rights').status, 'warn')
    assert.match(find(await groups('S-1-16-8192'), 'rights').detail, /^not elevated, member of neither/)
    assert.equal(find(await groups('S-1-5-32-578', 'S-1-16-8192'), 'rights').status, 'pass')
    const refused = await examined(denied('0x80041003'), {}, { groups: async () => ['S-1-16-8192'] })
    assert.match(find(refused, 'rights').advice ?? '', /^the process is not elevated/)
  })

  test('ends each check at its limit, whatever hangs', async () => {
    const hang = { hangMs: 60_000 }
    for (const operation of ['connect', 'query', 'execMethod', 'subscribe'] as const) {
      const checks = await examined({ faults: [{ operation, ...hang }] }, { timeoutMs: 30 })
      assert.ok(
        checks.some(({ status }) => status === 'fail'),
        operation,
      )
    }
    const never = () => new Promise<never>(() => {})
    const checks = await examined({}, { host: 'HV-01', timeoutMs: 30 }, { resolve: never, reach: never })
    assert.equal(find(checks, 'name-resolution').status, 'fail')
    assert.equal(find(checks, 'rpc-endpoint-mapper').status, 'fail')
  })

  test('rejects for an abort and for a wrong option, and for nothing else', async () => {
    const reason = new Error('enough')
    const signal = AbortSignal.abort(reason)
    await assert.rejects(examine({ addon: simulate({}), signal }), error => error === reason)
    const stop = new AbortController()
    const hangs = simulate({ faults: [{ operation: 'query', hangMs: 60_000 }] })
    const running = examine({ addon: hangs, signal: stop.signal })
    setImmediate(() => stop.abort(reason))
    await assert.rejects(running, error => error === reason)
    const late = new AbortController()
    const groups = async () => {
      late.abort(reason)
      return null
    }
    const { signal: lateSignal } = late
    const examining = examineIn({ ...WINDOWS, groups }, { addon: simulate({}), signal: lateSignal })
    await assert.rejects(examining, error => error === reason)
    await assert.rejects(examine({ hots: 'HV-02' } as never), { code: 'ERR_INVALID_ARG' })
    await assert.rejects(examine(null as never), { code: 'ERR_INVALID_ARG' })
  })

  test('shows no password', async () => {
    const credentials = { user: 'ADATUM\\ops', password: 'Pa$$w0rd' }
    const checks = await examined(denied('0x8007052E'), { host: 'HV-01', credentials })
    assert.equal(JSON.stringify(checks).includes('Pa$$w0rd'), false)
  })

  test('leaves the host as it was', async () => {
    const addon = simulate({
      jobs: [{ class: 'Msvm_MigrationJob', properties: { InstanceID: 'A', JobState: 4 } }],
    })
    await examineIn(WINDOWS, { addon })
    const session = await connect({ addon })
    assert.equal((await session.job('A')).jobState, 4)
    await session.close()
  })
})

describe('the groups of the process', () => {
  const row = (name: string, sid: string, attributes: string) => `"${name}","Alias","${sid}","${attributes}"`

  test('are those that are enabled, in any language', () => {
    const csv = [
      row('Jeder', 'S-1-1-0', 'Verbindliche Gruppe, Standardmäßig aktiviert, Aktivierte Gruppe'),
      row('VORDEFINIERT\\Administratoren', 'S-1-5-32-544', 'Gruppe, die nur zum Verweigern verwendet wird'),
      row('Verbindliche Beschriftung', 'S-1-16-8192', ''),
    ].join('\r\n')
    assert.deepEqual(enabledGroups(csv), ['S-1-1-0', 'S-1-16-8192'])
  })

  test('are unknown where the answer is another one', () => {
    assert.equal(enabledGroups('whoami: not supported\r\n'), null)
  })
})
