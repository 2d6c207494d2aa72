/**
 * The simulator: an in-process WMI server for tests. While it runs, clients of WMI in this process that are in
 * the MTA find the scenario's jobs in `root\virtualization\v2` (and `root\HyperVCluster\v2`); other namespaces
 * are the system's. Runs in Windows node.exe, under Wine as well.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { refuse } from '../lib/base/arguments'
import { checkAddedJob, checkFault, checkScenario, checkSet } from '../lib/testing/check-scenario'
import type { ClassDef } from '../lib/testing/class-table'
import type { Operation, Scenario, ScenarioJob } from '../lib/testing/scenario'
import type { NativeProbe } from './native-probe'
import {
  type NativeJob,
  type NativeScenario,
  nativeJob,
  nativeScenario,
  nativeValues,
} from './native-scenario'

export type {
  Operation,
  Scenario,
  ScenarioAnswer,
  ScenarioEvent,
  ScenarioEvents,
  ScenarioFault,
  ScenarioJob,
  Shape,
} from '../lib/testing/scenario'

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
  /**
   * Everything the process allocated through COM since the start, but for the jobs of the server; BSTRs and
   * SAFEARRAYs are among it.
   */
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

/** What a client set by CoSetProxyBlanket; numbers as in rpcdce.h. */
export interface Blanket {
  readonly proxy: 'IWbemServices' | 'IEnumWbemClassObject'
  readonly authentication: number
  readonly authorization: number
  /** `default` for COLE_DEFAULT_PRINCIPAL. */
  readonly principal: string | null
  readonly level: number
  readonly impersonation: number
  readonly capabilities: number
  readonly identity: {
    readonly user: string
    readonly domain: string
    readonly passwordLength: number
  } | null
  /** The length of {@link Simulator.calls} by then. */
  readonly callsBefore: number
}

export interface StartOptions {
  /**
   * Default false. For tests that look for leaks, and for nothing else: each allocation of COM takes a lock and a place
   * in a list that Wine searches, so the time of a listing grows with the square of its jobs. Once it is on, it stays on
   * until the process ends.
   */
  readonly countAllocations?: boolean
  /** Default true. The record grows with each call: switch off for long runs. */
  readonly recordCalls?: boolean
  /** Default false. Connections and enumerators then take blankets, as the proxies of another process do. */
  readonly recordBlankets?: boolean
}

/** A live subscription: one that neither failed nor was released. */
export interface SubscriptionState {
  readonly query: string
  /** Events nobody has read yet. */
  readonly waiting: number
  /** Events lost because `dropAfter` others were waiting. */
  readonly dropped: number
}

export interface Simulator {
  /** Take a baseline after the start: the server itself is alive. Throws without `countAllocations`. */
  counts(): Counts
  /** In the order of arrival, since the start. */
  calls(): Call[]
  /** In the order in which they were set, since the start. */
  blankets(): Blanket[]
  /**
   * A job that comes now, or as its timeline says, which counts from now. Its properties are those of its class and
   * those which the scenario gave jobs of the class. Throws when there is such a job, or is to be one.
   */
  addJob(job: ScenarioJob): void
  /** Changes a job; from now on its timeline can only remove it. Throws when there is no such job now. */
  setJob(className: string, instanceId: string, properties: ScenarioJob['properties']): void
  /**
   * Gives a property of a job, of whatever type it is, a value that contradicts its CIM type (a VT_DATE); otherwise like
   * `setJob`.
   */
  contradictJob(className: string, instanceId: string, property: string): void
  /** Removes a job for good. Throws when there is no such job, and none to come. */
  removeJob(className: string, instanceId: string): void
  /**
   * All that clients have got fails with this code from now on, calls that wait included: connections, enumerators
   * and subscriptions. New connections work. A restart of WMI looks like that.
   */
  disconnectAll(hresult: string | number): void
  /** The oldest first. */
  subscriptions(): SubscriptionState[]
  /** Events dropped by all subscriptions since the start, also by those that have ended. */
  droppedEvents(): number
  /**
   * Gives the system its locator back and ends what waits: subscriptions fail with 0x80041033, waits of faults are
   * over. Connections that exist go on otherwise. Does nothing a second time.
   */
  stop(): void
}

/** `start` is the number of the start a function belongs to. */
export interface NativeSimulator extends NativeProbe {
  start(scenario: NativeScenario & Required<StartOptions>): number
  stop(start: number): void
  counts(): Counts
  calls(): Call[]
  blankets(): Blanket[]
  threadId(): number
  crashOnThread(): void
  crashOnMainThread(): void

  addJob(start: number, job: NativeJob): boolean
  setJob(start: number, className: string, instanceId: string, set: Record<string, unknown>): boolean
  contradictJob(start: number, className: string, instanceId: string, property: string): boolean
  removeJob(start: number, className: string, instanceId: string): boolean
  disconnectAll(start: number, hresult: number): void
  subscriptions(start: number): SubscriptionState[]
  droppedEvents(start: number): number

  oleInitialize(): number
  initializeSecurity(): number
  marshalLocator(proxyLibrary: string): Buffer
  setServer(proxyLibrary: string, reference: Buffer): void
  startRemote(): number
}

let addon: NativeSimulator | undefined

/** The addon itself, for what is built on top of this module. */
export function native(): NativeSimulator {
  if (addon !== undefined) return addon
  if (process.platform !== 'win32')
    throw new Error('the simulator needs Windows node.exe: npm run win -- --simulate')
  addon = require(join(__dirname, '../../build/simulator/simulator.node')) as NativeSimulator
  return addon
}

/**
 * Starts the server with a scenario, or with the JSON file of one. There is one server in a process, whichever
 * Worker starts it: another start takes its place, with time, call numbers and counts from zero, and the earlier
 * handle's `stop` does nothing any more.
 * @throws InvalidArgumentError that says what was expected where in the scenario
 */
export function startSimulator(scenario: string | Scenario, options: StartOptions = {}): Simulator {
  const { countAllocations = false, recordCalls = true, recordBlankets = false } = options
  const model = checkScenario(typeof scenario === 'string' ? readScenario(scenario) : scenario)
  const { classes } = model
  const start = native().start({ ...nativeScenario(model), countAllocations, recordCalls, recordBlankets })
  const jobClass = (name: string): ClassDef => classes.find(name) ?? refuse('className', 'a job class', name)
  return {
    counts() {
      if (!countAllocations) throw new Error('counts() needs a start with countAllocations')
      return native().counts()
    },
    calls: () => native().calls(),
    blankets: () => native().blankets(),
    addJob(job) {
      const added = native().addJob(start, nativeJob(checkAddedJob(job, classes)))
      if (!added) throw new Error('there is such a job already')
    },
    contradictJob(className, instanceId, property) {
      if (!native().contradictJob(start, className, instanceId, property))
        throw noSuchJob(className, instanceId)
    },
    setJob(className, instanceId, properties) {
      const cls = jobClass(className)
      const set = nativeValues(checkSet(properties, cls, classes), cls)
      if (!native().setJob(start, cls.name, instanceId, set)) throw noSuchJob(cls.name, instanceId)
    },
    removeJob(className, instanceId) {
      const cls = jobClass(className)
      if (!native().removeJob(start, cls.name, instanceId)) throw noSuchJob(cls.name, instanceId)
    },
    disconnectAll(hresult) {
      const fault = checkFault({ operation: 'connect', hresult }, 'disconnectAll')
      native().disconnectAll(start, fault.hresult ?? 0)
    },
    subscriptions: () => native().subscriptions(start),
    droppedEvents: () => native().droppedEvents(start),
    stop: () => native().stop(start),
  }
}

function noSuchJob(className: string, instanceId: string): Error {
  return new Error(`there is no ${className} ${instanceId}`)
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
