/**
 * `node dist/test/fleet/measure.js [--hosts 300] [--jobs 10] [--seconds 60]`: many simulated hosts in one process, a
 * tenth of them dead, a tenth hung, and jobs that fail on each of the others meanwhile. Prints what came, how late, and
 * what it cost.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { openJournal, watchHosts } from '../../lib/entries/fleet'
import { quantile } from '../support/quantile'
import { failMigration, simulateFleet } from './simulated-fleet'

const MB = 1024 * 1024

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      hosts: { type: 'string', default: '300' },
      jobs: { type: 'string', default: '10' },
      seconds: { type: 'string', default: '60' },
    },
  })
  const [hosts, jobs, spanMs] = [Number(values.hosts), Number(values.jobs), Number(values.seconds) * 1000]
  const folder = mkdtempSync(join(tmpdir(), 'fleet-measure-'))
  const { options, healthy, dead, hung, stop } = simulateFleet(hosts)
  const journal = await openJournal(join(folder, 'journal'))
  const before = memory()
  const started = performance.now()
  const fleet = watchHosts(options, { journal })
  const delay = monitorEventLoopDelay({ resolution: 5 })
  const expected = healthy.size * jobs
  const failedAt = new Map<string, number>()
  const latencies: number[] = []
  const seen = new Set<string>()
  let repeated = 0
  let watchedMs = 0
  let watched = 0

  const fail = (host: string) => {
    for (let job = 0; job < jobs; job++) {
      const id = `${host}-${job}`
      setTimeout(() => {
        failedAt.set(id, performance.now())
        failMigration(healthy.get(host)!, id)
      }, Math.random() * spanMs)
    }
  }
  while (seen.size < expected) {
    const { value: item } = await fleet.next()
    if (item === undefined) throw new Error('the fleet has ended')
    if (item.kind === 'state' && item.state === 'watching') {
      watched += 1
      if (watched < healthy.size) continue
      watchedMs = performance.now() - started
      delay.enable()
      for (const host of healthy.keys()) fail(host)
    }
    if (item.kind !== 'failed') continue
    const id = item.job.instanceId ?? ''
    latencies.push(performance.now() - (failedAt.get(id) ?? 0))
    await journal.add(item)
    if (seen.has(id)) repeated++
    seen.add(id)
  }
  const after = memory()
  const closing = performance.now()
  await fleet.close()
  const closeMs = performance.now() - closing
  delay.disable()
  await journal.close()
  stop()
  rmSync(folder, { recursive: true, force: true })

  const line = (name: string, value: string) => console.log(`${name.padEnd(44)}${value}`)
  line('hosts: watched, dead, hung', `${healthy.size}, ${dead.length}, ${hung.length}`)
  line('all that answer are watched after', `${watchedMs.toFixed(0)} ms`)
  line('failures: expected, arrived, repeated', `${expected}, ${seen.size}, ${repeated}`)
  line('from the failure to the journal, p50 / p99', `${ms(latencies, 0.5)} / ${ms(latencies, 0.99)} ms`)
  line(
    'event-loop delay, p99 / max',
    `${(delay.percentile(99) / 1e6).toFixed(1)} / ${(delay.max / 1e6).toFixed(1)} ms`,
  )
  line(
    'memory a host, the simulated host included',
    `${(((after - before) * MB) / 1024 / hosts).toFixed(0)} KiB`,
  )
  line('close', `${closeMs.toFixed(0)} ms`)
  return seen.size === expected && repeated === 0 ? 0 : 1
}

/** The process's, in MB. */
function memory(): number {
  return process.memoryUsage().rss / MB
}

function ms(values: readonly number[], share: number): string {
  return quantile(values, share).toFixed(1)
}

main().then(code => {
  process.exitCode = code
})
