/** `watch`: what happens to jobs, a line or a few for each. */

import { cimDateTimeToDate } from '../cim/datetime'
import { findCodes } from '../diagnosis/find-codes'
import { type Job, jobTypeName, outcome } from '../records/job'
import type { WatchKind } from '../session/options'
import type { FailedItem, GapItem, WatchItem } from '../session/watch/items'
import { WbemError } from '../wmi/wbem-error'
import type { Command, ConnectionArguments } from './arguments'
import { indent, localTimeText, type Paint, painter, type Style, safeLine, safeText, wrap } from './format'
import { commandFor, jobTitle, percentText, stateText, summaryOf } from './job-text'
import { toJsonLine } from './json'
import { type CliIo, type Connect, ExitCode } from './types'

type WatchCommand = Extract<Command, { name: 'watch' }>

const KINDS: readonly WatchKind[] = ['failed', 'ended', 'changed', 'gap', 'state']
const INDENT = 4
/** Columns of the words that tell what happened. */
const WORD_WIDTH = 12
/** Enough of a message to know the cause; `errors` prints all of it. */
const MAX_MESSAGE = 1000

export async function watch(
  command: WatchCommand,
  json: boolean,
  io: CliIo,
  connect: Connect,
): Promise<number> {
  const { connection, classes, allChanges } = command
  const signal = io.interruption()
  const counts = { failed: 0, ended: 0, gap: 0 }
  const told = new StatesTold()
  try {
    const session = await connect({ ...connection, signal })
    try {
      const options = { ...(classes === undefined ? {} : { classes }), include: KINDS, signal }
      for await (const item of session.watch(options)) {
        if (!told.isNews(item) && !allChanges) continue
        if (item.kind === 'failed' || item.kind === 'ended' || item.kind === 'gap') counts[item.kind] += 1
        const now = new Date()
        io.stdout(json ? toJsonLine({ time: now, ...item }) : watchItemText(item, now, command, io))
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
}

/** Tells changes of state from mere progress. */
class StatesTold {
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

/** What a line begins with: failures and gaps have a mark, so that they are seen without colours. */
type Head = readonly [mark: '!' | '?' | ' ', word: string, style: Style]

export function watchItemText(
  item: WatchItem,
  now: Date,
  { connection, classes = ['Msvm_MigrationJob'] }: Pick<WatchCommand, 'connection' | 'classes'>,
  screen: Pick<CliIo, 'colour' | 'width'>,
): string {
  const paint = painter(screen)
  const width = screen.width - INDENT
  const text = (head: Head, time: Date, what: string, details: readonly string[] = []) => {
    const [mark, word, style] = head
    const start = `${mark} ${localTimeText(time)} ${word.padEnd(WORD_WIDTH)}`
    const words = what.replace(/\s+/g, ' ')
    const [first = ''] = wrap(words, screen.width - start.length - 1)
    const rest = words.slice(first.length).trimStart()
    const more = rest === '' ? [] : wrap(rest, width)
    return `${paint(style, start)} ${first}\n${indent([...more, ...details], INDENT)}`
  }
  switch (item.kind) {
    case 'failed':
      return text(
        failedHead(item.job),
        endOf(item.job) ?? now,
        withProgress(item.job),
        failureDetails(item, connection, width, paint),
      )
    case 'ended': {
      const warnings = outcome(item.job) === 'warning'
      return text(
        warnings ? [' ', 'Warnings', 'yellow'] : [' ', 'Succeeded', 'green'],
        endOf(item.job) ?? now,
        titleOf(item.job),
        warnings ? [`what they are: ${commandFor('errors', item.job, connection)}`] : [],
      )
    }
    case 'changed':
      return text([' ', stateText(item.job), 'bold'], now, `${withProgress(item.job)} ${idOf(item.job)}`)
    case 'gap':
      return text(['?', item.job === null ? 'Gap' : 'Vanished', 'yellow'], now, gapText(item))
    case 'state': {
      const host = safeLine(connection.host ?? 'this computer')
      if (item.state === 'watching') {
        const what = classes === 'all' ? 'all jobs' : safeLine(classes.join(', '))
        return text([' ', 'Watching', 'dim'], now, `${what} on ${host}`)
      }
      const why = item.error instanceof Error ? `: ${shortened(item.error.message)}` : ''
      return text(['?', 'Reconnecting', 'yellow'], now, `to ${host}${why}`)
    }
  }
}

function gapText({ reason, dropped, job }: GapItem): string {
  if (job !== null) return `${withProgress(job)} was removed before its end was seen`
  return reason === 'connection'
    ? 'the connection was lost; a job that ends meanwhile is told of later, if it is still there then'
    : `this output is too slow: ${dropped} jobs were left out; those that are still there come again`
}

function failedHead(job: Job): Head {
  return ['!', outcome(job) === 'cancelled' ? stateText(job).toUpperCase() : 'FAILED', 'red']
}

/** A migration says enough by its machine and its destination. */
function titleOf(job: Job): string {
  const type = job.kind === 'migration' ? null : jobTypeName(job)
  return type === null ? jobTitle(job) : `${jobTitle(job)}: ${type}`
}

function withProgress(job: Job): string {
  const percent = percentText(job)
  return percent === '' ? titleOf(job) : `${titleOf(job)}, ${percent}`
}

function idOf({ instanceId }: Job): string {
  return safeLine(instanceId ?? '')
}

/** By the host's clock; null when the job does not tell. */
function endOf({ timeOfLastStateChange }: Job): Date | null {
  return timeOfLastStateChange ? cimDateTimeToDate(timeOfLastStateChange) : null
}

/** The cause with its codes, and how to see everything. */
function failureDetails(
  { job, result, error }: FailedItem,
  connection: ConnectionArguments,
  width: number,
  paint: Paint,
): string[] {
  const all = commandFor('errors', job, connection)
  const own = summaryOf(job).flatMap(text => wrap(shortened(text), width))
  if (result === null) {
    const why = error instanceof Error ? error.message : String(error)
    const gone = error instanceof WbemError && error.category === 'job-not-found'
    const text = `its errors could not be read: ${shortened(why)}`
    return [...own, ...wrap(text, width), gone ? idOf(job) : `once more: ${all}`]
  }
  const records = result.errors ?? []
  const primary = result.primary === null ? undefined : records[result.primary]
  const count = records.length + result.undecodable.length
  if (count === 0) return [...own, `no error records: ${idOf(job)}`]
  const message = primary?.message?.trim()
  const codes = primary === undefined ? [] : findCodes(primary)
  return [
    ...(message ? wrap(shortened(message), width).map(line => paint('bold', line)) : own),
    ...codes.map(({ hex, symbol }) => (symbol === null ? hex : `${hex} ${symbol}`)),
    `${count === 1 ? '1 error' : `${count} errors`}: ${all}`,
  ]
}

function shortened(text: string): string {
  const safe = safeText(text.trim())
  return safe.length > MAX_MESSAGE ? `${safe.slice(0, MAX_MESSAGE)}…` : safe
}
