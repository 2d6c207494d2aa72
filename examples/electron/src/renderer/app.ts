/** The page: keeps what the main process sends, and shows it. */
import type {
  Connection,
  HostView,
  HyperVBridge,
  JobView,
  Notice,
  Outcome,
  Snapshot,
  Update,
} from '../shared.js'
import { Details, problemBox } from './details.js'
import { button, byId, el } from './dom.js'
import { causeOf, destinationOf, JobList, subjectOf } from './list.js'
import { outcomeText, safeText, timeText } from './text.js'

declare global {
  interface Window {
    readonly hyperv: HyperVBridge
  }
}

const bridge = window.hyperv
const main = byId('main', HTMLElement)
const filter = byId('filter', HTMLInputElement)
const stateBox = byId('state', HTMLElement)
const banners = byId('banners', HTMLElement)

let jobs: ReadonlyMap<string, JobView> = new Map()
let latest: Snapshot | null = null

/** The worst of several first. */
const STATES = [
  'failed',
  'reconnecting',
  'connecting',
  'connected',
] as const satisfies readonly Connection['state'][]
/** More names than these would fill the bar. */
const MAX_NAMES = 3

const details = new Details(bridge, closeDetails, announce)
const list = new JobList({
  onChoose: key => {
    if (details.key !== null) openDetails(key)
  },
  onOpen: key => {
    openDetails(key)
    details.focus()
  },
})

filter.addEventListener('input', showJobs)
filter.addEventListener('keydown', event => {
  if (event.key === 'Escape' && filter.value !== '') {
    filter.value = ''
    showJobs()
  } else if (event.key === 'Escape' || event.key === 'ArrowDown' || event.key === 'Enter') {
    list.focus()
  } else {
    return
  }
  event.preventDefault()
})
document.addEventListener('keydown', event => {
  const typing = event.target instanceof HTMLInputElement
  if (event.key === '/' && !typing && !event.ctrlKey && !event.altKey && !event.metaKey) {
    event.preventDefault()
    filter.focus()
    filter.select()
  } else if (event.key === 'Escape' && !event.defaultPrevented && details.key !== null) {
    closeDetails()
  }
})
// Whatever somebody has asked for, and the main process did not do.
addEventListener('unhandledrejection', event => {
  event.preventDefault()
  announce(`That did not work: ${safeText(String(event.reason))}`)
})

bridge.onUpdate(take)
bridge.onOpen(key => {
  filter.value = ''
  showJobs()
  openDetails(key)
  details.focus()
})
bridge.snapshot().then(snapshot => {
  jobs = new Map(snapshot.jobs.map(view => [view.key, view]))
  show(snapshot)
}, showBroken)

function take(update: Update): void {
  // The snapshot, which is on its way, holds it already.
  if (latest === null || update.revision <= latest.revision) return
  const next = new Map(jobs)
  for (const key of update.removed) next.delete(key)
  for (const view of update.jobs) {
    if (view.outcome === 'failed' && next.get(view.key)?.outcome === 'running') {
      announce(`Failed: ${safeText(view.title)}. ${safeText(causeOf(view))}`)
    }
    next.set(view.key, view)
  }
  jobs = next
  show(update)
}

function show(snapshot: Snapshot): void {
  latest = snapshot
  showConnection(snapshot)
  showBanners(snapshot)
  showCounts()
  showJobs()
}

function hostsText(hosts: readonly HostView[]): string {
  return hosts.length > MAX_NAMES
    ? `${hosts.length} hosts`
    : hosts.map(({ name }) => safeText(name)).join(', ')
}

function showConnection({ hosts }: Snapshot): void {
  const texts: Readonly<Record<Connection['state'], string>> = {
    connecting: 'Connecting…',
    connected: 'Watching',
    reconnecting: 'Reconnecting…',
    failed: 'Not connected',
  }
  const host = byId('host', HTMLElement)
  host.textContent = hostsText(hosts)
  host.title = hosts.map(({ name }) => safeText(name)).join('\n')
  const status = byId('connection', HTMLElement)
  const worst =
    STATES.find(state => hosts.some(({ connection }) => connection.state === state)) ?? 'connecting'
  const watching = hosts.filter(({ connection }) => connection.state === 'connected').length
  const text = hosts.length > 1 ? `Watching ${watching} of ${hosts.length}` : texts[worst]
  status.dataset.state = worst
  // Set only when it changes: a status is read out each time.
  if (status.textContent !== text) status.textContent = text
}

function showBanners({ hosts, notices }: Snapshot): void {
  banners.replaceChildren(...hosts.flatMap(host => hostBanner(host)), ...notices.map(noticeBanner))
}

/** Names the host where there are several. */
function ofHost(host: string): string {
  return latest !== null && latest.hosts.length > 1 ? `${safeText(host)}: ` : ''
}

function hostBanner({ name, connection }: HostView): Node[] {
  if (connection.state === 'reconnecting') {
    const since = `Connection lost at ${timeText(connection.since)}. Connecting again; the list may be out of date.`
    const why = safeText(connection.problem.message)
    return [el('div', { class: 'banner lost' }, el('p', {}, `${ofHost(name)}${since}`, el('small', {}, why)))]
  }
  // With nothing in the list, the problem of the only host stands in its place.
  if (connection.state !== 'failed' || (jobs.size === 0 && latest?.hosts.length === 1)) return []
  const problem = { ...connection.problem, title: `${ofHost(name)}${connection.problem.title}` }
  return [el('div', { class: 'banner lost' }, problemBox(problem, 'h2'), retryButton())]
}

function noticeBanner({ id, host, at, text }: Notice): HTMLElement {
  const label = `Dismiss the notice of ${timeText(at)}`
  return el(
    'div',
    { class: 'banner' },
    el('p', {}, el('time', {}, timeText(at)), ` ${ofHost(host)}${safeText(text)}`),
    button('Dismiss', { 'aria-label': label }, () => void bridge.dismiss(id)),
  )
}

function retryButton(): HTMLElement {
  return button('Try again', { class: 'main' }, () => void bridge.retry())
}

function showCounts(): void {
  const count = (...outcomes: readonly Outcome[]) =>
    Array.from(jobs.values()).filter(({ outcome }) => outcomes.includes(outcome)).length
  const failed = count('failed')
  const parts = [
    [failed, 'failed'],
    [count('running'), 'running'],
    [jobs.size - failed - count('running'), 'other'],
  ] as const
  const texts = parts.map(([number, name]) =>
    el('span', { 'data-count': number > 0 ? name : null }, `${number} ${name}`),
  )
  const counts = byId('counts', HTMLElement)
  counts.replaceChildren(...texts)
  // What could not be listed is not "0 failed".
  counts.hidden = jobs.size === 0 && !hasListed()
  const host = latest === null ? '' : ` – ${hostsText(latest.hosts)}`
  document.title = `${failed > 0 ? `(${failed}) ` : ''}Hyper-V jobs${host}`
}

function showJobs(): void {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean)
  const shown = Array.from(jobs.values()).filter(view => {
    const text = searchText(view)
    return words.every(word => text.includes(word))
  })
  list.show(shown, (latest?.hosts.length ?? 0) > 1)
  showState(shown.length)
  const open = details.key === null ? undefined : jobs.get(details.key)
  if (open === undefined) closeDetails()
  else details.show(open)
}

/** Whether the jobs of all hosts have been listed that can be reached. */
function hasListed(): boolean {
  const reached = (latest?.hosts ?? []).filter(({ connection }) => connection.state !== 'failed')
  return reached.length > 0 && reached.every(({ listed }) => listed)
}

function searchText(view: JobView): string {
  const { job, labels, report } = view
  const records = (report?.errors ?? []).flatMap(({ record, codes }) => [
    record.message,
    record.messageId,
    ...codes.flatMap(({ hex, symbol }) => [hex, symbol]),
  ])
  return [
    outcomeText(view.outcome),
    view.title,
    view.host,
    subjectOf(view),
    destinationOf(view),
    causeOf(view),
    labels.jobState,
    job.className,
    job.instanceId,
    ...records,
  ]
    .join('\n')
    .toLowerCase()
}

/** What stands in place of the table when there is nothing to put into it. */
function showState(shown: number): void {
  stateBox.hidden = shown > 0
  main.setAttribute('aria-busy', String(!isSettled() && shown === 0))
  if (shown === 0) stateBox.replaceChildren(...stateNodes())
}

/** Whether nothing more is to be expected of the first listing. */
function isSettled(): boolean {
  return latest?.hosts.every(({ connection, listed }) => listed || connection.state === 'failed') ?? false
}

function stateNodes(): Node[] {
  const text = (title: string, more: string) => [el('p', { class: 'state-title' }, title), el('p', {}, more)]
  if (jobs.size > 0) {
    const clear = button('Clear the filter', {}, () => {
      filter.value = ''
      showJobs()
      list.focus()
    })
    return [...text('No job matches', `Nothing here has “${filter.value}” in it.`), clear]
  }
  const [only, ...others] = latest?.hosts ?? []
  if (only?.connection.state === 'failed' && others.length === 0)
    return [problemBox(only.connection.problem, 'h2'), retryButton()]
  if (!isSettled()) {
    return text('Reading the jobs…', `Asking the WMI of ${hostsText(latest?.hosts ?? [])}.`)
  }
  if (!hasListed()) return text('No host can be reached', 'What can be done about it stands above.')
  return text(
    'No jobs',
    'Jobs show up here as they start. Hyper-V removes them five minutes after their end; this window keeps them.',
  )
}

function showBroken(error: unknown): void {
  stateBox.hidden = false
  const problem = {
    code: null,
    category: null,
    title: 'The page has no connection to its program',
    steps: [],
  }
  stateBox.replaceChildren(problemBox({ ...problem, message: String(error) }, 'h2'))
}

function openDetails(key: string): void {
  const view = jobs.get(key)
  if (view === undefined) return
  main.dataset.details = 'open'
  details.show(view)
}

function closeDetails(): void {
  if (details.key === null) return
  const hadFocus = details.hasFocus()
  list.choose(details.key)
  details.hide()
  delete main.dataset.details
  if (hadFocus) list.focus()
}

function announce(text: string): void {
  byId('news', HTMLElement).textContent = text
}
