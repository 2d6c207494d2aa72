/** /metrics, /healthz and /readyz. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Metrics } from './metrics'

/** What the probes say; a reason why not counts as no. */
export interface Probes {
  /** Why the agent should be restarted, null when it should not. */
  readonly unhealthy: () => string | null
  /** Why it does not do its work now, null when it does. */
  readonly unready: () => string | null
  /** Details for people. */
  readonly details: () => object
}

/** Resolves to the server and where it listens. */
export async function serve(
  { address, port }: { readonly address: string; readonly port: number },
  metrics: Metrics,
  probes: Probes,
): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => {
    const answer = (reason: string | null) => {
      response.writeHead(reason === null ? 200 : 503, { 'content-type': 'application/json' })
      response.end(`${JSON.stringify({ ok: reason === null, reason, ...probes.details() })}\n`)
    }
    switch (request.url?.split('?')[0]) {
      case '/metrics':
        return metrics.answer(request, response)
      case '/healthz':
        return answer(probes.unhealthy())
      case '/readyz':
        return answer(probes.unready())
      default:
        response.writeHead(404).end('there are /metrics, /healthz and /readyz\n')
    }
  })
  server.listen(port, address)
  await once(server, 'listening')
  const { address: host, port: bound } = server.address() as AddressInfo
  return { server, url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}` }
}
