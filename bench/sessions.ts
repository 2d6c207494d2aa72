/**
 * npm run bench -- sessions [count]: what many sessions in one process cost, each of them with a watch, and what they
 * do to each other when all have a failure at once and a tenth of them hangs. The WMI is the simulator in this process.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { connect, type Session } from '../lib/entries'
import { startSimulator } from '../simulator'
import { quantile } from '../test/support/quantile'
import { keepResult } from './lib/results'
import { type ProcessCost, processCost } from './sessions/process'

const DEFAULT_COUNT = 300
const CONNECTING = 8
/** Longer than idle threads live. */
const SETTLE_MS = 15_000
const IDLE_MS = 20_000
const HANGING_CALLS = 8

const JOB = { class: 'Msvm_MigrationJob', id: '5E0B7C94-1D3A-4F82-B6C7-90A1E2D3F4B5' }
const HANGING = 'Msvm_MigrationJob.InstanceID="HANGS"'
const FAILED = { JobState: 10, ErrorCode: 32768, TimeOfLastStateChange: '20261122093000.000000+060' }

async function main(): Promise<void> {
  const count = Number(process.argv[2] ?? DEFAULT_COUNT)
  if (!Number.isInteger(count) || count < 10) throw new Error('expected a number of sessions, 10 or more')
  const simulator = startSimulator(
    {
      jobs: [
        { class: JOB.class, properties: { InstanceID: JOB.id, JobState: 4 }, getErrorEx: [{ errors: [] }] },
        { class: JOB.class, properties: { InstanceID: 'HANGS', JobState: 4 } },
      ],
      faults: [{ operation: 'execMethod', object: HANGING, hangMs: 120_000 }],
    },
    { recordCalls: false },
  )
  const lines: [string, string][] = []
  const line = (name: string, value: string) => lines.push([name, value])

  // One session first: what it loads is not counted for each.
  const first = await connect()
  await first.jobs()
  const empty = processCost()

  const started = performance.now()
  const failedAfter: number[] = []
  let failedAt = 0
  const sessions: Session[] = []
  const watching: Promise<void>[] = []
  const open = async () => {
    while (sessions.length + opening <= count) {
      opening++
      const session = await connect()
      opening--
      sessions.push(session)
      watching.push(
        new Promise(resolve => {
          void (async () => {
            for await (const item of session.watch()) {
              if (item.kind === 'state' && item.state === 'watching') resolve()
              if (item.kind === 'failed') failedAfter.push(performance.now() - failedAt)
            }
          })().catch(() => {})
        }),
      )
    }
  }
  let opening = 1
  await Promise.all(Array.from({ length: CONNECTING }, open))
  await Promise.all(watching)
  line('all sessions watch after', `${(performance.now() - started).toFixed(0)} ms`)
  const atStart = processCost()

  await delay(SETTLE_MS)
  const settled = processCost()
  await delay(IDLE_MS)
  const later = processCost()

  const loop = monitorEventLoopDelay({ resolution: 1 })
  loop.enable()
  failedAt = performance.now()
  simulator.setJob(JOB.class, JOB.id, FAILED)
  while (failedAfter.length < count) await delay(5)
  loop.disable()
  line('a failure in every session, p50 / p99', `${ms(failedAfter, 0.5)} / ${ms(failedAfter, 0.99)} ms`)
  line('delay of the event loop meanwhile, max', `${(loop.max / 1e6).toFixed(1)} ms`)

  const hung = sessions.slice(0, Math.floor(count / 10))
  for (const session of hung) {
    for (let i = 0; i < HANGING_CALLS; i++) session.execMethod(HANGING, 'GetErrorEx').catch(() => {})
  }
  await delay(500)
  const whileHung = processCost()
  const calls: number[] = []
  await Promise.all(
    sessions.slice(hung.length).map(async session => {
      const asked = performance.now()
      await session.getErrorEx(JOB.id)
      calls.push(performance.now() - asked)
    }),
  )
  line(
    `${hung.length} sessions hang; a call in each other one, p50 / max`,
    `${ms(calls, 0.5)} / ${ms(calls, 1)} ms`,
  )

  loop.reset()
  loop.enable()
  const closing = performance.now()
  await Promise.all(sessions.map(session => session.close()))
  line('close of all', `${(performance.now() - closing).toFixed(0)} ms`)

  loop.disable()
  line('delay of the event loop at the close, max', `${(loop.max / 1e6).toFixed(1)} ms`)

  if (empty !== null && atStart !== null && settled !== null && later !== null && whileHung !== null) {
    const each = (what: (cost: ProcessCost) => number) => (what(settled) - what(empty)) / count
    line('threads: one session, while all start', `${empty.threads}, ${atStart.threads}`)
    line('threads: idle, while a tenth hangs', `${settled.threads}, ${whileHung.threads}`)
    line('a session that watches: threads', each(cost => cost.threads).toFixed(2))
    line(
      'a session that watches: private address space',
      `${(1024 * each(cost => cost.privateMb)).toFixed(0)} KiB`,
    )
    line('a session that watches: resident', `${(1024 * each(cost => cost.residentMb)).toFixed(0)} KiB`)
    line('a session that watches: descriptors', each(cost => cost.descriptors).toFixed(2))
    const sleeps = (later.sleeps - settled.sleeps) / count / (IDLE_MS / 1000)
    line('a session that watches: wake-ups a second', sleeps.toFixed(2))
  }
  const width = Math.max(...lines.map(([name]) => name.length))
  for (const [name, value] of lines) console.log(`${name.padEnd(width)}  ${value}`)
  keepResult('sessions', { sessions: count, figures: Object.fromEntries(lines) })
  await first.close()
  simulator.stop()
}

function ms(values: readonly number[], share: number): string {
  return quantile(values, share).toFixed(1)
}

main()
