/** The whole way of a failure, on simulated hosts: session, watch, fleet, journal. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openJournal, watchHosts } from '../../lib/entries/fleet'
import { toOtelLogRecords } from '../../lib/entries/telemetry'
import { failMigration, simulateFleet } from './simulated-fleet'

const folder = mkdtempSync(join(tmpdir(), 'hyperv-simulated-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const HOSTS = 30
const JOBS_A_HOST = 3

test('every failure of every host that answers comes once, whatever the others do', async () => {
  const fleet = simulateFleet(HOSTS)
  const journal = await openJournal(join(folder, 'journal'))
  const watch = watchHosts(fleet.options, { journal, maxConnecting: 2 })
  const seen: string[] = []
  const expected = fleet.healthy.size * JOBS_A_HOST
  const watched = new Set<string>()
  for await (const item of watch) {
    if (item.kind === 'state' && item.state === 'watching') {
      watched.add(item.host)
      for (let job = 0; job < JOBS_A_HOST; job++) {
        failMigration(fleet.healthy.get(item.host)!, `${item.host}-${job}`)
      }
    }
    if (item.kind !== 'failed') continue
    assert.equal(item.result?.errors?.length, 1)
    assert.equal(toOtelLogRecords(item)[0]?.attributes['host.name'], item.host)
    seen.push(item.id)
    await journal.add(item)
    if (seen.length === expected) break
  }
  assert.equal(new Set(seen).size, expected)
  assert.deepEqual([...watched].sort(), [...fleet.healthy.keys()].sort())
  assert.equal(journal.size, expected)
  fleet.stop()
  await journal.close()
})

test('what was added does not come again, what was not does, in a fleet that begins anew', async () => {
  const { options, healthy, stop } = simulateFleet(1)
  const [[host, addon]] = [...healthy] as [[string, NonNullable<ReturnType<typeof healthy.get>>]]
  for (const job of ['A', 'B']) failMigration(addon, job)
  const run = async (count: number, add: boolean) => {
    await using journal = await openJournal(join(folder, 'again'))
    const jobs: unknown[] = []
    for await (const item of watchHosts(options, { journal, include: ['failed'] })) {
      if (item.kind !== 'failed') continue
      jobs.push(item.job.instanceId)
      if (add && item.job.instanceId === 'A') await journal.add(item)
      if (jobs.length === count) break
    }
    return jobs.sort()
  }
  assert.deepEqual(await run(2, true), ['A', 'B'])
  failMigration(addon, 'C')
  assert.deepEqual(await run(2, false), ['B', 'C'])
  assert.equal(host, 'HV-001')
  stop()
})

test('a connection that is lost comes back, and what failed meanwhile comes', async () => {
  const { options, healthy, stop } = simulateFleet(1)
  const addon = healthy.get('HV-001')!
  const kinds: string[] = []
  for await (const item of watchHosts(options)) {
    kinds.push(item.kind === 'state' ? item.state : item.kind)
    if (kinds.length === 1) {
      addon.disconnect()
      failMigration(addon, 'A')
    }
    if (item.kind === 'failed') break
  }
  assert.equal(kinds.at(-1), 'failed')
  assert.ok(kinds.includes('gap'), kinds.join())
  stop()
})
