/** Items of a watch: a line or a few for each. */

import { cimDateTimeToDate } from '../../cim/datetime'
import { diagnose } from '../../diagnosis/diagnose'
import type { ErrorList } from '../../diagnosis/error-list'
import { findCodes } from '../../diagnosis/find-codes'
import { type Job, jobTypeName, outcome } from '../../records/job'
import type { VirtualMachine } from '../../session/virtual-machines'
import type { EndedItem, FailedItem, GapItem, WatchItem } from '../../session/watch/items'
import { WbemError } from '../../wmi/wbem-error'
import type { ConnectionArguments, Screen } from '../types'
import { codeName } from './diagnosis'
import { commandFor, jobTitle, percentText, stateText, summaryOf } from './job'
import { columnsOf, indent, wrap } from './layout'
import { type Paint, painter, type Style, safeLine, safeText } from './terminal'
import { localTimeText } from './time'

const INDENT = 4
/** Columns of the words that say what happened. */
const WORD_WIDTH = 12
/** Enough of a message to know the cause; `errors` prints all of it. */
const MAX_MESSAGE = 1000

/** What is watched, and over which connection. */
export interface Watched {
  readonly connection: ConnectionArguments
  readonly classes: 'all' | readonly string[]
}

/** What a line begins with: failures and gaps have a mark, so that they are seen without colours. */
type Head = readonly [mark: '!' | '?' | ' ', word: string, style: Style]

export function watchItemText(
  item: WatchItem,
  now: Date,
  machine: VirtualMachine | null,
  { connection, classes }: Watched,
  screen: Screen,
): string {
  const paint = painter(screen)
  const width = screen.width - INDENT
  const text = (head: Head, time: Date, what: string, details: readonly string[] = []) => {
    const [mark, word, style] = head
    const start = `${mark} ${localTimeText(time)} ${word.padEnd(WORD_WIDTH)}`
    const words = what.replace(/\s+/g, ' ')
    const [first = ''] = wrap(words, screen.width - columnsOf(start) - 1)
    const rest = words.slice(first.length).trimStart()
    const more = rest === '' ? [] : wrap(rest, width)
    return `${paint(style, start)} ${first}\n${indent([...more, ...details], INDENT)}`
  }
  switch (item.kind) {
    case 'failed':
      return text(
        failedHead(item.job),
        endOf(item.job) ?? now,
        withProgress(item.job, machine),
        failureDetails(item, connection, width, paint),
      )
    case 'ended': {
      const warnings = outcome(item.job) === 'warning'
      return text(
        warnings ? [' ', 'Warnings', 'yellow'] : [' ', 'Succeeded', 'green'],
        endOf(item.job) ?? now,
        titleOf(item.job, machine),
        warnings ? warningDetails(item, connection, width, paint) : [],
      )
    }
    case 'changed':
      return text(
        [' ', stateText(item.job), 'bold'],
        now,
        `${withProgress(item.job, machine)} ${idOf(item.job)}`,
      )
    case 'gap':
      return text(['?', item.job === null ? 'Gap' : 'Vanished', 'yellow'], now, gapText(item, machine))
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

function gapText({ reason, dropped, job }: GapItem, machine: VirtualMachine | null): string {
  if (job !== null) return `${withProgress(job, machine)} was removed before its end was seen`
  return reason === 'connection'
    ? 'the connection was lost; a job that ends meanwhile is reported later, if it is still there then'
    : `this output is too slow: ${dropped} jobs were left out; those that are still there come again`
}

function failedHead(job: Job): Head {
  return ['!', outcome(job) === 'cancelled' ? stateText(job).toUpperCase() : 'FAILED', 'red']
}

/** A migration says enough by its machine and its destination. */
function titleOf(job: Job, machine: VirtualMachine | null): string {
  const type = job.kind === 'migration' ? null : jobTypeName(job)
  const title = jobTitle(job, machine)
  return type === null ? title : `${title}: ${type}`
}

function withProgress(job: Job, machine: VirtualMachine | null): string {
  const percent = percentText(job)
  const title = titleOf(job, machine)
  return percent === '' ? title : `${title}, ${percent}`
}

function idOf({ instanceId }: Job): string {
  return safeLine(instanceId ?? '')
}

/** By the host's clock; null when the job does not tell. */
function endOf({ timeOfLastStateChange }: Job): Date | null {
  return timeOfLastStateChange ? cimDateTimeToDate(timeOfLastStateChange) : null
}

function warningDetails(
  { job, result }: EndedItem,
  connection: ConnectionArguments,
  width: number,
  paint: Paint,
): string[] {
  const said = result === null ? [] : recordLines(result, width, paint).lines
  return [...said, `what they are: ${commandFor('errors', job, connection)}`]
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
  const count = (result.errors?.length ?? 0) + result.undecodable.length
  if (count === 0) return [...own, `no error records: ${idOf(job)}`]
  const said = recordLines(result, width, paint)
  return [
    ...(said.hasMessage ? [] : own),
    ...said.lines,
    `${count === 1 ? '1 error' : `${count} errors`}: ${all}`,
  ]
}

/** How many further messages are shown, and how much of each. */
const MAX_FURTHER = 3
const MAX_FURTHER_LENGTH = 200

/** The primary record with what it means, then the beginnings of the others. */
function recordLines(list: ErrorList, width: number, paint: Paint): { hasMessage: boolean; lines: string[] } {
  const records = list.errors ?? []
  const primary = list.primaryError ?? undefined
  const message = primary?.message?.trim()
  const diagnosis = diagnose(list)
  const others = records.filter(record => record !== primary && record.message)
  const further = others
    .slice(0, MAX_FURTHER)
    .flatMap(record => wrap(`also: ${shortened(record.message ?? '', MAX_FURTHER_LENGTH)}`, width))
  return {
    hasMessage: Boolean(message),
    lines: [
      ...(message ? wrap(shortened(message), width).map(line => paint('bold', line)) : []),
      ...(primary === undefined ? [] : findCodes(primary).map(codeName)),
      ...(diagnosis.hint === null ? [] : wrap(`${diagnosis.id}: ${diagnosis.hint}`, width)),
      ...(diagnosis.url === null ? [] : [diagnosis.url]),
      ...further.map(line => paint('dim', line)),
    ],
  }
}

function shortened(text: string, length: number = MAX_MESSAGE): string {
  const safe = safeText(text.trim())
  return safe.length > length ? `${safe.slice(0, length)}…` : safe
}
