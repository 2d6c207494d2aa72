/**
 * Brings failures to the collector, each at least once: an entry goes into the journal only when the collector has
 * confirmed. While it does not, a bounded number waits and `accept` holds its caller up, which holds the fleet up.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { errorFields, type Log } from './log'
import { type LogExporter, type LogRecords, RefusedError } from './log-exporter'

/** A failure on its way. */
export interface Shipment {
  readonly host: string
  readonly id: string
  readonly kind: 'failed' | 'ended'
  readonly records: LogRecords
}

export interface ShipperOptions {
  readonly exporter: Pick<LogExporter, 'send'>
  /** Called once the collector has confirmed; the shipment counts as pending until it resolves. */
  readonly confirm: (shipment: Shipment) => Promise<void>
  readonly maxPending: number
  readonly log: Log
}

const MAX_BATCH = 200
/** Failures of a host come in bursts: for so long the first waits for company. */
const GATHER_MS = 200
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000

export class Shipper {
  readonly #options: ShipperOptions
  #queue: Shipment[] = []
  #inFlight = 0
  #running: Promise<void> | undefined
  #room: (() => void)[] = []
  /** Ends pauses when the agent is to stop. */
  readonly #hurry = new AbortController()
  #lastError: unknown = null

  constructor(options: ShipperOptions) {
    this.#options = options
  }

  /** Failures that were taken over and are not in the journal yet. */
  get pending(): number {
    return this.#queue.length + this.#inFlight
  }

  get isFull(): boolean {
    return this.pending >= this.#options.maxPending
  }

  /** Why the collector does not have the latest records; null when all is well. */
  get lastError(): unknown {
    return this.#lastError
  }

  /** Resolves when there is room for the shipment. Once the agent is to stop, nothing is taken any more. */
  async accept(shipment: Shipment): Promise<void> {
    const { signal } = this.#hurry
    while (this.isFull && !signal.aborted) await new Promise<void>(resolve => this.#room.push(resolve))
    if (signal.aborted) return
    this.#queue.push(shipment)
    this.#running ??= this.#run()
  }

  /** Sends what is left without pauses, as long as `ms` allows. Resolves to how many failures stayed behind. */
  async drain(ms: number): Promise<number> {
    this.#hurry.abort()
    this.#makeRoom()
    const given = new AbortController()
    await Promise.race([this.#running, delay(ms, undefined, { signal: given.signal }).catch(() => {})])
    given.abort()
    return this.pending
  }

  async #run(): Promise<void> {
    await this.#pause(GATHER_MS)
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, MAX_BATCH)
      this.#inFlight = batch.length
      if (!(await this.#ship(batch))) {
        this.#queue.unshift(...batch)
        this.#inFlight = 0
        break
      }
      this.#inFlight = 0
      this.#makeRoom()
    }
    this.#running = undefined
  }

  #makeRoom(): void {
    for (const resolve of this.#room.splice(0)) resolve()
  }

  /** Tries until the collector has the batch; false if the agent is to stop first. */
  async #ship(batch: readonly Shipment[]): Promise<boolean> {
    const { exporter, log } = this.#options
    for (let attempt = 0; ; attempt++) {
      try {
        await exporter.send(batch.flatMap(({ records }) => records))
        this.#lastError = null
        break
      } catch (error) {
        if (error instanceof RefusedError) return this.#shipRefused(batch, error)
        if (this.#lastError === null) log.warn('the collector does not take records', errorFields(error))
        this.#lastError = error
        if (this.#hurry.signal.aborted) return false
        await this.#pause(
          Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2),
        )
      }
    }
    await Promise.all(batch.map(shipment => this.#confirm(shipment)))
    return true
  }

  /** One bad record must not hold up the others; alone it ends in the agent's log, where somebody finds it. */
  async #shipRefused(batch: readonly Shipment[], error: RefusedError): Promise<boolean> {
    const [first] = batch
    if (batch.length > 1) {
      const half = Math.ceil(batch.length / 2)
      return (await this.#ship(batch.slice(0, half))) && (await this.#ship(batch.slice(half)))
    }
    if (first === undefined) return true
    this.#options.log.error('the collector refused a failure for good', {
      ...errorFields(error),
      'host.name': first.host,
      'event.id': first.id,
      'event.original': JSON.stringify(first.records.map(({ body, attributes }) => ({ body, attributes }))),
    })
    await this.#confirm(first)
    return true
  }

  /** Without its entry the failure comes again after a restart, which is better than losing it. */
  async #confirm(shipment: Shipment): Promise<void> {
    try {
      await this.#options.confirm(shipment)
    } catch (error) {
      this.#options.log.error('the journal could not be written', errorFields(error))
    }
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#hurry.signal }).catch(() => {})
  }
}
