/** The native suite once more, over real marshalling: every proxy, every value and every failure crosses a process. */
import { after, test } from 'node:test'
import { NO_REMOTE_SERVER, type RemoteServer, startRemoteServer } from '../../simulator/remote'
import { serveFrom } from '../native/harness'

/**
 * Not here: the README and the system's WMI, which have a server of their own; the fault matrix, the storm and the
 * workers, which are about what happens in this process (and Wine's proxies take no security blanket, as a remote host
 * needs it); events, whose tests drive the simulator while it runs.
 */
const FILES = ['exec-method', 'get-error-ex', 'job-life', 'jobs', 'reconnect', 'session']

if (NO_REMOTE_SERVER === false) {
  // One process for all tests: a start costs more than most of them.
  let server: RemoteServer | undefined
  serveFrom(async scenario => {
    if (server === undefined) server = await startRemoteServer(scenario, { countAllocations: true })
    else await server.serve(scenario)
    const remote = server
    return {
      calls: () => remote.calls(),
      counts: async () => ({ client: remote.clientCounts(), server: await remote.counts() }),
      stop: async () => {},
    }
  })
  after(() => server?.stop())

  for (const file of FILES) require(`../native/${file}.test`)
} else {
  test('the native suite over real marshalling', { skip: NO_REMOTE_SERVER }, () => {})
}
