/** A collector for tests: takes OTLP over HTTP, decodes it with the protocol's own package, and can be difficult. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { gunzipSync } from 'node:zlib'
import { ensureAgentTools } from '../../scripts/lib/npm-packages.mjs'

const require = createRequire(`${await ensureAgentTools()}/`)
// Generated from opentelemetry-proto.
const { opentelemetry } = require('otlp-protocol/build/src/generated/root')
const { ExportLogsServiceRequest, ExportLogsServiceResponse } = opentelemetry.proto.collector.logs.v1
const { ExportMetricsServiceRequest, ExportMetricsServiceResponse } = opentelemetry.proto.collector.metrics.v1

export class Receiver {
  /** Records in the order of arrival, repeated ones too: `{ resource, scope, eventName, body, severity…, attributes }`. */
  records = []
  /** Names of the metrics that arrived. */
  metrics = new Set()
  /** How often each status was answered. */
  answers = new Map()
  /** Decides about each request for logs: an HTTP status, a promise of one, or 'hang up'. */
  behave = () => 200
  #server
  #port = 0
  #waiting = []

  /** Listens, on the same port each time. */
  async start() {
    this.#server = createServer((request, response) => this.#take(request, response))
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = this.#server.address().port
    return this
  }

  async stop() {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  get endpoint() {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Job ids, each once. */
  get jobs() {
    return new Set(this.records.map(({ attributes }) => attributes['hyperv.job.id']))
  }

  /** Resolves when it is so; looked at after every request. */
  async until(isTrue, what, ms = 60_000) {
    if (isTrue()) return
    await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not within ${ms} ms: ${what}`)), ms)
      this.#waiting.push(() => {
        if (!isTrue()) return false
        clearTimeout(timer)
        resolve()
        return true
      })
    })
  }

  async #take(request, response) {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const bytes = Buffer.concat(chunks)
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes
    const isLogs = request.url === '/v1/logs'
    const records = isLogs ? recordsIn(ExportLogsServiceRequest.decode(body)) : []
    const status = isLogs ? await this.behave(records) : 200
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1)
    if (status === 'hang up') {
      // What it does not confirm it may have got all the same.
      this.records.push(...records)
      request.socket.destroy()
    } else if (status !== 200) {
      response.writeHead(status).end()
    } else {
      this.records.push(...records)
      if (!isLogs) this.#takeMetrics(ExportMetricsServiceRequest.decode(body))
      const Response = isLogs ? ExportLogsServiceResponse : ExportMetricsServiceResponse
      response.writeHead(200, { 'content-type': 'application/x-protobuf' })
      response.end(Response.encode(Response.create({})).finish())
    }
    this.#waiting = this.#waiting.filter(look => !look())
  }

  #takeMetrics({ resourceMetrics }) {
    for (const { scopeMetrics } of resourceMetrics) {
      for (const { metrics } of scopeMetrics) for (const { name } of metrics) this.metrics.add(name)
    }
  }
}

function recordsIn({ resourceLogs }) {
  return resourceLogs.flatMap(({ resource, scopeLogs }) =>
    scopeLogs.flatMap(({ scope, logRecords }) =>
      logRecords.map(record => ({
        resource: plain(resource.attributes),
        scope: scope.name,
        eventName: record.eventName,
        body: plainValue(record.body),
        severityNumber: record.severityNumber,
        severityText: record.severityText,
        timeMs: Number(BigInt(record.timeUnixNano) / 1_000_000n),
        attributes: plain(record.attributes),
      })),
    ),
  )
}

function plain(attributes) {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plainValue(value)]))
}

function plainValue(value) {
  if (value == null) return undefined
  if (value.arrayValue) return value.arrayValue.values.map(plainValue)
  if (value.intValue != null) return Number(value.intValue)
  return value.stringValue ?? value.boolValue ?? value.doubleValue
}
