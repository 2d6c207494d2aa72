/** The monitors of all hosts over one board. Knows nothing of Electron, so it runs as well in a utility process. */
import type { CancelAnswer, JobView, Snapshot, Update } from '../shared'
import { Board } from './board'
import { type Connect, Monitor } from './monitor'

export interface FleetOptions {
  /** Names of hosts; null is this computer, shown as `localName`. */
  readonly hosts: readonly (string | null)[]
  readonly localName: string
  /** The package's. */
  readonly connect: Connect
  readonly publish: (update: Update) => void
  /** Called with each job that fails while it is being watched. */
  readonly onFailure?: (view: JobView) => void
}

export class Fleet {
  readonly #board: Board
  readonly #monitors: ReadonlyMap<string, Monitor>

  constructor({ hosts, localName, connect, publish, onFailure = () => {} }: FleetOptions) {
    const board = new Board(publish)
    this.#board = board
    this.#monitors = new Map(
      hosts.map(host => {
        const name = host ?? localName
        const options = host === null ? {} : { host }
        return [
          name,
          new Monitor({ name, connect: more => connect({ ...options, ...more }), board, onFailure }),
        ]
      }),
    )
  }

  /** Connects to the hosts that are not connected, and follows their jobs until that fails. */
  async start(): Promise<void> {
    await this.#all(monitor => monitor.start())
  }

  /** After this nothing is published and no session is open. */
  async close(): Promise<void> {
    this.#board.close()
    await this.#all(monitor => monitor.close())
  }

  snapshot(): Snapshot {
    return this.#board.snapshot()
  }

  job(key: string): JobView | undefined {
    return this.#board.job(key)
  }

  async readErrors(key: string): Promise<void> {
    const view = this.job(key)
    if (view !== undefined) await this.#monitors.get(view.host)?.readErrors(view)
  }

  async cancel(key: string): Promise<CancelAnswer> {
    const view = this.job(key)
    const monitor = this.#monitors.get(view?.host ?? '')
    if (view === undefined || monitor === undefined) throw new Error('no such job')
    return monitor.cancel(view)
  }

  dismiss(noticeId: number): void {
    this.#board.dismiss(noticeId)
  }

  async #all(work: (monitor: Monitor) => Promise<void>): Promise<void> {
    await Promise.all(Array.from(this.#monitors.values(), work))
  }
}
