/** How the agent starts, or says why it does not. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { ensureAgentTools } from '../../scripts/lib/npm-packages.mjs'
import { root } from '../../scripts/lib/project.mjs'
import { AgentProcess, Schedule, temporaryFolder } from './agent-process.mjs'

describe('a configuration that is wrong', () => {
  const hosts = [{ host: 'HV-01', credentials: { user: 'a', password: 'swordfish' } }]
  const WRONG = {
    'an unknown setting': [{ hots: [] }, /`hots` is not a setting/],
    'a host that is none': [{ hosts: [{ host: 'a b' }] }, /a host name or address/],
    'hosts that are no list': [{ hosts: 'HV-01' }, /an array for `hosts`/],
    'a password in the file': [{ hosts }, /`password` is not a setting of hosts\[0\]\.credentials/],
    'a password from nowhere': [
      { hosts: [{ host: 'HV-01', credentials: { user: 'a', passwordEnv: 'NOT_SET_ANYWHERE' } }] },
      /NOT_SET_ANYWHERE is not set/,
    ],
    'a class that is none': [{ classes: ['Win32_Process'] }, /for `classes`/],
    'a port that is none': [{ http: { port: 99_999 } }, /`http.port`/],
    'a limit of none': [{ maxPending: 0 }, /`maxPending`/],
    'a scenario that is missing': [{ hosts: [{ host: 'HV-01', simulate: 'missing.json' }] }, /cannot read/],
  }
  for (const [what, [config, message]] of Object.entries(WRONG)) {
    test(`ends the agent with a line that says so: ${what}`, async () => {
      const agent = new AgentProcess(temporaryFolder(), config)
      assert.deepEqual(await agent.ended(), { code: 2, signal: null })
      const [line] = agent.lines
      assert.equal(line['log.level'], 'fatal')
      assert.match(line['error.message'], message)
      assert.doesNotMatch(JSON.stringify(agent.lines) + agent.stderr, /swordfish/)
    })
  }
})

test('an agent whose journal another one uses does not start', async () => {
  const folder = temporaryFolder()
  const config = { hosts: new Schedule('HV-01').write(folder) }
  const first = new AgentProcess(folder, config)
  await first.line(/^listening/)
  const second = new AgentProcess(folder, config)
  assert.deepEqual(await second.ended(), { code: 1, signal: null })
  assert.match(second.lines[0]['error.message'], /is open already/)
  assert.deepEqual(await first.stop(), { code: 0, signal: null })
})

test('an agent whose journal was damaged says so and starts', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'journal'), Buffer.alloc(512))
  const agent = new AgentProcess(folder, { hosts: new Schedule('HV-01').write(folder) })
  await agent.line(/the journal was damaged/)
  await agent.line(/the host is watched/)
  await agent.stop()
})

test('environment variables go before the file', async () => {
  const folder = temporaryFolder()
  const env = { HYPERV_AGENT_HTTP: 'off', HYPERV_AGENT_JOURNAL: join(folder, 'another') }
  const agent = new AgentProcess(folder, { hosts: new Schedule('HV-01').write(folder) }, { env })
  await agent.line(/the host is watched/)
  assert.ok(!agent.lines.some(({ message }) => /^listening/.test(message)))
  assert.match(readFileSync(env.HYPERV_AGENT_JOURNAL, 'utf8'), /hyperv-job-errors/)
  await agent.stop()
})

test('every line of the log is ECS', async () => {
  const folder = temporaryFolder()
  const schedule = new Schedule('HV-01')
  schedule.add('HV-01', 'A', Date.now() - 1_000)
  const agent = new AgentProcess(folder, { hosts: schedule.write(folder) })
  const line = await agent.line(/a job failed/)
  assert.equal(line['hyperv.job.id'], 'A')
  assert.equal(line['host.name'], 'HV-01')
  await agent.stop()
  for (const entry of agent.lines) {
    assert.ok(!Number.isNaN(Date.parse(entry['@timestamp'])))
    for (const name of ['log.level', 'message', 'ecs.version']) assert.equal(typeof entry[name], 'string')
  }
})

test('the agent is tested with the packages that it asks for', async () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'examples/agent/package.json'), 'utf8'))
  const tools = await ensureAgentTools()
  const tested = JSON.parse(readFileSync(join(tools, 'package.json'), 'utf8')).dependencies
  const ours = Object.keys(dependencies).filter(name => name !== 'hyperv-job-errors')
  assert.deepEqual(
    ours.sort(),
    Object.keys(tested)
      .filter(name => name !== 'otlp-protocol')
      .sort(),
  )
  // The first two numbers of a range say what it starts with.
  for (const name of ours) {
    const series = dependencies[name].replace(/^[~^]/, '').split('.').slice(0, 2).join('.')
    assert.ok(tested[name].startsWith(`${series}.`), `${name}: ${tested[name]} for ${dependencies[name]}`)
  }
})
