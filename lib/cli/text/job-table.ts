/** Jobs as a table, or as a few lines each where a table would not fit. */

import { hasFailed, type Job, type JobOutcome, outcome } from '../../records/job'
import type { VirtualMachine } from '../../session/virtual-machines'
import type { CliIo } from '../types'
import { destinationText, machineText, percentText, stateText, whenText, workText } from './job'
import { indent, wrap } from './layout'
import { type Column, type Concession, tableRows } from './table'
import { painter, type Style, safeLine } from './terminal'

const STYLES: Readonly<Record<JobOutcome, Style>> = {
  running: 'bold',
  succeeded: 'green',
  warning: 'yellow',
  failed: 'red',
  cancelled: 'red',
  unknown: 'bold',
}

/** What is worth least goes first: a time zone, a number that `errors` prints, an ID of which the start is enough. */
const CONCESSIONS: readonly Concession[] = [
  { column: 'when', form: 1 },
  { column: 'state', form: 1 },
  { column: 'id', form: 1 },
  { column: 'when', form: 2 },
  { column: 'to', form: 1 },
  { column: 'percent', leaveOut: true },
  { column: 'work', cutTo: 20 },
  { column: 'to', cutTo: 8 },
  { column: 'machine', cutTo: 12 },
]

/** The start of an ID that a person can still remember and type. */
const SHORT_ID = 8
/** Below the first line of a job, where there is no table. */
const INDENT = 3

export type Machines = ReadonlyMap<Job, VirtualMachine | null>

export function jobTableText(
  jobs: readonly Job[],
  machines: Machines,
  { colour, tableWidth }: Pick<CliIo, 'colour' | 'tableWidth'>,
): string {
  if (jobs.length === 0) return 'no jobs\n'
  const paint = painter({ colour })
  const rows = tableRows(columnsFor(jobs, machines), CONCESSIONS, tableWidth)
  const styles = jobs.map(job => STYLES[outcome(job)])
  if (rows === null) {
    const blocks = jobs.map(job => blockText(job, machines.get(job) ?? null, tableWidth))
    return blocks
      .map((block, index) => paintLines(block, text => paint(styles[index] ?? 'bold', text)))
      .join('')
  }
  const [head = '', ...body] = rows
  return [paint('dim', head), ...body.map((row, index) => paint(styles[index] ?? 'bold', row))]
    .map(line => `${line}\n`)
    .join('')
}

function columnsFor(jobs: readonly Job[], machines: Machines): ReadonlyMap<string, Column> {
  const column = (...forms: readonly (readonly [head: string, cell: (job: Job) => string])[]): Column => ({
    forms: forms.map(([head, cell]) => [head, ...jobs.map(cell)]),
  })
  const short = shortIds(jobs)
  return new Map([
    ['mark', column([' ', markOf])],
    ['state', column(['STATE', stateWithCode], ['STATE', stateText])],
    ['percent', column(['%', job => percentText(job).replace('%', '')])],
    ['work', column(['JOB', workText])],
    ['machine', column(['VM', job => machineText(machines.get(job) ?? null)])],
    ['to', column(['DESTINATION', destinationText], ['TO', destinationText])],
    [
      'when',
      column(
        ['WHEN', whenText],
        ['WHEN', job => whenText(job).replace(/ [+-]\d\d:\d\d$/, '')],
        ['WHEN', job => whenText(job).replace(/\d{4}-\d\d-\d\d (\d\d:\d\d:\d\d).*/, '$1')],
      ),
    ],
    ['id', column(['ID', idText], ['ID', job => short.get(job) ?? ''])],
  ])
}

function markOf(job: Job): string {
  return hasFailed(job) ? '!' : ' '
}

function stateWithCode(job: Job): string {
  return job.errorCode ? `${stateText(job)} ${job.errorCode}` : stateText(job)
}

function idText({ instanceId }: Job): string {
  return safeLine(instanceId ?? '')
}

/** As much of each ID as tells it from all others. */
function shortIds(jobs: readonly Job[]): ReadonlyMap<Job, string> {
  const ids = jobs.map(idText)
  const sorted = [...ids].sort()
  const lengths = new Map(
    sorted.map((id, at) => [
      id,
      Math.max(SHORT_ID, 1 + sharedStart(id, sorted[at - 1]), 1 + sharedStart(id, sorted[at + 1])),
    ]),
  )
  return new Map(jobs.map((job, at) => [job, (ids[at] ?? '').slice(0, lengths.get(ids[at] ?? ''))]))
}

function sharedStart(one: string, other: string | undefined): number {
  if (other === undefined) return 0
  let length = 0
  while (length < one.length && one[length]?.toLowerCase() === other[length]?.toLowerCase()) length += 1
  return length
}

function blockText(job: Job, machine: VirtualMachine | null, width: number): string {
  const percent = percentText(job)
  const destination = destinationText(job)
  const where = [machineText(machine), destination === '' ? '' : `to ${destination}`]
  const facts = [filled(where).join(' '), whenText(job).replace(/ [+-]\d\d:\d\d$/, '')]
  const head = filled([stateWithCode(job), percent]).join(' ')
  const [first = '', ...rest] = wrap(`${head}: ${workText(job)}`, width - INDENT)
  const lines = [...rest, ...wrap(filled(facts).join(', '), width - INDENT), idText(job)]
  return `${markOf(job)}  ${first}\n${indent(filled(lines), INDENT)}`
}

function filled(parts: readonly string[]): string[] {
  return parts.filter(part => part !== '')
}

function paintLines(block: string, paint: (text: string) => string): string {
  return block.replace(/.+/g, paint)
}
