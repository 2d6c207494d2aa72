/**
 * Runs in Windows node.exe with the simulator started: the example's fleet of one host on a session of the real addon, until all
 * four failures of the demo's host are known with their errors. Prints what it then holds.
 */
import { EventEmitter, once } from 'node:events'
import { join } from 'node:path'
import { connect } from '../../lib/entries'
import type { Snapshot } from './launch'

interface Fleet {
  start(): Promise<void>
  close(): Promise<void>
  snapshot(): Snapshot
}

interface FleetModule {
  readonly Fleet: new (options: object) => Fleet
}

const FAILURES = 4
const compiled = join(__dirname, '..', '..', '..', 'build', 'electron', 'dist', 'main', 'fleet.js')

async function main(): Promise<void> {
  const { Fleet } = require(compiled) as FleetModule
  const known = new EventEmitter()
  const fleet: Fleet = new Fleet({
    hosts: [null],
    localName: 'HV-01',
    connect,
    publish() {
      const failed = fleet.snapshot().jobs.filter(({ outcome }) => outcome === 'failed')
      if (failed.filter(({ report }) => report !== null).length === FAILURES) known.emit('all')
    },
  })
  const all = once(known, 'all')
  const ended = fleet.start()
  await Promise.race([all, ended])
  const { hosts, jobs } = fleet.snapshot()
  await fleet.close()
  await ended
  const held = jobs.map(({ job, outcome, report }) => ({
    id: job.instanceId,
    outcome,
    errors: report?.errors?.length ?? null,
  }))
  process.stdout.write(JSON.stringify({ connections: hosts.map(({ connection }) => connection), held }))
}

void main()
