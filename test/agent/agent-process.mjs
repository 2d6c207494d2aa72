/** The agent as a process of its own, on simulated hosts whose jobs fail at times that a test sets. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from '../../scripts/lib/project.mjs'

export const agentMain = join(root, 'build', 'agent', 'dist', 'main.js')

/** A job object is gone five minutes after its end. */
const JOB_LIFE_MS = 5 * 60_000
/** From its creation to its failure. */
const JOB_RUNS_MS = 30

const folders = []
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A new folder, removed when the process ends. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'hyperv-agent-'))
  folders.push(folder)
  return folder
}

/** Far longer than any test. */
const FOR_EVER_MS = 24 * 3_600_000
/** By the beginning of their names, hosts that do not answer. */
const FAULTS = {
  dead: { operation: 'connect', hresult: '0x800706BA' },
  hung: { operation: 'connect', hangMs: FOR_EVER_MS },
}

/**
 * Hosts and when which of their jobs fail, on the clock of `Date.now()`: `{ host, id, at, text }`. The simulated hosts
 * live in the agent's process; each time it starts they are made as they would be then.
 */
export class Schedule {
  jobs = []
  hosts

  constructor(...hosts) {
    this.hosts = hosts
  }

  add(host, id, at, text = `Migration ${id} failed (0x8009030E).`) {
    this.jobs.push({ host, id, at, text })
  }

  /** Writes the scenarios of all hosts as they stand at `now`; returns the `hosts` of a configuration. */
  write(folder, now = Date.now()) {
    return this.hosts.map(host => {
      const jobs = this.jobs.filter(job => job.host === host && job.at > now - JOB_LIFE_MS)
      const fault = FAULTS[host.split('-')[0]]
      const faults = fault === undefined ? [] : [fault]
      const scenario = { computer: host, jobs: jobs.map(job => scenarioJob(job, now)), faults }
      const file = join(folder, `${host}.json`)
      writeFileSync(file, JSON.stringify(scenario))
      return { host, simulate: file }
    })
  }
}

function scenarioJob({ id, at, text }, now) {
  const getErrorEx = [{ returnValue: 0, errors: [errorXml(text)] }]
  const properties = { InstanceID: id, PercentComplete: 40, JobType: 305, VirtualSystemName: `vm-of-${id}` }
  const failed = { JobState: 10, ErrorCode: 32768, TimeOfLastStateChange: cimTime(at) }
  if (at <= now) return { class: 'Msvm_MigrationJob', properties: { ...properties, ...failed }, getErrorEx }
  const timeline = [
    { afterMs: Math.max(0, at - now - JOB_RUNS_MS), create: true },
    { afterMs: at - now, set: failed },
  ]
  return {
    class: 'Msvm_MigrationJob',
    properties: { ...properties, JobState: 4, ErrorCode: 0 },
    getErrorEx,
    timeline,
  }
}

function errorXml(text) {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<INSTANCE CLASSNAME="Msvm_Error"><PROPERTY NAME="Message" TYPE="string"><VALUE>${escaped}</VALUE></PROPERTY><PROPERTY NAME="PerceivedSeverity" TYPE="uint16"><VALUE>5</VALUE></PROPERTY></INSTANCE>`
}

function cimTime(ms) {
  const [date, time] = new Date(ms).toISOString().split('T')
  return `${date.replaceAll('-', '')}${time.replace(/[:Z]/g, '')}000+000`
}

/** A running agent. */
export class AgentProcess {
  /** Its log, parsed. */
  lines = []
  stderr = ''
  #child
  #closed
  #waiting = []

  constructor(folder, config, { env = {}, nodeArgs = [] } = {}) {
    const file = join(folder, 'agent.json')
    writeFileSync(file, JSON.stringify({ journal: 'journal', http: { port: 0 }, ...config }))
    this.#child = spawn(process.execPath, [...nodeArgs, agentMain, file], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#closed = once(this.#child, 'close')
    this.#child.stderr.setEncoding('utf8').on('data', text => {
      this.stderr += text
    })
    createInterface(this.#child.stdout).on('line', line => {
      this.lines.push(JSON.parse(line))
      this.#waiting = this.#waiting.filter(look => !look())
    })
  }

  /** The line of the log whose message matches, once there is one. */
  async line(pattern, ms = 30_000) {
    const find = () => this.lines.find(({ message }) => pattern.test(message))
    const found = find()
    if (found !== undefined) return found
    return new Promise((resolve, reject) => {
      const fail = () => {
        const log = this.lines.map(({ message }) => message).join('\n')
        reject(new Error(`no line ${pattern} within ${ms} ms in:\n${log}\n${this.stderr}`))
      }
      const timer = setTimeout(fail, ms)
      this.#waiting.push(() => {
        const line = find()
        if (line === undefined) return false
        clearTimeout(timer)
        resolve(line)
        return true
      })
    })
  }

  /** Where its endpoints are. */
  async url() {
    return (await this.line(/^listening on/))['url.full']
  }

  async get(path) {
    const response = await fetch((await this.url()) + path)
    return { status: response.status, text: await response.text() }
  }

  /** As a service wrapper or a terminal does. Resolves to how it ended. */
  async stop(signal = 'SIGTERM') {
    this.#child.kill(signal)
    return this.ended()
  }

  kill() {
    return this.stop('SIGKILL')
  }

  async ended() {
    const [code, signal] = await this.#closed
    return { code, signal }
  }
}
