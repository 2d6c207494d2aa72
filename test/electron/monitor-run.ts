/**
 * Runs in Windows node.exe with the simulator started: the example's monitor on a session of the real addon, until all
 * four failures of the demo's host are known with their errors. Prints what it then holds.
 */
import { EventEmitter, once } from 'node:events'
import { join } from 'node:path'
import { connect } from '../../lib/entries'
import type { Snapshot } from './launch'

interface Monitor {
  start(): Promise<void>
  close(): Promise<void>
  snapshot(): Snapshot
}

interface MonitorModule {
  readonly Monitor: new (options: object) => Monitor
}

const FAILURES = 4
const compiled = join(__dirname, '..', '..', '..', 'build', 'electron', 'dist', 'main', 'monitor.js')

async function main(): Promise<void> {
  const { Monitor } = require(compiled) as MonitorModule
  const known = new EventEmitter()
  const monitor: Monitor = new Monitor({
    host: 'HV-01',
    connect,
    publish() {
      const failed = monitor.snapshot().jobs.filter(({ outcome }) => outcome === 'failed')
      if (failed.filter(({ report }) => report !== null).length === FAILURES) known.emit('all')
    },
  })
  const all = once(known, 'all')
  const ended = monitor.start()
  await Promise.race([all, ended])
  const { connection, jobs } = monitor.snapshot()
  await monitor.close()
  await ended
  const held = jobs.map(({ job, outcome, report }) => ({
    id: job.instanceId,
    outcome,
    errors: report?.errors?.length ?? null,
  }))
  process.stdout.write(JSON.stringify({ connection, held }))
}

void main()
