/**
 * The simulator in a process of its own: what the product gets from `CoCreateInstance` is a real proxy, its calls are
 * real RPC, and the server can die at any time and come back. There is one such server for a process, and it takes
 * the place of the simulator in the process.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Call,
  type Counts,
  native,
  type Scenario,
  type Simulator,
  type StartOptions,
  startSimulator,
} from '..'
import { ServerProcess } from './server-process'

const PROXY_LIBRARY = join(__dirname, '../../../build/simulator/wbem_proxies.dll')

/** Why there can be no remote server here, or false: the option `skip` of a test. */
export const NO_REMOTE_SERVER: string | false =
  process.platform === 'win32' && !existsSync(PROXY_LIBRARY)
    ? 'no proxies for WMI: their build needs Linux and the Debian packages mingw-w64-tools and libwine-dev'
    : false

/**
 * The processes that have served this one. Wine knows a COM server by its process id, and takes the connections and
 * proxies of a dead one for those of the next process with its number: such a process is not used.
 */
const usedIds = new Set<number>()

export interface RemoteOptions extends StartOptions {
  /** Default 0. Processes that are started ahead for `restart`; each that is used is replaced by a new one. */
  readonly spares?: number
}

/** Starts a server process with a scenario and makes it the WMI of this process. */
export async function startRemoteServer(
  scenario: string | Scenario,
  options: RemoteOptions = {},
): Promise<RemoteServer> {
  const server = new RemoteServer(scenario, options)
  try {
    await server.open()
  } catch (error) {
    await server.stop()
    throw error
  }
  return server
}

/** Made by {@link startRemoteServer}. */
export class RemoteServer {
  readonly #options: StartOptions
  readonly #spares: ServerProcess[] = []
  /** Counts this process, whose class object the remote one has replaced. */
  readonly #client: Simulator
  #scenario: string | Scenario
  #process: ServerProcess | undefined
  #start: number | undefined

  /** @internal */
  constructor(scenario: string | Scenario, { spares = 0, ...options }: RemoteOptions) {
    this.#scenario = scenario
    this.#options = options
    this.#client = startSimulator({}, options)
    for (let i = 0; i < spares; i++) this.#spares.push(new ServerProcess())
  }

  /** @internal */
  async open(): Promise<void> {
    await this.restart()
    this.#start = native().startRemote()
  }

  /** The id of the process that serves now. */
  get pid(): number | undefined {
    return this.#running().pid
  }

  /** Serves another scenario from the same process; connections made before keep the earlier one. */
  async serve(scenario: string | Scenario): Promise<void> {
    await this.#publish(this.#running(), scenario)
  }

  /** What is alive in the server process; take a baseline first. */
  async counts(): Promise<Counts> {
    return (await this.#running().request({ do: 'counts' })) as Counts
  }

  /** What is alive in this process: the objects of class object and error information, and all allocations. */
  clientCounts(): Counts {
    return this.#client.counts()
  }

  /** The calls that have reached the process that serves now. */
  async calls(): Promise<readonly Call[]> {
    return (await this.#running().request({ do: 'calls' })) as readonly Call[]
  }

  /** Ends the server process without giving it a chance (TerminateProcess), and waits until it is gone. */
  async kill(): Promise<void> {
    const process = this.#process
    this.#process = undefined
    await process?.kill()
  }

  /**
   * Serves the scenario, or another one, from a new process and then kills the earlier one, if it lives: connections
   * break, and new ones can be made at once. Time, call numbers and counts start from zero.
   */
  async restart(scenario = this.#scenario): Promise<void> {
    const next = await this.#nextProcess()
    try {
      await this.#publish(next, scenario)
    } finally {
      await this.kill()
      this.#process = next
    }
  }

  /** Gives the system its locator back and ends all processes. A second call does nothing. */
  async stop(): Promise<void> {
    if (this.#start !== undefined) native().stop(this.#start)
    this.#client.stop()
    await Promise.all([this.kill(), ...this.#spares.splice(0).map(spare => spare.kill())])
  }

  async #nextProcess(): Promise<ServerProcess> {
    for (;;) {
      if (this.#spares.length > 0) this.#spares.push(new ServerProcess())
      const next = this.#spares.shift() ?? new ServerProcess()
      if (next.pid === undefined || !usedIds.has(next.pid)) return next
      await next.kill()
    }
  }

  async #publish(process: ServerProcess, scenario: string | Scenario): Promise<void> {
    this.#scenario = scenario
    if (process.pid !== undefined) usedIds.add(process.pid)
    const options = this.#options
    const request = { do: 'serve', scenario, options, proxyLibrary: PROXY_LIBRARY } as const
    const reference = (await process.request(request)) as string
    native().setServer(PROXY_LIBRARY, Buffer.from(reference, 'base64'))
  }

  #running(): ServerProcess {
    if (this.#process === undefined) throw new Error('the server process was killed')
    return this.#process
  }
}
