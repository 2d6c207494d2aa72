/** Failures as OpenTelemetry log records, sent to a collector and confirmed by it. */
import type { Logger } from '@opentelemetry/api-logs'
import { ExportResultCode } from '@opentelemetry/core'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { LoggerProvider, type ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { type Failure, type TelemetryOptions, toOtelLogRecords } from 'hyperv-job-errors/telemetry'
import type { AgentConfig } from './config'

/** Records as the exporter takes them. */
export type LogRecords = readonly ReadableLogRecord[]

/** The collector has looked at the records and will not take them, however often they are sent. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
}

/** HTTP answers that say so of the content; of the others, 401 and 404 among them, an administrator may mend the cause. */
const REFUSALS: ReadonlySet<unknown> = new Set([400, 413, 422])

export class LogExporter {
  readonly #exporter: OTLPLogExporter
  readonly #resource: Readonly<Record<string, string>>
  readonly #options: TelemetryOptions
  /** Hosts have resources of their own, so they have loggers of their own. */
  readonly #loggers = new Map<string, Logger>()
  /** What the loggers have made since it was looked at. */
  #made: ReadableLogRecord[] = []

  constructor(
    { endpoint, headers, timeoutMs }: AgentConfig['otlp'],
    resource: Readonly<Record<string, string>>,
    options: TelemetryOptions,
  ) {
    this.#exporter = new OTLPLogExporter({
      ...(endpoint === null ? {} : { url: `${endpoint.replace(/\/$/, '')}/v1/logs` }),
      headers: { ...headers },
      timeoutMillis: timeoutMs,
    })
    this.#resource = resource
    this.#options = options
  }

  recordsOf(failure: Failure): LogRecords {
    const logger = this.#loggers.get(failure.host) ?? this.#loggerFor(failure.host)
    this.#made = []
    for (const record of toOtelLogRecords(failure, this.#options)) logger.emit(record)
    return this.#made
  }

  /**
   * Resolves once the collector has confirmed that it has the records.
   * @throws RefusedError; any other error may pass
   */
  send(records: LogRecords): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#exporter.export([...records], ({ code, error }) => {
        if (code === ExportResultCode.SUCCESS) return resolve()
        const status = error !== undefined && 'code' in error ? error.code : undefined
        if (REFUSALS.has(status))
          reject(new RefusedError(`the collector answered ${status}`, { cause: error }))
        else reject(error ?? new Error('the export failed'))
      })
    })
  }

  close(): Promise<void> {
    return this.#exporter.shutdown()
  }

  #loggerFor(host: string): Logger {
    const provider = new LoggerProvider({
      resource: resourceFromAttributes({ ...this.#resource, 'host.name': host, 'os.type': 'windows' }),
      processors: [
        {
          onEmit: record => {
            this.#made.push(record)
          },
          forceFlush: () => Promise.resolve(),
          shutdown: () => Promise.resolve(),
        },
      ],
    })
    const logger = provider.getLogger('hyperv-job-agent')
    this.#loggers.set(host, logger)
    return logger
  }
}
