/** The panel with everything that is known about one job. */
import type {
  CancelAnswer,
  Diagnosis,
  ErrorView,
  HyperVBridge,
  JobView,
  Problem,
  ReportView,
} from '../shared.js'
import { button, byId, el } from './dom.js'
import { errorFields, jobFields } from './fields.js'
import { destinationOf, outcomeBadge, subjectOf } from './list.js'
import { durationText, safeText, timeText } from './text.js'

const CANCEL_TEXTS: Readonly<Record<NonNullable<CancelAnswer['outcome']>, string>> = {
  done: 'The job has ended',
  accepted: 'The job is being cancelled',
  'already-ended': 'The job had ended before',
  'not-cancellable': 'This job cannot be cancelled',
}

export class Details {
  readonly #panel = byId('details', HTMLElement)
  readonly #bridge: HyperVBridge
  readonly #onClose: () => void
  readonly #say: (text: string) => void
  #view: JobView | null = null
  /** The job whose cancelling is to be confirmed. */
  #asked: string | null = null

  constructor(bridge: HyperVBridge, onClose: () => void, say: (text: string) => void) {
    this.#bridge = bridge
    this.#onClose = onClose
    this.#say = say
    this.#panel.addEventListener('keydown', event => {
      if (event.key === 'Escape') this.#onClose()
    })
  }

  get key(): string | null {
    return this.#view?.key ?? null
  }

  show(view: JobView): void {
    if (this.#view === view) return
    const sameJob = this.#view?.key === view.key
    const restore = sameJob ? this.#keepPlace() : () => {}
    if (!sameJob) this.#asked = null
    this.#view = view
    this.#panel.replaceChildren(...this.#content(view))
    this.#panel.hidden = false
    if (!sameJob) this.#panel.scrollTop = 0
    restore()
    // Failed jobs come with their errors; those of the others are read when somebody looks.
    if (!sameJob && view.report === null) void this.#bridge.readErrors(view.key)
  }

  hide(): void {
    this.#view = null
    this.#panel.hidden = true
    this.#panel.replaceChildren()
  }

  focus(): void {
    this.#panel.focus()
  }

  hasFocus(): boolean {
    return this.#panel.contains(document.activeElement)
  }

  /** What a person has opened, focused and scrolled to survives an update of the same job. */
  #keepPlace(): () => void {
    const { scrollTop } = this.#panel
    const open = new Set(this.#named('details[open]'))
    const focused = document.activeElement?.getAttribute('data-name')
    const inside = this.hasFocus()
    return () => {
      for (const element of this.#panel.querySelectorAll('details')) {
        if (open.has(element.dataset.name ?? '')) element.open = true
      }
      if (inside) {
        const again = focused ? this.#panel.querySelector<HTMLElement>(`[data-name="${focused}"]`) : null
        const target = again ?? this.#panel
        target.focus()
      }
      this.#panel.scrollTop = scrollTop
    }
  }

  #named(selector: string): string[] {
    return Array.from(this.#panel.querySelectorAll<HTMLElement>(selector), item => item.dataset.name ?? '')
  }

  #content(view: JobView): Node[] {
    const subject = safeText(subjectOf(view))
    const destination = safeText(destinationOf(view))
    return [
      el(
        'header',
        { class: 'details-head' },
        el('div', { class: 'headline' }, outcomeBadge(view), el('h2', {}, safeText(view.title))),
        el('p', { class: 'subject' }, subject, destination === '' ? null : ` → ${destination}`),
        el(
          'div',
          { class: 'actions' },
          button('Copy for ticket', { 'data-name': 'copy', class: 'main' }, () => this.#copy('ticket')),
          button('Copy raw XML', { 'data-name': 'copy-raw' }, () => this.#copy('raw')),
          button('Read again', { 'data-name': 'read' }, () => void this.#bridge.readErrors(view.key)),
          ...this.#cancelButton(view),
          button('Close', { 'data-name': 'close' }, this.#onClose),
        ),
      ),
      factList(view),
      ...(view.problem === null ? [] : [problemBox(view.problem, 'h3')]),
      ...(view.report === null ? [waitingText(view)] : reportNodes(view.report)),
      el(
        'details',
        { class: 'all', 'data-name': 'job' },
        el('summary', { 'data-name': 'job-summary' }, 'All properties of the job'),
        ...jobFields(view.job, view.labels),
      ),
    ]
  }

  /** Of a running job that can be cancelled; a second click confirms. */
  #cancelButton({ key, job, outcome }: JobView): Node[] {
    if (outcome !== 'running' || !('cancellable' in job) || job.cancellable !== true) return []
    if (this.#asked === key) {
      const confirm = () => {
        this.#asked = null
        this.#renew()
        void this.#cancel(key)
      }
      return [button('Really cancel the job?', { 'data-name': 'cancel', class: 'danger' }, confirm)]
    }
    const ask = () => {
      this.#asked = key
      this.#renew()
    }
    return [button('Cancel job', { 'data-name': 'cancel' }, ask)]
  }

  async #cancel(key: string): Promise<void> {
    const { outcome, problem } = await this.#bridge.cancel(key)
    this.#say(problem === null ? CANCEL_TEXTS[outcome] : `${problem.title}: ${safeText(problem.message)}`)
  }

  /** Shows the same job again. */
  #renew(): void {
    const view = this.#view
    if (view === null) return
    const restore = this.#keepPlace()
    this.#panel.replaceChildren(...this.#content(view))
    restore()
  }

  #copy(what: 'ticket' | 'raw'): void {
    const { key } = this
    if (key === null) return
    this.#bridge.copy(key, what).then(
      () => this.#say('Copied to the clipboard'),
      () => this.#say('Could not be copied'),
    )
  }
}

function factList(view: JobView): HTMLElement {
  const { job, labels } = view
  const list = el('dl', { class: 'facts' })
  const add = (name: string, text: string | null | undefined) => {
    if (text) list.append(el('div', {}, el('dt', {}, name), el('dd', {}, safeText(text))))
  }
  add('Host', view.host)
  add('State', job.jobState == null ? null : `${labels.jobState} (${job.jobState})`)
  add('Error code', job.errorCode ? `${labels.errorCode} (${job.errorCode})` : null)
  add('Progress', job.percentComplete == null ? null : `${job.percentComplete} %`)
  add('Migration', labels.migrationType)
  add('Started', view.startedAt === null ? null : timeText(view.startedAt))
  add('Ended', view.changedAt === null ? null : timeText(view.changedAt))
  add('Took', view.elapsedMs === null ? null : durationText(view.elapsedMs))
  add('InstanceID', job.instanceId)
  return list
}

function waitingText({ problem, outcome }: JobView): Node {
  if (outcome === 'vanished') {
    const text = 'The host removed this job before its end was seen. What it said last is shown here.'
    return el('p', { class: 'none' }, text)
  }
  return el('p', { class: 'none' }, problem === null ? 'Reading the errors…' : 'No errors could be read.')
}

/** `heading` is one level below what stands around it. */
export function problemBox({ title, message, steps }: Problem, heading: 'h2' | 'h3'): HTMLElement {
  const list = steps.map(step => el('li', {}, safeText(step)))
  return el(
    'div',
    { class: 'problem' },
    el(heading, {}, safeText(title)),
    list.length === 0 ? null : el('ul', {}, ...list),
    el('p', { class: 'technical' }, safeText(message)),
  )
}

function reportNodes(report: ReportView): Node[] {
  const errors = report.errors ?? []
  if (errors.length + report.undecodable.length === 0) {
    return [el('p', { class: 'none' }, 'The job has no error records.')]
  }
  const order = errors.map((_, index) => index)
  order.sort((one, other) => Number(other === report.primary) - Number(one === report.primary))
  return [
    ...(report.diagnosis === null ? [] : [diagnosisNode(report.diagnosis)]),
    ...order.flatMap(index => {
      const view = errors[index]
      return view === undefined ? [] : [recordNode(view, index, report)]
    }),
    ...report.undecodable.map(entry =>
      el(
        'article',
        { class: 'record undecodable' },
        el('h3', {}, `Element ${entry.index + 1} could not be decoded`),
        el('p', { class: 'message' }, safeText(entry.message)),
        rawNode(report.raw[entry.index] ?? null, `raw-${entry.index}`),
      ),
    ),
  ]
}

function recordNode(view: ErrorView, index: number, report: ReportView): HTMLElement {
  const { record, labels, codes } = view
  const count = report.errors?.length ?? 0
  const isPrimary = index === report.primary
  const message = record.message ? safeText(record.message) : 'No message'
  const shownCodes = codes.map(({ hex, symbol }) =>
    el('code', {}, symbol === null ? hex : `${hex} ${symbol}`),
  )
  return el(
    'article',
    { class: isPrimary ? 'record primary' : 'record' },
    el(
      'h3',
      {},
      isPrimary ? el('span', { class: 'mark' }, 'Primary error') : null,
      el('span', { class: 'place' }, `Error ${index + 1} of ${count}`),
      labels.perceivedSeverity === undefined
        ? null
        : el('span', { class: 'severity' }, labels.perceivedSeverity),
    ),
    el('p', { class: 'message' }, message),
    shownCodes.length === 0 ? null : el('p', { class: 'codes' }, ...shownCodes),
    ...errorFields(record, labels),
    rawNode(report.raw[view.index] ?? null, `raw-${view.index}`),
  )
}

function diagnosisNode({ id, where, hint, url }: Diagnosis): HTMLElement {
  return el(
    'div',
    { class: 'diagnosis' },
    el('h3', {}, 'What to do'),
    el('p', {}, safeText(hint)),
    el('p', { class: 'source' }, safeText(`${id} (${where})`), url === null ? null : ` · ${safeText(url)}`),
  )
}

function rawNode(raw: string | null, name: string): HTMLElement {
  return el(
    'details',
    { class: 'raw', 'data-name': name },
    el('summary', { 'data-name': `${name}-summary` }, 'Raw CIM-XML'),
    el('pre', { tabindex: '0' }, raw === null ? 'NULL' : safeText(raw)),
  )
}
