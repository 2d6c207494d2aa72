/** Runs a test body against the simulator and proves afterwards that nothing is left alive in the process. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { type ConnectOptions, connect, type Session } from '../../lib/entries'
import type { NativeAddon } from '../../lib/wmi/addon'
import { type Call, type Scenario, type Simulator, type StartOptions, startSimulator } from '../../simulator'

/** An InstanceID as hosts use them: a bare upper-case GUID. */
export const JOB_ID = '8F3C2B1A-5D4E-4F60-9A7B-0C1D2E3F4A5B'
export const JOB_PATH = `Msvm_MigrationJob.InstanceID="${JOB_ID}"`

/** Job classes that an older host lacks. */
export const NEWER_CLASSES = [
  'Msvm_CollectionReferencePointExportJob',
  'Msvm_VirtualSystemReferencePointExportJob',
]

/** What the tests look at in a call. */
export type TestCall = Omit<Call, 'threadId' | 'connection'> & {
  readonly connection: Omit<NonNullable<Call['connection']>, 'securityFlags'> | null
}

/** The simulator of a test, wherever it runs. */
export interface TestServer {
  /** What sessions are opened with; by default the addon of the package. */
  readonly addon?: NativeAddon
  calls(): Promise<readonly TestCall[]>
  /** All live counts, to be compared as a whole; null where nothing is counted. */
  counts(): Promise<unknown>
  stop(): Promise<void>
}

type StartServer = (scenario: Scenario, options?: StartOptions) => Promise<TestServer>

/** A simulator that a test drives while it runs. */
export interface DrivenServer
  extends Pick<
    Simulator,
    'addJob' | 'disconnectAll' | 'droppedEvents' | 'removeJob' | 'setJob' | 'stop' | 'subscriptions'
  > {
  readonly addon?: NativeAddon
  calls(): readonly TestCall[]
  /** What is alive, to be compared as a whole; null where nothing is counted. */
  alive(): object | null
}

type DriveServer = (scenario: Scenario, options?: StartOptions) => DrivenServer

let startServer: StartServer = async (scenario, options) => {
  const { countAllocations = true } = options ?? {}
  const simulator = startSimulator(scenario, { ...options, countAllocations })
  return {
    calls: async () => simulator.calls(),
    counts: async () => (countAllocations ? simulator.counts() : null),
    stop: async () => simulator.stop(),
  }
}

let drive: DriveServer = (scenario, options) => {
  const { countAllocations = true } = options ?? {}
  const simulator = startSimulator(scenario, { ...options, countAllocations })
  const alive = () => {
    if (!countAllocations) return null
    const { objects, bstrs, arrays } = simulator.counts()
    return { objects, bstrs, arrays }
  }
  return { ...simulator, alive }
}

/** Whether the tests run on the addon, and not on a host that is simulated behind its contract. */
let hasAddon = true

/** Makes the tests of this process run against another server than the simulator in the process. */
export function serveFrom(start: StartServer): void {
  startServer = start
}

/** Makes the tests of this process run without the addon, on any OS. */
export function simulateWith(start: DriveServer): void {
  hasAddon = false
  drive = start
  startServer = async (scenario, options) => {
    const { addon, calls, alive, stop } = drive(scenario, options)
    return {
      ...(addon === undefined ? {} : { addon }),
      calls: async () => calls(),
      counts: async () => alive(),
      stop: async () => stop(),
    }
  }
}

export function driveServer(scenario: Scenario, options?: StartOptions): DrivenServer {
  return drive(scenario, options)
}

export interface Context {
  readonly simulator: TestServer
  connect(options?: ConnectOptions): Promise<Session>
  /** What `connect` of another copy of the package needs to reach the same server. */
  readonly connectOptions: ConnectOptions
}

/** How long worker threads may take to release what they hold after a session was closed. */
const RELEASE_MS = 10_000

/** One failed migration job with the given answers of GetErrorEx. */
export function failedJob(
  ...getErrorEx: NonNullable<Scenario['jobs']>[number]['getErrorEx'] & object
): Scenario {
  return {
    jobs: [
      {
        class: 'Msvm_MigrationJob',
        properties: { InstanceID: JOB_ID, JobState: 10, ErrorCode: 32768, OperationalStatus: [2] },
        getErrorEx,
      },
    ],
  }
}

export interface SimulatedOptions extends StartOptions {
  /** The test changes the server's own state, which then takes another amount of memory than before. */
  readonly changesServer?: boolean
  /** The test is about the addon itself, and is left out where there is none. */
  readonly needsAddon?: boolean
}

/** Counts without those of allocations. */
function objectsAlone(counts: unknown): unknown {
  const text = JSON.stringify(counts, (key, value) => (/^(allocations|bytes)$/.test(key) ? undefined : value))
  return JSON.parse(text)
}

/** Options that are none at all stay as they are. */
export function withAddon(options: ConnectOptions | undefined, addon: NativeAddon | undefined) {
  if (addon === undefined || typeof (options ?? {}) !== 'object' || options === null) return options
  return { addon, ...options }
}

/** Polls, since the last thread of a session lets go of COM after `close` has settled. */
async function assertBalanced(simulator: TestServer, baseline: unknown): Promise<void> {
  const deadline = Date.now() + RELEASE_MS
  const differs = async () => !isDeepStrictEqual(await simulator.counts(), baseline)
  while ((await differs()) && Date.now() < deadline) await delay(5)
  assert.deepEqual(await simulator.counts(), baseline, 'COM objects, BSTRs, arrays and allocations balance')
}

/**
 * A test with the simulator running. All sessions made by `context.connect` are closed after the body, and the
 * live counts have to be back at what they were before it.
 */
export function simulated(
  name: string,
  scenario: Scenario,
  body: (context: Context) => Promise<void>,
  { changesServer = false, needsAddon = false, ...options }: SimulatedOptions = {},
): void {
  if (needsAddon && !hasAddon) return
  test(name, async () => {
    const server = await startServer(scenario, options)
    const counts = async () => (changesServer ? objectsAlone(await server.counts()) : server.counts())
    const simulator = { ...server, counts }
    const connectOptions = server.addon === undefined ? {} : { addon: server.addon }
    const sessions: Session[] = []
    try {
      const baseline = await simulator.counts()
      await body({
        simulator,
        connectOptions,
        async connect(options) {
          const session = await connect(withAddon(options, server.addon))
          sessions.push(session)
          return session
        },
      })
      await Promise.all(sessions.map(session => session.close()))
      await assertBalanced(simulator, baseline)
    } finally {
      await Promise.all(sessions.map(session => session.close({ timeoutMs: 1 })))
      await simulator.stop()
    }
  })
}
