/** `list`: the jobs as a table. */
import { isEnded, type Job, type JobOutcome, outcome } from '../records/job'
import { durationText, painter, type Style, safeLine, timeText } from './format'
import { shortClassName, stateText } from './job-text'
import type { CliIo } from './types'

const STYLES: Readonly<Record<JobOutcome, Style>> = {
  running: 'bold',
  succeeded: 'green',
  warning: 'yellow',
  failed: 'red',
  cancelled: 'red',
  unknown: 'bold',
}

/** The narrowest a column gets when the terminal is too narrow for the table. */
const MIN_COLUMN = 8
const GAP = '  '

const HEAD: readonly string[] = [' ', 'STATE', '%', 'JOB', 'VM', 'DESTINATION', 'WHEN', 'ID']
/** The columns whose texts may be cut: names of virtual machines and hosts. */
const SHRINKABLE: readonly number[] = [4, 5]

export function listText(jobs: readonly Job[], io: Pick<CliIo, 'colour' | 'width'>): string {
  if (jobs.length === 0) return 'no jobs\n'
  const paint = painter(io)
  const rows = jobs.map(cellsOf)
  const widths = columnWidths([HEAD, ...rows], io.width)
  const styles = jobs.map(job => STYLES[outcome(job)])
  return [
    paint('dim', rowText(HEAD, widths)),
    ...rows.map((cells, index) => paint(styles[index] ?? 'bold', rowText(cells, widths))),
  ]
    .map(line => `${line}\n`)
    .join('')
}

function cellsOf(job: Job): string[] {
  const failed = outcome(job) === 'failed' || outcome(job) === 'cancelled'
  const code = job.errorCode ? ` ${job.errorCode}` : ''
  return [
    failed ? '!' : ' ',
    `${stateText(job)}${code}`,
    typeof job.percentComplete === 'number' ? String(job.percentComplete) : '',
    shortClassName(job),
    'virtualSystemName' in job ? safeLine(job.virtualSystemName ?? '') : '',
    job.kind === 'migration' ? safeLine(job.destinationHost ?? '') : '',
    whenText(job),
    safeLine(job.instanceId ?? ''),
  ]
}

/** When an ended job ended, or else started; how long another one has run. */
export function whenText(job: Job): string {
  const { timeOfLastStateChange, startTime, elapsedTime } = job
  if (!isEnded(job)) return elapsedTime ? `for ${durationText(elapsedTime)}` : ''
  if (timeOfLastStateChange) return timeText(timeOfLastStateChange)
  return startTime ? `from ${timeText(startTime)}` : ''
}

function columnWidths(rows: readonly (readonly string[])[], width: number): number[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map(cells => cells[column]?.length ?? 0)))
  const total = widths.reduce((sum, column) => sum + column, 0) + GAP.length * (widths.length - 1)
  let surplus = total - width
  for (const column of SHRINKABLE) {
    const wide = widths[column] ?? 0
    const cut = Math.min(
      Math.max(surplus, 0),
      Math.max(wide - Math.max(MIN_COLUMN, HEAD[column]?.length ?? 0), 0),
    )
    widths[column] = wide - cut
    surplus -= cut
  }
  return widths
}

function rowText(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => {
      const width = widths[column] ?? 0
      return (cell.length > width ? `${cell.slice(0, width - 1)}…` : cell).padEnd(width)
    })
    .join(GAP)
    .trimEnd()
}
