/** The table of jobs: rows are kept and updated in place, so that focus and scroll position stay. */
import type { JobView } from '../shared.js'
import { byId, el } from './dom.js'
import { durationText, outcomeRank, outcomeText, safeText, timeText } from './text.js'

const PAGE = 10
const MOVES: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowUp: at => at - 1,
  ArrowDown: at => at + 1,
  PageUp: at => at - PAGE,
  PageDown: at => at + PAGE,
  Home: () => 0,
  End: (_at, last) => last,
}

/** What a column is sorted by; its ascending order is the one that people look for first. */
const COLUMNS = {
  outcome: view => outcomeRank(view.outcome),
  job: view => view.title,
  vm: subjectOf,
  host: view => view.host,
  destination: destinationOf,
  progress: ({ job }) => -(job.percentComplete ?? -1),
  started: ({ startedAt }) => -(startedAt ?? 0),
  took: ({ elapsedMs }) => -(elapsedMs ?? -1),
} as const satisfies Readonly<Record<string, (view: JobView) => string | number>>
type Column = keyof typeof COLUMNS

export interface ListEvents {
  /** The chosen row changed. */
  onChoose(key: string): void
  /** Enter or a click. */
  onOpen(key: string): void
}

export class JobList {
  readonly #table = byId('jobs', HTMLTableElement)
  readonly #body = byId('rows', HTMLTableSectionElement)
  readonly #rows = new Map<string, { view: JobView; row: HTMLTableRowElement }>()
  readonly #events: ListEvents
  #views: readonly JobView[] = []
  #sorted: { readonly column: Column; readonly reverse: boolean } | null = null
  #order: readonly string[] = []
  #chosen: string | null = null

  constructor(events: ListEvents) {
    this.#events = events
    for (const column of Object.keys(COLUMNS) as Column[]) {
      this.#headButton(column).addEventListener('click', () => this.#sortBy(column))
    }
    this.#body.addEventListener('keydown', event => this.#onKey(event))
    // Also where assistive technology sets the focus.
    this.#body.addEventListener('focusin', event => {
      const key = keyAt(event.target)
      if (key !== null) this.choose(key)
    })
    this.#body.addEventListener('click', event => {
      const key = keyAt(event.target)
      if (key !== null) this.#open(key)
    })
  }

  /** Shows these jobs, failures first and the newest of equals first, unless a column was chosen. */
  show(views: readonly JobView[], ofSeveralHosts: boolean): void {
    this.#views = views
    this.#table.toggleAttribute('data-hosts', ofSeveralHosts)
    const sorted = [...views].sort((one, other) => this.#compare(one, other))
    const hadFocus = this.#body.contains(document.activeElement)
    this.#order = sorted.map(({ key }) => key)
    const wanted = new Set(this.#order)
    for (const [key, { row }] of this.#rows) {
      if (!wanted.has(key)) {
        row.remove()
        this.#rows.delete(key)
      }
    }
    if (this.#chosen === null || !wanted.has(this.#chosen)) this.#chosen = this.#order[0] ?? null
    for (const [at, view] of sorted.entries()) {
      const row = this.#rowOf(view)
      const there = this.#body.rows[at]
      if (there !== row) this.#body.insertBefore(row, there ?? null)
    }
    this.#mark()
    this.#table.hidden = sorted.length === 0
    // A row that is moved loses the focus.
    if (hadFocus && !this.#body.contains(document.activeElement)) this.focus()
  }

  focus(): void {
    this.#rowFor(this.#chosen)?.focus()
  }

  choose(key: string): void {
    this.#chosen = key
    this.#mark()
  }

  /** A first click sorts, a second reverses, a third goes back to failures first. */
  #sortBy(column: Column): void {
    const before = this.#sorted?.column === column ? this.#sorted : null
    this.#sorted = before?.reverse === true ? null : { column, reverse: before !== null }
    for (const name of Object.keys(COLUMNS) as Column[]) {
      const direction = this.#sorted?.reverse === true ? 'descending' : 'ascending'
      const head = this.#headButton(name).closest('th')
      if (this.#sorted?.column === name) head?.setAttribute('aria-sort', direction)
      else head?.removeAttribute('aria-sort')
    }
    this.show(this.#views, this.#table.hasAttribute('data-hosts'))
  }

  #headButton(column: Column): HTMLButtonElement {
    return byId(`sort-${column}`, HTMLButtonElement)
  }

  #compare(one: JobView, other: JobView): number {
    if (this.#sorted === null) return compare(one, other)
    const { column, reverse } = this.#sorted
    const [mine, theirs] = [COLUMNS[column](one), COLUMNS[column](other)]
    const order =
      typeof mine === 'string'
        ? mine.localeCompare(String(theirs), 'en', { numeric: true })
        : mine - Number(theirs)
    return (reverse ? -order : order) || compare(one, other)
  }

  #rowOf(view: JobView): HTMLTableRowElement {
    const known = this.#rows.get(view.key)
    if (known?.view === view) return known.row
    const row = known?.row ?? el('tr', { 'data-key': view.key })
    row.dataset.outcome = view.outcome
    row.replaceChildren(...cellsOf(view))
    this.#rows.set(view.key, { view, row })
    return row
  }

  #rowFor(key: string | null): HTMLTableRowElement | undefined {
    return key === null ? undefined : this.#rows.get(key)?.row
  }

  /** One row can be reached by Tab; the arrow keys go on from there. */
  #mark(): void {
    for (const [key, { row }] of this.#rows) {
      row.tabIndex = key === this.#chosen ? 0 : -1
      row.setAttribute('aria-selected', String(key === this.#chosen))
    }
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const key = keyAt(event.target)
    if (key === null) return
    const last = this.#order.length - 1
    const to = MOVES[event.key]?.(this.#order.indexOf(key), last)
    if (to !== undefined) {
      const next = this.#order[Math.min(Math.max(to, 0), last)]
      event.preventDefault()
      if (next === undefined) return
      this.choose(next)
      this.focus()
      this.#events.onChoose(next)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      this.#open(key)
    }
  }

  #open(key: string): void {
    this.choose(key)
    this.#events.onOpen(key)
  }
}

function keyAt(target: EventTarget | null): string | null {
  return target instanceof Element ? (target.closest('tr')?.dataset.key ?? null) : null
}

function compare(one: JobView, other: JobView): number {
  const time = ({ changedAt, startedAt }: JobView) => changedAt ?? startedAt ?? 0
  return (
    outcomeRank(one.outcome) - outcomeRank(other.outcome) ||
    time(other) - time(one) ||
    one.key.localeCompare(other.key)
  )
}

/** What the job works on. */
export function subjectOf({ job, virtualMachine }: JobView): string {
  if (virtualMachine !== null) return virtualMachine.name ?? virtualMachine.id
  if ('virtualSystemName' in job) return job.virtualSystemName ?? ''
  if (job.kind === 'storage') return job.child ?? ''
  return job.kind === 'virtualSystemReferencePointExport' ? (job.virtualMachineId ?? '') : ''
}

export function destinationOf({ job }: JobView): string {
  if (job.kind === 'migration') return job.destinationHost ?? ''
  return 'exportDirectory' in job ? (job.exportDirectory ?? '') : ''
}

/** One line that says why, as far as anything does. */
export function causeOf({ job, report, problem, outcome }: JobView): string {
  const primary = report?.primary ?? null
  const message = primary === null ? null : report?.errors?.[primary]?.record.message
  if (message) return message
  if (outcome === 'vanished') return 'Removed by the host before its end was seen'
  if (problem !== null && report === null) return problem.message
  return outcome === 'failed' ? (job.errorSummaryDescription ?? job.errorDescription ?? '') : ''
}

export function outcomeBadge(view: JobView): HTMLElement {
  return el('span', { class: 'outcome', 'data-outcome': view.outcome }, outcomeText(view.outcome))
}

function cellsOf(view: JobView): HTMLTableCellElement[] {
  const subject = safeText(subjectOf(view))
  const destination = safeText(destinationOf(view))
  const cause = safeText(causeOf(view))
  return [
    el('td', { class: 'col-outcome' }, outcomeBadge(view)),
    el(
      'td',
      { class: 'col-job' },
      el('span', { class: 'title' }, safeText(view.title)),
      cause === '' ? null : el('span', { class: 'cause', title: cause }, cause),
    ),
    el('td', { class: 'col-vm', title: subject }, subject),
    el('td', { class: 'col-host', title: safeText(view.host) }, safeText(view.host)),
    el('td', { class: 'col-destination', title: destination }, destination),
    el('td', { class: 'col-progress' }, ...progressOf(view)),
    el('td', { class: 'col-started' }, view.startedAt === null ? '' : timeText(view.startedAt)),
    el('td', { class: 'col-took' }, view.elapsedMs === null ? '' : durationText(view.elapsedMs)),
  ]
}

function progressOf({ job, title }: JobView): Node[] {
  const { percentComplete } = job
  if (typeof percentComplete !== 'number') return []
  const bar = el('progress', {
    max: '100',
    value: String(percentComplete),
    'aria-label': `Progress of ${safeText(title)}`,
  })
  return [bar, el('span', { class: 'percent' }, `${percentComplete} %`)]
}
