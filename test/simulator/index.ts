/**
 * The simulator: an in-process WMI server for tests. While it runs, clients of WMI in this process that are in
 * the MTA find the scenario's jobs in `root\virtualization\v2` (and `root\HyperVCluster\v2`); other namespaces
 * are the system's. Runs in Windows node.exe, under Wine as well.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkScenario } from './check-scenario'
import type { NativeScenario } from './native-scenario'
import type { Operation, Scenario } from './scenario'

export type {
  Operation,
  Scenario,
  ScenarioAnswer,
  ScenarioEvent,
  ScenarioFault,
  ScenarioJob,
  Shape,
} from './scenario'
export { ScenarioError } from './values'

/**
 * What is alive now. With `OANOCACHE=1` in the environment the counts are exact; without it OLE Automation keeps
 * freed strings in a cache, and they count as alive.
 */
export interface Counts {
  /** COM objects of the server: class object, locators, connections, instances, enumerators, error objects. */
  readonly objects: number
  /** BSTRs and SAFEARRAYs the server handed out. */
  readonly bstrs: number
  readonly arrays: number
  /** Everything the process allocated through COM since the start; BSTRs and SAFEARRAYs are among it. */
  readonly allocations: number
  readonly bytes: number
}

/** A call that reached the server. */
export interface Call {
  readonly operation: Operation
  readonly method: string | null
  /** The object path, the query, or the network resource. */
  readonly path: string | null
  readonly threadId: number
  /** What `connect` was called with, but for the password; null for other operations. */
  readonly connection: {
    readonly user: string | null
    readonly locale: string | null
    readonly authority: string | null
    readonly securityFlags: number
  } | null
}

export interface StartOptions {
  /** Default true. Costs a lock for each allocation of COM: switch off to measure times. */
  readonly countAllocations?: boolean
  /** Default true. The record grows with each call: switch off for long runs. */
  readonly recordCalls?: boolean
}

export interface Simulator {
  /** Take a baseline after the start: the server itself is alive. Throws without `countAllocations`. */
  counts(): Counts
  /** In the order of arrival, since the start. */
  calls(): Call[]
  /** Gives the system its locator back; connections that exist go on. Does nothing a second time. */
  stop(): void
}

interface NativeSimulator {
  start(scenario: NativeScenario & Required<StartOptions>): number
  stop(start: number): void
  counts(): Counts
  calls(): Call[]
  threadId(): number
  crashOnThread(): void
  crashOnMainThread(): void
  oleInitialize(): number
  initializeSecurity(): number
}

let addon: NativeSimulator | undefined

function native(): NativeSimulator {
  if (addon !== undefined) return addon
  if (process.platform !== 'win32')
    throw new Error('the simulator needs Windows node.exe: npm run win -- --simulate')
  addon = require(join(__dirname, '../../../build/simulator/simulator.node')) as NativeSimulator
  return addon
}

/**
 * Starts the server with a scenario, or with the JSON file of one. There is one server in a process, whichever
 * Worker starts it: another start takes its place, with time, call numbers and counts from zero, and the earlier
 * handle's `stop` does nothing any more. Throws a {@link ScenarioError} that says what was expected where.
 */
export function startSimulator(scenario: string | Scenario, options: StartOptions = {}): Simulator {
  const { countAllocations = true, recordCalls = true } = options
  const checked = checkScenario(typeof scenario === 'string' ? readScenario(scenario) : scenario)
  const start = native().start({ ...checked, countAllocations, recordCalls })
  return {
    counts() {
      if (!countAllocations) throw new Error('counts() needs a start with countAllocations')
      return native().counts()
    },
    calls: () => native().calls(),
    stop: () => native().stop(start),
  }
}

function readScenario(path: string): unknown {
  const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`${path} is not JSON`, { cause: error })
  }
}

/** The id of the calling thread: a test compares it to the threads of {@link Simulator.calls}. */
export function threadId(): number {
  return native().threadId()
}

/** Ends the process by an access violation on another thread, to prove that exit codes can be trusted. */
export function crashOnThread(): void {
  native().crashOnThread()
}

/** Ends the process by an access violation on the calling thread. */
export function crashOnMainThread(): void {
  native().crashOnMainThread()
}

/** Makes the calling thread an STA, as the main thread of Electron is. Returns the HRESULT. */
export function oleInitialize(): number {
  return native().oleInitialize()
}

/** `CoInitializeSecurity`, which belongs to the host application. Returns the HRESULT. */
export function initializeSecurity(): number {
  return native().initializeSecurity()
}
