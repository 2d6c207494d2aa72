/** What is counted, for Prometheus, for a textfile and for OTLP. */
import { tracingChannel } from 'node:diagnostics_channel'
import { rename, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { type Job, outcome } from 'hyperv-job-errors'
import type { HostStatus } from 'hyperv-job-errors/fleet'
import type { AgentConfig } from './config'

/** What the gauges look at when they are read. */
export interface Gauges {
  readonly hosts: () => readonly HostStatus[]
  readonly pending: () => number
}

const EXPORT_MS = 30_000
/** Seconds: a call takes milliseconds on the host itself, and up to its time-out of 30 seconds. */
const CALL_BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

export class Metrics {
  readonly #provider: MeterProvider
  readonly #prometheus: PrometheusExporter
  readonly #serializer = new PrometheusSerializer('', false, undefined, true, true)
  readonly #ended
  readonly #gaps
  readonly #reconnects
  readonly #stopListening: () => void

  constructor(otlp: AgentConfig['otlp'], resource: Readonly<Record<string, string>>, gauges: Gauges) {
    this.#prometheus = new PrometheusExporter({
      preventServerStart: true,
      withoutScopeInfo: true,
      withoutTargetInfo: true,
    })
    this.#provider = new MeterProvider({
      resource: resourceFromAttributes({ ...resource }),
      readers: [this.#prometheus, ...(otlp.endpoint === null ? [] : [otlpReader(otlp, otlp.endpoint)])],
    })
    const meter = this.#provider.getMeter('hyperv-job-agent')
    this.#ended = meter.createCounter('hyperv_jobs_ended_total', {
      description: 'Jobs that have ended, by class, outcome and cause of the failure.',
    })
    this.#gaps = meter.createCounter('hyperv_watch_gaps_total', {
      description: 'Times at which something may have been missed, by reason.',
    })
    this.#reconnects = meter.createCounter('hyperv_reconnects_total', {
      description: 'Times at which a host that was lost was watched again.',
    })
    const state = meter.createObservableGauge('hyperv_watch_state', {
      description: '1 while a host is watched, 0 while it is not.',
    })
    state.addCallback(result => {
      for (const { host, state } of gauges.hosts()) result.observe(state === 'watching' ? 1 : 0, { host })
    })
    const stuck = meter.createObservableGauge('hyperv_stuck_workers', {
      description: 'Threads held by calls that were given up and have not come back.',
    })
    stuck.addCallback(result => {
      result.observe(gauges.hosts().reduce((sum, { session }) => sum + (session?.stuckWorkers ?? 0), 0))
    })
    const pending = meter.createObservableGauge('hyperv_journal_pending', {
      description: 'Failures that the collector has not confirmed.',
    })
    pending.addCallback(result => result.observe(gauges.pending()))
    // A counter that appears with its first event at 1 has never increased, as Prometheus sees it.
    for (const reason of ['connection', 'slow-consumer', 'vanished', 'not-watched'])
      this.#gaps.add(0, { reason })
    this.#reconnects.add(0)
    const calls = meter.createHistogram('hyperv_call_seconds', {
      description: 'How long calls to WMI took, in seconds.',
      advice: { explicitBucketBoundaries: CALL_BUCKETS },
    })
    this.#stopListening = listenToCalls((seconds, operation, outcome) =>
      calls.record(seconds, { operation, outcome }),
    )
  }

  /** `cause` is null for a job without errors. */
  jobEnded(job: Job, cause: string | null): void {
    this.#ended.add(1, { class: job.className, outcome: outcome(job), cause: cause ?? 'none' })
  }

  gap(reason: string): void {
    this.#gaps.add(1, { reason })
  }

  reconnected(): void {
    this.#reconnects.add(1)
  }

  /** Answers a scrape. */
  answer(request: IncomingMessage, response: ServerResponse): void {
    this.#prometheus.getMetricsRequestHandler(request, response)
  }

  /** Replaces a file as a whole: whoever reads it never sees half of it. */
  async writeTo(file: string): Promise<void> {
    const { resourceMetrics } = await this.#prometheus.collect()
    const next = `${file}.${process.pid}.next`
    await writeFile(next, this.#serializer.serialize(resourceMetrics))
    await rename(next, file)
  }

  /** Sends what is left. */
  async close(): Promise<void> {
    this.#stopListening()
    await this.#provider.shutdown()
  }
}

function otlpReader({ headers, timeoutMs }: AgentConfig['otlp'], endpoint: string) {
  return new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter({
      url: `${endpoint.replace(/\/$/, '')}/v1/metrics`,
      headers: { ...headers },
      timeoutMillis: timeoutMs,
    }),
    exportIntervalMillis: EXPORT_MS,
    exportTimeoutMillis: Math.min(timeoutMs, EXPORT_MS),
  })
}

/** Every call of every session publishes itself. */
function listenToCalls(record: (seconds: number, operation: string, outcome: string) => void): () => void {
  const begun = new WeakMap<object, number>()
  const channel = tracingChannel<object>('hyperv-job-errors:call')
  const end = (message: object) => {
    const start = begun.get(message)
    if (start === undefined) return
    begun.delete(message)
    const operation = 'operation' in message ? String(message.operation) : 'unknown'
    const failed = 'error' in message && message.error !== undefined
    record((performance.now() - start) / 1000, operation, failed ? 'failed' : 'ok')
  }
  const subscribers = {
    start: (message: object) => {
      begun.set(message, performance.now())
    },
    end: () => {},
    asyncStart: () => {},
    asyncEnd: end,
    error: () => {},
  }
  channel.subscribe(subscribers)
  return () => channel.unsubscribe(subscribers)
}
