/** The agent's way to a collector: everything arrives, whatever happens to either. */
import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { AgentProcess, Schedule, temporaryFolder } from './agent-process.mjs'
import { Receiver } from './receiver.mjs'

/** How often the agent is killed; 20 in the full run. */
const KILLS = Number(process.env.HYPERV_TEST_AGENT_KILLS ?? 5)
/** Of how many hosts; 300 in the full run. A tenth is dead, a tenth hangs. */
const HOSTS = Number(process.env.HYPERV_TEST_AGENT_HOSTS ?? 20)
/** Jobs that fail on each of the others; 10 in the full run. */
const JOBS = 10

const running = []
afterEach(async () => {
  for (const stop of running.splice(0)) await stop()
})

async function startReceiver() {
  const receiver = await new Receiver().start()
  running.push(() => receiver.stop().catch(() => {}))
  return receiver
}

function startAgent(folder, schedule, receiver, config = {}) {
  const hosts = schedule.write(folder)
  const otlp = { endpoint: receiver.endpoint, timeoutMs: 1_000 }
  const agent = new AgentProcess(folder, { hosts, otlp, ...config })
  running.push(() => agent.kill())
  return agent
}

/** Repeated records are allowed only as what they are: the same record. */
function assertRepeatsAreTheSame(records) {
  const byUid = new Map()
  for (const record of records) {
    const uid = record.attributes['log.record.uid']
    const known = byUid.get(uid)
    if (known !== undefined) assert.deepEqual(record, known)
    byUid.set(uid, record)
  }
  assert.equal(byUid.size, new Set(records.map(({ attributes }) => attributes['hyperv.job.id'])).size)
}

describe('a collector that works', () => {
  test('gets every failure once, with the resource of its host', async () => {
    const folder = temporaryFolder()
    const receiver = await startReceiver()
    const schedule = new Schedule('HV-01', 'HV-02')
    const failedAt = Date.now() - 2_000
    schedule.add('HV-01', 'A', failedAt)
    schedule.add('HV-02', 'B', Date.now() + 1_000)
    const agent = startAgent(folder, schedule, receiver)
    await receiver.until(() => receiver.jobs.size === 2, 'both failures')
    const [record] = receiver.records.filter(({ attributes }) => attributes['hyperv.job.id'] === 'A')
    assert.equal(record.eventName, 'hyperv.migration_job.error')
    assert.equal(record.body, 'Migration A failed (0x8009030E).')
    assert.equal(record.severityNumber, 17)
    assert.equal(record.severityText, 'ERROR')
    assert.equal(record.timeMs, failedAt)
    assert.equal(record.scope, 'hyperv-job-agent')
    assert.equal(record.resource['host.name'], 'HV-01')
    assert.equal(record.resource['os.type'], 'windows')
    assert.equal(record.resource['service.name'], 'hyperv-job-agent')
    assert.equal(record.attributes['hyperv.error.hresult'], '0x8009030E')
    assert.equal(record.attributes['hyperv.error.is_primary'], true)
    assert.equal(record.attributes['log.record.uid'], 'HV-01/A/0')
    assert.deepEqual(await agent.stop(), { code: 0, signal: null })
    assert.equal(receiver.records.length, 2)
    assert.equal(agent.stderr, '')
  })

  test('gets nothing again after a restart', async () => {
    const folder = temporaryFolder()
    const receiver = await startReceiver()
    const schedule = new Schedule('HV-01')
    schedule.add('HV-01', 'A', Date.now() - 1_000)
    const agent = startAgent(folder, schedule, receiver)
    await receiver.until(() => receiver.jobs.size === 1, 'the failure')
    assert.deepEqual(await agent.stop('SIGINT'), { code: 0, signal: null })
    schedule.add('HV-01', 'B', Date.now())
    await startAgent(folder, schedule, receiver).line(/the host is watched/)
    await receiver.until(() => receiver.jobs.has('B'), 'what failed meanwhile')
    assert.equal(receiver.records.length, 2)
  })

  test('gets metrics over OTLP too', async () => {
    const folder = temporaryFolder()
    const receiver = await startReceiver()
    const schedule = new Schedule('HV-01')
    schedule.add('HV-01', 'A', Date.now() - 1_000)
    const agent = startAgent(folder, schedule, receiver)
    await receiver.until(() => receiver.jobs.size === 1, 'the failure')
    await agent.stop()
    for (const name of ['hyperv_jobs_ended_total', 'hyperv_watch_state', 'hyperv_journal_pending']) {
      assert.ok(receiver.metrics.has(name), `${name} among ${[...receiver.metrics]}`)
    }
  })
})

describe('a collector that does not', () => {
  const TROUBLES = {
    'answers 503': () => 503,
    'answers 429': () => 429,
    'answers 401': () => 401,
    'hangs up after it got the records': () => 'hang up',
    'takes longer than the agent waits': () => delay(1_500, 200),
  }
  for (const [trouble, behave] of Object.entries(TROUBLES)) {
    test(`${trouble}, and then works, gets every failure`, async () => {
      const receiver = await startReceiver()
      const schedule = new Schedule('HV-01')
      for (let job = 0; job < 20; job++) schedule.add('HV-01', `job-${job}`, Date.now() + job * 100)
      let requests = 0
      receiver.behave = () => (++requests <= 2 ? behave() : 200)
      const agent = startAgent(temporaryFolder(), schedule, receiver)
      await receiver.until(() => requests > 2 && receiver.jobs.size === 20, 'every failure')
      assertRepeatsAreTheSame(receiver.records)
      assert.deepEqual(await agent.stop(), { code: 0, signal: null })
    })
  }

  test('is away, and comes back, gets every failure', async () => {
    const receiver = await startReceiver()
    const schedule = new Schedule('HV-01')
    for (let job = 0; job < 20; job++) schedule.add('HV-01', `job-${job}`, Date.now() + job * 100)
    const agent = startAgent(temporaryFolder(), schedule, receiver)
    await receiver.until(() => receiver.jobs.size >= 1, 'a first failure')
    await receiver.stop()
    await agent.line(/the collector does not take records/)
    await receiver.start()
    await receiver.until(() => receiver.jobs.size === 20, 'every failure')
    assertRepeatsAreTheSame(receiver.records)
  })

  test('refuses one record for good holds up no other, and the agent logs what it refused', async () => {
    const receiver = await startReceiver()
    const schedule = new Schedule('HV-01')
    for (let job = 0; job < 8; job++) schedule.add('HV-01', `job-${job}`, Date.now() - 1_000)
    receiver.behave = records => (records.some(({ body }) => /job-5/.test(body)) ? 400 : 200)
    const agent = startAgent(temporaryFolder(), schedule, receiver)
    const line = await agent.line(/refused a failure for good/)
    assert.match(line['event.original'], /Migration job-5 failed/)
    assert.equal(line['host.name'], 'HV-01')
    await receiver.until(() => receiver.jobs.size === 7, 'the others')
  })
})

describe('while the collector is away', () => {
  test('a bounded number waits, the agent is not ready, and everything arrives in the end', async () => {
    const receiver = await startReceiver()
    const schedule = new Schedule('HV-01')
    const jobs = 60
    for (let job = 0; job < jobs; job++) schedule.add('HV-01', `job-${job}`, Date.now() + 500 + job * 10)
    receiver.behave = () => 503
    const agent = startAgent(temporaryFolder(), schedule, receiver, { maxPending: 5 })
    await receiver.until(() => receiver.answers.get(503) >= 3, 'a few refusals')
    const ready = await agent.get('/readyz')
    assert.equal(ready.status, 503)
    assert.match(ready.text, /too many failures wait for the collector/)
    assert.equal((await agent.get('/healthz')).status, 200)
    assert.match((await agent.get('/metrics')).text, /^hyperv_journal_pending 5$/m)
    receiver.behave = () => 200
    await receiver.until(() => receiver.jobs.size === jobs, 'every failure')
    assertRepeatsAreTheSame(receiver.records)
  })

  test('the agent stops in time, and sends after the next start what it could not', async () => {
    const folder = temporaryFolder()
    const receiver = await startReceiver()
    const schedule = new Schedule('HV-01')
    for (let job = 0; job < 10; job++) schedule.add('HV-01', `job-${job}`, Date.now() - 1_000)
    receiver.behave = () => 503
    const agent = startAgent(folder, schedule, receiver, { maxPending: 5 })
    await receiver.until(() => receiver.answers.get(503) >= 1, 'a refusal')
    const started = performance.now()
    assert.deepEqual(await agent.stop(), { code: 0, signal: null })
    assert.ok(performance.now() - started < 15_000, `${performance.now() - started} ms`)
    assert.ok(agent.lines.some(({ message }) => /5 failures are not confirmed/.test(message)))
    receiver.behave = () => 200
    startAgent(folder, schedule, receiver)
    await receiver.until(() => receiver.jobs.size === 10, 'every failure')
  })
})

test(`an agent of ${HOSTS} hosts that is killed ${KILLS} times loses nothing`, {
  timeout: 450_000,
}, async t => {
  const folder = temporaryFolder()
  const receiver = await startReceiver()
  const names = Array.from({ length: HOSTS }, (_, index) => {
    const kind = { 3: 'dead', 7: 'hung' }[index % 10] ?? 'HV'
    return `${kind}-${String(index).padStart(3, '0')}`
  })
  const schedule = new Schedule(...names)
  const healthy = names.filter(name => name.startsWith('HV'))
  const jobs = healthy.length * JOBS
  // As much work as there are kills, whatever a start takes.
  const spanMs = KILLS * 2_500
  const start = Date.now() + 1_000
  for (let job = 0; job < jobs; job++) {
    const host = healthy[job % healthy.length]
    schedule.add(host, `job-${job}`, start + (job * spanMs) / jobs)
  }
  let agent = startAgent(folder, schedule, receiver)
  for (let kill = 1; kill <= KILLS; kill++) {
    // Somewhere in the middle of its work: some records are on their way, some are not.
    const seen = receiver.jobs.size
    await receiver.until(() => receiver.jobs.size >= Math.min(jobs, seen + 3), `work before kill ${kill}`)
    await delay((kill * 97) % 700)
    assert.equal((await agent.kill()).signal, 'SIGKILL')
    agent = startAgent(folder, schedule, receiver)
  }
  await receiver.until(() => receiver.jobs.size === jobs, 'every failure', 120_000)
  assertRepeatsAreTheSame(receiver.records)
  t.diagnostic(`${jobs} failures, ${receiver.records.length} records arrived, ${KILLS} kills`)
  assert.deepEqual(await agent.stop(), { code: 0, signal: null })
})
