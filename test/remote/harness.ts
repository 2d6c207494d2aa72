/** Tests with a server process of their own, and what they wait for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { type ConnectOptions, connect, type Session } from '../../lib/entries'
import type { Operation, Scenario } from '../../simulator'
import {
  NO_REMOTE_SERVER,
  type RemoteOptions,
  type RemoteServer,
  startRemoteServer,
} from '../../simulator/remote'

export interface Context {
  readonly server: RemoteServer
  connect(options?: ConnectOptions): Promise<Session>
}

/** Far above what anything takes here: only what never happens gets there. */
const PATIENCE_MS = 10_000

export async function eventually(holds: () => boolean | Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + PATIENCE_MS
  while (!(await holds())) {
    if (performance.now() > deadline) return false
    await delay(5)
  }
  return true
}

/** Waits until the server is executing an operation. */
export async function reached(server: RemoteServer, operation: Operation): Promise<void> {
  const arrived = async () => (await server.calls()).some(call => call.operation === operation)
  assert.ok(await eventually(arrived), `${operation} reaches the server`)
}

/**
 * A test with a server process. All sessions made by `context.connect` are closed after the body, and nothing may be left
 * of them in this process, however many servers died meanwhile.
 */
export function served(
  name: string,
  scenario: Scenario,
  body: (context: Context) => Promise<void>,
  options?: RemoteOptions,
): void {
  test(name, { skip: NO_REMOTE_SERVER }, async () => {
    const server = await startRemoteServer(scenario, { countAllocations: true, ...options })
    const sessions: Session[] = []
    try {
      const baseline = server.clientCounts()
      await body({
        server,
        async connect(options) {
          const session = await connect(options)
          sessions.push(session)
          return session
        },
      })
      await Promise.all(sessions.map(session => session.close()))
      await eventually(() => isDeepStrictEqual(server.clientCounts(), baseline))
      assert.deepEqual(server.clientCounts(), baseline, 'the client lets go of everything')
    } finally {
      await Promise.all(sessions.map(session => session.close({ timeoutMs: 1 })))
      await server.stop()
    }
  })
}
