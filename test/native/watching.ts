/** A simulated host that changes while a session watches it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { connect, type Session, type WatchItem } from '../../lib/entries'
import type { Scenario, ScenarioJob, StartOptions } from '../../simulator'
import { errorText } from '../support/cim-text'
import { type DrivenServer, driveServer, withAddon } from './harness'

export const MIGRATION = 'Msvm_MigrationJob'
export const FAILED = { JobState: 10, ErrorCode: 32768, TimeOfLastStateChange: '20261122093000.000000+060' }
/** Far above what anything takes here: only what never happens gets there. */
export const PATIENCE_MS = 20_000

export function migration(id: string, properties: Record<string, unknown> = {}): ScenarioJob {
  return {
    class: MIGRATION,
    properties: { InstanceID: id, JobState: 4, PercentComplete: 0, ErrorCode: 0, ...properties },
    getErrorEx: [{ errors: [errorText({ Message: `why ${id} failed` })] }],
  }
}

export async function eventually(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!holds()) {
    assert.ok(performance.now() < deadline, `${what} in ${PATIENCE_MS} ms`)
    await delay(5)
  }
}

/** The next item of this kind; items of other kinds are passed over. */
export async function next<Kind extends WatchItem['kind']>(
  watch: AsyncIterator<WatchItem, undefined>,
  kind: Kind,
): Promise<Extract<WatchItem, { kind: Kind }>> {
  for (;;) {
    const { value } = await watch.next()
    assert.ok(value, `the watch ended before an item of kind ${kind}`)
    if (value.kind === kind) return value as Extract<WatchItem, { kind: Kind }>
  }
}

export interface Watched {
  readonly simulator: DrivenServer
  readonly session: Session
}

/**
 * A test with a session on a simulated host. The body ends its watches; afterwards nothing is subscribed and no COM
 * object, BSTR or array is left.
 */
export function onHost(
  name: string,
  scenario: Scenario,
  body: (host: Watched) => Promise<void>,
  options?: StartOptions & { readonly timeoutMs?: number },
): void {
  test(name, { timeout: options?.timeoutMs ?? 3 * PATIENCE_MS }, async () => {
    const simulator = driveServer(scenario, options)
    const alive = () => ({ alive: simulator.alive(), subscriptions: simulator.subscriptions().length })
    const baseline = { ...alive(), subscriptions: 0 }
    const session = await connect(withAddon({}, simulator.addon))
    try {
      await body({ simulator, session })
      await eventually('the subscription is released', () => simulator.subscriptions().length === 0)
      await session.close()
      await eventually(`nothing is left: ${JSON.stringify([baseline, alive()])}`, () =>
        isDeepStrictEqual(alive(), baseline),
      )
    } finally {
      await session.close({ timeoutMs: 1 })
      simulator.stop()
    }
  })
}
