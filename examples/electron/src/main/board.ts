/** What the window shows, and what of it has changed: the jobs of all hosts, kept for longer than the hosts keep them. */
import type { HostView, JobView, Notice, Outcome, Snapshot, Update } from '../shared'

/** Changes are collected for this long before they are sent to the page: a moving machine reports many a second. */
const COLLECT_MS = 100
/** More than a host has in five minutes; of those above, the oldest ended ones without failure go first. */
const MAX_JOBS = 5_000
const MAX_NOTICES = 20
const SUCCEEDED: ReadonlySet<Outcome> = new Set(['succeeded', 'warning'])

export class Board {
  readonly #publishUpdate: (update: Update) => void
  readonly #hosts = new Map<string, HostView>()
  readonly #jobs = new Map<string, JobView>()
  readonly #changed = new Set<string>()
  readonly #removed = new Set<string>()
  #notices: readonly Notice[] = []
  #lastNotice = 0
  #revision = 0
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(publish: (update: Update) => void) {
    this.#publishUpdate = publish
  }

  snapshot(): Snapshot {
    return { ...this.#state(), jobs: [...this.#jobs.values()] }
  }

  job(key: string): JobView | undefined {
    return this.#jobs.get(key)
  }

  putHost(host: HostView): void {
    this.#hosts.set(host.name, host)
    this.#publishSoon()
  }

  put(view: JobView): void {
    // Set anew, so that the map is in the order of the last change.
    this.#jobs.delete(view.key)
    this.#jobs.set(view.key, view)
    this.#changed.add(view.key)
    this.#removed.delete(view.key)
    this.#forgetOldest()
    this.#publishSoon()
  }

  notice(host: string, text: string): void {
    this.#lastNotice += 1
    const notice = { id: this.#lastNotice, host, at: Date.now(), text }
    this.#notices = [notice, ...this.#notices].slice(0, MAX_NOTICES)
    this.#publishSoon()
  }

  dismiss(noticeId: number): void {
    this.#notices = this.#notices.filter(({ id }) => id !== noticeId)
    this.#publishSoon()
  }

  /** After this nothing is published. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }

  #forgetOldest(): void {
    if (this.#jobs.size <= MAX_JOBS) return
    const views = [...this.#jobs.values()]
    const oldest = views.find(({ outcome }) => SUCCEEDED.has(outcome)) ?? views[0]
    if (oldest === undefined) return
    this.#jobs.delete(oldest.key)
    this.#changed.delete(oldest.key)
    this.#removed.add(oldest.key)
  }

  #publishSoon(): void {
    if (!this.#closed) this.#timer ??= setTimeout(() => this.#publish(), COLLECT_MS)
  }

  #publish(): void {
    this.#timer = undefined
    this.#revision += 1
    const jobs = [...this.#changed].flatMap(key => this.#jobs.get(key) ?? [])
    const removed = [...this.#removed]
    this.#changed.clear()
    this.#removed.clear()
    this.#publishUpdate({ ...this.#state(), jobs, removed })
  }

  #state(): Omit<Snapshot, 'jobs'> {
    return { revision: this.#revision, hosts: [...this.#hosts.values()], notices: this.#notices }
  }
}
