/** The agent's metrics with the real Prometheus: it scrapes, evaluates the rules beside the agent, and alerts. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { root } from '../../scripts/lib/project.mjs'
import { AgentProcess, Schedule, temporaryFolder } from './agent-process.mjs'

const deploy = join(root, 'examples', 'agent', 'deploy')
/** Why there is no Prometheus, where there is none. */
const skip = process.env.HYPERV_TEST_NO_PROMETHEUS ?? false

function promtool(args, input) {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: deploy, input, encoding: 'utf8' })
  assert.equal(status, 0, `promtool ${args.join(' ')}\n${stdout}${stderr}`)
  return stdout + stderr
}

test('the rules are well-formed and fire when they should, says promtool', { skip }, () => {
  promtool(['check', 'rules', 'alerts.yml'])
  promtool(['test', 'rules', 'alerts.test.yml'])
})

test('the configuration beside them is one, says promtool', { skip }, () => {
  assert.match(promtool(['check', 'config', 'prometheus.yml']), /1 rule files found/)
})

/** A port that was free a moment ago. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

describe('a running agent', { skip }, () => {
  const folder = temporaryFolder()
  const textfile = join(folder, 'hyperv.prom')
  let agent
  let prometheus
  let api

  before(async () => {
    const schedule = new Schedule('HV-01', 'HV-02')
    schedule.add('HV-01', 'A', Date.now() - 1_000)
    schedule.add('HV-02', 'B', Date.now() + 3_000, 'No right to log on (0x80070569).')
    agent = new AgentProcess(folder, { hosts: schedule.write(folder), textfile })
    const url = new URL(await agent.url())
    const config = readFileSync(join(deploy, 'prometheus.yml'), 'utf8')
      .replaceAll('15s', '1s')
      .replace('- alerts.yml', `- ${join(deploy, 'alerts.yml')}`)
      .replace('127.0.0.1:9464', url.host)
    const file = join(folder, 'prometheus.yml')
    writeFileSync(file, config)
    const port = await freePort()
    api = `http://127.0.0.1:${port}`
    prometheus = spawn(
      'prometheus',
      [
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=error',
      ],
      { stdio: 'inherit' },
    )
  })
  after(async () => {
    prometheus?.kill('SIGKILL')
    await agent?.kill()
  })

  /** Asks Prometheus until the answer fits. */
  async function ask(path, fits, ms = 60_000) {
    const end = Date.now() + ms
    let answer
    for (;;) {
      try {
        answer = await (await fetch(api + path)).json()
        if (fits(answer.data)) return answer.data
      } catch (error) {
        // It is still starting.
        answer = error.message
      }
      assert.ok(Date.now() < end, `${path}: ${JSON.stringify(answer)}`)
      await delay(200)
    }
  }

  const query = (expression, fits) => ask(`/api/v1/query?query=${encodeURIComponent(expression)}`, fits)

  test('is scraped', async () => {
    const { activeTargets } = await ask('/api/v1/targets', data => data.activeTargets[0]?.health === 'up')
    assert.equal(activeTargets[0].labels.job, 'hyperv-job-agent')
  })

  test('shows its failures by cause', async () => {
    const { result } = await query(
      'sum by (cause) (hyperv_jobs_ended_total{outcome="failed"})',
      data => data.result.length === 2,
    )
    for (const { value } of result) assert.equal(value[1], '1')
    const causes = result.map(({ metric }) => metric.cause)
    assert.equal(new Set(causes).size, 2)
    for (const cause of causes) assert.match(cause, /^[\w.-]+$/)
  })

  test('fires an alert for each cause', async () => {
    const { alerts } = await ask(
      '/api/v1/alerts',
      data => data.alerts.filter(({ state }) => state === 'firing').length >= 2,
    )
    for (const { labels, annotations } of alerts) {
      assert.equal(labels.alertname, 'HypervJobFailed')
      assert.match(annotations.summary, /^Msvm_MigrationJob failed: ./)
    }
  })

  test('says which hosts are watched', async () => {
    const { result } = await query('hyperv_watch_state == 1', data => data.result.length === 2)
    assert.deepEqual(result.map(({ metric }) => metric.host).sort(), ['HV-01', 'HV-02'])
  })

  test('has metrics that are well-formed, says promtool', async () => {
    const { status, text } = await agent.get('/metrics')
    assert.equal(status, 200)
    promtool(['check', 'metrics'], text)
  })

  test('has every metric that the rules and the dashboard use', async () => {
    const { text } = await agent.get('/metrics')
    for (const file of ['alerts.yml', 'dashboard.json']) {
      const used = readFileSync(join(deploy, file), 'utf8').match(/hyperv_[a-z]+(?:_[a-z]+)+/g)
      for (const name of new Set(used))
        assert.ok(text.includes(`# TYPE ${name.replace(/_bucket$/, '')} `), name)
    }
  })

  test('answers its probes', async () => {
    for (const path of ['/healthz', '/readyz']) {
      const { status, text } = await agent.get(path)
      assert.equal(status, 200, text)
      assert.equal(JSON.parse(text).watched, 2)
    }
    assert.equal((await agent.get('/')).status, 404)
  })

  test('writes the same metrics into a file when it stops, and leaves no other', async () => {
    assert.deepEqual(await agent.stop(), { code: 0, signal: null })
    assert.ok(existsSync(textfile))
    const text = readFileSync(textfile, 'utf8')
    assert.match(text, /^hyperv_jobs_ended_total\{.*outcome="failed".*\} 1$/m)
    promtool(['check', 'metrics'], text)
    agent = undefined
  })
})
