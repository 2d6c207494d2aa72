/** The agent itself: what happens to jobs, from the fleet to the collector and the metrics. */
import { once } from 'node:events'
import type { Server } from 'node:http'
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { DiagLogLevel, diag } from '@opentelemetry/api'
import { type Fleet, type FleetItem, type Journal, openJournal, watchHosts } from 'hyperv-job-errors/fleet'
import { type Failure, toOtelLogRecords } from 'hyperv-job-errors/telemetry'
import type { AgentConfig } from './config'
import { serve } from './http'
import { errorFields, type Fields, type Log } from './log'
import { LogExporter } from './log-exporter'
import { Metrics } from './metrics'
import { Shipper } from './shipper'

const VERSION = '0.1.0'
const TEXTFILE_MS = 15_000
/** A service is given about twenty seconds to stop. */
const DRAIN_MS = 10_000
const CLOSE_MS = 3_000

type JobItem = Extract<FleetItem, { kind: 'failed' | 'ended' }>

export class Agent {
  readonly #config: AgentConfig
  readonly #log: Log
  readonly #journal: Journal
  readonly #fleet: Fleet
  readonly #exporter: LogExporter | null
  readonly #shipper: Shipper | null
  readonly #metrics: Metrics
  /** Hosts that were watched at some time. */
  readonly #known = new Set<string>()
  #server: Server | undefined
  #textfileTimer: NodeJS.Timeout | undefined
  #isStopping = false

  static async start(config: AgentConfig, log: Log): Promise<Agent> {
    const journal = await openJournal(config.journal)
    if (journal.damage !== null) {
      log.warn('the journal was damaged: what it lost may be reported again', {
        'file.path': journal.file,
        'event.original': JSON.stringify(journal.damage),
      })
    }
    try {
      const agent = new Agent(config, log, journal)
      await agent.#listen()
      return agent
    } catch (error) {
      await journal.close()
      throw error
    }
  }

  private constructor(config: AgentConfig, log: Log, journal: Journal) {
    this.#config = config
    this.#log = log
    this.#journal = journal
    const { otlp, includeRaw } = config
    const resource = { 'service.name': 'hyperv-job-agent', 'service.version': VERSION }
    diag.setLogger(
      {
        error: message => log.error(message),
        warn: message => log.warn(message),
        info: message => log.debug(message),
        debug: message => log.debug(message),
        verbose: message => log.debug(message),
      },
      DiagLogLevel.WARN,
    )
    this.#exporter = otlp.endpoint === null ? null : new LogExporter(otlp, resource, { includeRaw })
    this.#shipper =
      this.#exporter === null
        ? null
        : new Shipper({
            exporter: this.#exporter,
            confirm: shipment => journal.add({ kind: shipment.kind, id: shipment.id }),
            maxPending: config.maxPending,
            log,
          })
    this.#fleet = watchHosts(config.hosts, {
      classes: config.classes,
      journal,
      maxConnecting: config.maxConnecting,
    })
    this.#metrics = new Metrics(
      otlp,
      { ...resource, 'host.name': hostname() },
      {
        hosts: () => this.#fleet.status(),
        pending: () => this.#shipper?.pending ?? 0,
      },
    )
  }

  /** Runs until `stop` is called. Rejects when no host can be watched from here. */
  async run(): Promise<void> {
    this.#log.info(`watching ${this.#config.hosts.length} hosts`)
    for await (const item of this.#fleet) await this.#meet(item)
  }

  /** Takes no more, sends what it has, and says what stays behind: it comes again after the next start. */
  async stop(): Promise<void> {
    if (this.#isStopping) return
    this.#isStopping = true
    this.#log.info('stopping')
    await this.#fleet.close()
    const left = (await this.#shipper?.drain(DRAIN_MS)) ?? 0
    if (left > 0) this.#log.warn(`${left} failures are not confirmed and will be sent after the next start`)
    clearInterval(this.#textfileTimer)
    await this.#writeTextfile()
    // A collector that is away would hold these up for as long as a call may take.
    const closing = Promise.allSettled([this.#metrics.close(), this.#exporter?.close()])
    await Promise.race([closing, delay(CLOSE_MS, undefined, { ref: false })])
    await this.#journal.close()
    if (this.#server !== undefined) {
      this.#server.close()
      this.#server.closeAllConnections()
      await once(this.#server, 'close')
    }
    this.#log.info('stopped')
  }

  async #listen(): Promise<void> {
    const { http, textfile } = this.#config
    if (textfile !== null) {
      this.#textfileTimer = setInterval(() => void this.#writeTextfile(), TEXTFILE_MS)
    }
    if (http === null) return
    const { server, url } = await serve(http, this.#metrics, {
      unhealthy: () => (this.#isStopping ? 'stopping' : null),
      unready: () => this.#unready(),
      details: () => this.#details(),
    })
    this.#server = server
    this.#log.info(`listening on ${url}`, { 'url.full': url })
  }

  #unready(): string | null {
    if (this.#isStopping) return 'stopping'
    if (this.#shipper?.isFull === true) return 'too many failures wait for the collector'
    const watched = this.#fleet.status().some(({ state }) => state === 'watching')
    return watched ? null : 'no host is watched'
  }

  #details(): object {
    const hosts = this.#fleet.status()
    return {
      hosts: hosts.length,
      watched: hosts.filter(({ state }) => state === 'watching').length,
      pending: this.#shipper?.pending ?? 0,
      collector: this.#shipper?.lastError == null ? 'ok' : String(this.#shipper.lastError),
    }
  }

  async #writeTextfile(): Promise<void> {
    const { textfile } = this.#config
    if (textfile === null) return
    await this.#metrics.writeTo(textfile).catch(error => {
      this.#log.error(`cannot write ${textfile}`, errorFields(error))
    })
  }

  async #meet(item: FleetItem): Promise<void> {
    switch (item.kind) {
      case 'state': {
        const fields = { 'host.name': item.host, ...(item.error == null ? {} : errorFields(item.error)) }
        if (item.state === 'reconnecting') return this.#log.warn('the host is not watched', fields)
        if (this.#known.has(item.host)) this.#metrics.reconnected()
        this.#known.add(item.host)
        return this.#log.info('the host is watched', fields)
      }
      case 'gap': {
        this.#metrics.gap(item.reason)
        const span = item.reason === 'not-watched' ? { 'event.start': item.from, 'event.end': item.to } : {}
        return this.#log.warn(`failures may have been missed: ${item.reason}`, {
          'host.name': item.host,
          ...span,
        })
      }
      case 'failed':
      case 'ended':
        return this.#meetEnd(item)
      default:
        return
    }
  }

  async #meetEnd(item: JobItem): Promise<void> {
    const failure = failureOf(item)
    if (failure === null) {
      this.#metrics.jobEnded(item.job, null)
      // Else it would be counted again after a restart.
      return this.#journal.add(item)
    }
    const primary = primaryOf(failure)
    this.#metrics.jobEnded(item.job, String(primary['error.type'] ?? '_OTHER'))
    if (this.#shipper === null || this.#exporter === null) {
      // It goes nowhere else.
      this.#log.error('a job failed', primary)
      return this.#journal.add(item)
    }
    const { host, id, kind } = item
    await this.#shipper.accept({ host, id, kind, records: this.#exporter.recordsOf(failure) })
  }
}

/** A job that completed with warnings has records too. */
function failureOf(item: JobItem): Failure | null {
  if (item.kind === 'failed') return item
  const result = 'result' in item ? (item.result as Failure['result']) : null
  if (result === null || result === undefined || (result.errors ?? []).length === 0) return null
  return { ...item, result }
}

/** The fields of the record that says most. */
function primaryOf(failure: Failure): Fields {
  const records = toOtelLogRecords(failure)
  const primary = records.find(({ attributes }) => attributes['hyperv.error.is_primary'] === true)
  return { ...primary?.attributes, ...(primary?.body === undefined ? {} : { 'error.message': primary.body }) }
}
