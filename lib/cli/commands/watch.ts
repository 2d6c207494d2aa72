/** `watch`: what happens to jobs, as it happens. */
import type { Job } from '../../records/job'
import type { WatchKind } from '../../session/options'
import type { VirtualMachine } from '../../session/virtual-machines'
import type { WatchItem } from '../../session/watch/items'
import { defineCommand } from '../command'
import { ExitCode } from '../failures'
import { CLASSES_OPTION, classesOf, RAW_OPTION } from '../options'
import { openSession } from '../session-run'
import { errorListJson } from '../text/error-list-json'
import { jobJson } from '../text/job-json'
import { toJsonLine } from '../text/json'
import { watchItemText } from '../text/watch-item'
import type { CliSession } from '../types'
import { machineOf } from '../virtual-machine'

const KINDS: readonly WatchKind[] = ['failed', 'ended', 'changed', 'gap', 'state']

export const command = defineCommand({
  summary: 'report jobs as they start, change their state and end, with the cause of a failure',
  details:
    'Those that have ended already come first. It goes on until Ctrl-C and then ends with 1 if it saw a job that failed, with 0 otherwise.',
  options: {
    class: CLASSES_OPTION,
    changes: { kind: 'flag', description: 'report progress as well' },
    raw: RAW_OPTION,
  },
  examples: [
    { line: 'watch --class all', explanation: 'all jobs of this computer' },
    { line: 'watch --json > jobs.ndjson', explanation: 'a JSON document a line, for a program' },
  ],
  async run({ options }, { io, json, connection, connect }) {
    const classes = classesOf(options.class)
    const signal = io.interruption()
    const counts = { failed: 0, ended: 0, gap: 0 }
    const reported = new ReportedStates()
    const watched = { connection, classes: classes ?? ['Msvm_MigrationJob'] }
    try {
      signal.throwIfAborted()
      const session = await openSession({ connect, connection }, signal)
      try {
        const given = { ...(classes === undefined ? {} : { classes }), include: KINDS, signal }
        for await (const item of session.watch(given)) {
          if (!reported.isNews(item) && !options.changes) continue
          if (item.kind === 'failed' || item.kind === 'ended' || item.kind === 'gap') counts[item.kind] += 1
          const machine = await machineOfItem(session, item, signal)
          const now = new Date()
          io.stdout(
            json
              ? toJsonLine({ time: now, ...itemJson(item, machine, options.raw) })
              : watchItemText(item, now, machine, watched, io),
          )
          await io.drained()
        }
      } finally {
        await session.close()
      }
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error
    }
    if (!json) {
      io.stderr(`watch ended: failed ${counts.failed}, succeeded ${counts.ended}, gaps ${counts.gap}\n`)
    }
    return counts.failed > 0 ? ExitCode.found : ExitCode.ok
  },
})

/** An item comes with the name only where it was known; for a person a short wait is worth it. */
async function machineOfItem(
  session: CliSession,
  item: WatchItem,
  signal: AbortSignal,
): Promise<VirtualMachine | null> {
  if (!('virtualMachine' in item)) return null
  const known = item.virtualMachine
  if (known !== null && known.name !== null) return known
  return (await machineOf(session, item.job, signal)) ?? known
}

/** Distinguishes changes of state from mere progress. */
class ReportedStates {
  /** Of jobs that have not ended, by object path. */
  readonly #states = new Map<string | null, Job['jobState']>()

  isNews(item: WatchItem): boolean {
    if (item.kind !== 'changed') {
      if ('job' in item && item.job !== null) this.#states.delete(item.job.path)
      return true
    }
    const { path, jobState } = item.job
    const isNews = !this.#states.has(path) || this.#states.get(path) !== jobState
    this.#states.set(path, jobState)
    return isNews
  }
}

function itemJson(
  item: WatchItem,
  machine: VirtualMachine | null,
  raw: boolean,
): Readonly<Record<string, unknown>> {
  const job = 'job' in item && item.job !== null ? { job: jobJson(item.job, machine, raw) } : {}
  const hasResult = 'result' in item && item.result !== null
  return { ...item, ...job, ...(hasResult ? { result: errorListJson(item.result, raw) } : {}) }
}
