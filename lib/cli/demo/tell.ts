/** What `demo` shows of a host: its jobs, why some failed, and one that fails while it is watched. */
import { hasFailed, isEnded, type Job, outcome } from '../../records/job'
import type { WatchItem } from '../../session/watch/items'
import type { Context } from '../command'
import { command as errors } from '../commands/errors'
import { command as list } from '../commands/list'
import { command as watch } from '../commands/watch'
import { ExitCode } from '../failures'
import { inSession } from '../session-run'
import { commandFor } from '../text/job'
import { painter, safeText } from '../text/terminal'
import type { CliSession, Connect } from '../types'

/** Of the CIM-XML that a record is read from: enough to see what it is. */
const SHOWN_RAW = 400

/** Runs the commands as a person would type them; failed jobs are what it is about, and no failure. */
export async function tell(context: Context): Promise<number> {
  const { connection } = context
  const jobs = await inSession(context, (session, signal) => session.jobs({ classes: 'all', signal }))
  const failed = jobs.filter(hasFailed)
  const [first] = failed
  // A watch is of migrations.
  const running = jobs.find(job => job.kind === 'migration' && !isEnded(job))
  const codes = [
    await show(context, `${commandFor('list', null, connection)} --class all`, () =>
      list.run({ operands: [], options: { class: ['all'], failed: false, raw: false } }, context),
    ),
  ]
  if (first !== undefined) await showRaw(context, first)
  for (const job of [...failed, ...jobs.filter(each => outcome(each) === 'warning')]) {
    const call = { operands: [job.instanceId ?? ''], options: { class: [job.className], last: false } }
    codes.push(await show(context, commandFor('errors', job, connection), () => errors.run(call, context)))
  }
  if (running !== undefined) {
    const call = { operands: [], options: { class: [], changes: false, raw: false } }
    const line = commandFor('watch', null, connection)
    codes.push(await show(context, line, () => watch.run(call, until(running, context))))
  }
  return Math.max(...codes.map(code => (code === ExitCode.found ? ExitCode.ok : code)))
}

async function show({ io, json }: Context, line: string, run: () => Promise<number>): Promise<number> {
  const heading = `\n${painter(io)('bold', `$ ${line}`)}\n`
  if (json) io.stderr(heading)
  else io.stdout(heading)
  return run()
}

/** The text of which `errors` makes sentences. */
async function showRaw(context: Context, job: Job): Promise<void> {
  const { io, json } = context
  if (json) return
  const { raw, primary } = await inSession(context, (session, signal) => session.getErrorEx(job, { signal }))
  const text = raw?.[primary ?? 0] ?? ''
  if (text === '') return
  const shown = text.length > SHOWN_RAW ? `${text.slice(0, SHOWN_RAW)}…` : text
  io.stdout(
    `\nGetErrorEx answers with texts such as this, of ${text.length} characters:\n${safeText(shown)}\n`,
  )
}

/** The context of a watch that ends, as with Ctrl-C, when it has reported the end of this job. */
function until(job: Job, context: Context): Context {
  const ended = new AbortController()
  const connect: Connect = async options => {
    const session = await context.connect(options)
    const watched: CliSession = {
      jobs: given => session.jobs(given),
      job: (ref, given) => session.job(ref, given),
      getErrorEx: (ref, given) => session.getErrorEx(ref, given),
      wait: (ref, given) => session.wait(ref, given),
      cancel: (ref, how, given) => session.cancel(ref, how, given),
      virtualMachineOf: (record, given) => session.virtualMachineOf(record, given),
      close: given => session.close(given),
      async *watch(given) {
        for await (const item of session.watch(given)) {
          yield item
          if (isEndOf(job, item)) ended.abort()
        }
      },
    }
    return watched
  }
  const { io } = context
  const interruption = () => AbortSignal.any([io.interruption(), ended.signal])
  return { ...context, connect, io: { ...io, interruption } }
}

function isEndOf({ path, instanceId }: Job, item: WatchItem): boolean {
  if (item.kind !== 'failed' && item.kind !== 'ended' && item.kind !== 'gap') return false
  return item.job !== null && item.job.path === path && item.job.instanceId === instanceId
}
