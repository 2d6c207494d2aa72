/** Watching many hosts as one stream. */
import { hostname } from 'node:os'
import { refuse, requireInteger, takeArray, takeOptions } from '../base/arguments'
import { ClosedError, InvalidArgumentError } from '../base/errors'
import { connect as connectSession } from '../session/connect'
import { type ConnectOptions, checkConnectOptions } from '../session/connect-options'
import { checkWatchOptions, type WatchOptions } from '../session/options'
import type { HostStatus } from './host-status'
import { type Connect, type FleetSettings, HostWatch } from './host-watch'
import type { FleetItem } from './items'
import type { Journal } from './journal'
import { RoundRobin } from './round-robin'
import { StartLimit } from './start-limit'

export interface WatchHostsOptions extends Pick<WatchOptions, 'classes' | 'include' | 'signal'> {
  /** Failures that it has do not come again, and a host that was not watched for long is reported as a gap. */
  readonly journal?: Journal
  /**
   * How many hosts connect at the same time, default 8. One that takes longer than a second does not count any more,
   * so that hosts that do not answer keep nobody waiting.
   */
  readonly maxConnecting?: number
  /** Items kept for each host while the consumer is busy, before some are dropped, which a `gap` reports; default 100. */
  readonly maxQueued?: number
}

const WATCH_HOSTS_OPTIONS = ['classes', 'include', 'signal', 'journal', 'maxConnecting', 'maxQueued'] as const
const DEFAULT_MAX_CONNECTING = 8
/** More at once is what the limit is there to prevent. */
const MAX_CONNECTING = 1_000
/** Items hold the XML of their errors, tens of kilobytes at worst, and there may be hundreds of hosts. */
const DEFAULT_MAX_QUEUED = 100
const PATIENCE_MS = 1_000
const TICK_MS = 60_000

/**
 * Watches jobs on many hosts at once. Each connects, is watched and comes back by itself; one that is slow, dead or
 * hung has no effect on the others. Items of one host come in order, hosts take turns.
 *
 * A failure comes at least once, and not again once `journal.add` has resolved. What is not added comes again after a
 * restart, as long as WMI has the job.
 * @throws InvalidArgumentError; the iteration throws the signal's reason, and `ERR_PLATFORM` or `ERR_LOAD` when no host
 *   can be watched from here
 */
export function watchHosts(hosts: readonly ConnectOptions[], options?: WatchHostsOptions): Fleet {
  return new Fleet(connectSession, hosts, options)
}

/** Made by {@link watchHosts}. Breaking out of the loop closes it. */
export class Fleet implements AsyncIterableIterator<FleetItem, undefined> {
  readonly #settings: FleetSettings
  readonly #journal: Journal | undefined
  /** By name in lower case, as Windows compares them. */
  readonly #hosts = new Map<string, HostWatch>()
  readonly #items = new RoundRobin<FleetItem>()
  readonly #removals = new Set<Promise<void>>()
  readonly #signal: AbortSignal | undefined
  readonly #timer: NodeJS.Timeout
  #closing: Promise<void> | undefined

  /** @internal Use {@link watchHosts}. */
  constructor(connect: Connect, hosts: readonly ConnectOptions[], options: WatchHostsOptions | undefined) {
    const given = takeOptions('options', options, WATCH_HOSTS_OPTIONS)
    const { classes, include, signal } = given
    const watch = {
      ...(classes === undefined ? {} : { classes }),
      maxQueued: requireInteger('maxQueued', given.maxQueued ?? DEFAULT_MAX_QUEUED, 1, 1_000_000),
    }
    const checked = checkWatchOptions({
      ...watch,
      ...(include === undefined ? {} : { include }),
      ...(signal === undefined ? {} : { signal }),
    })
    const { maxConnecting = DEFAULT_MAX_CONNECTING } = given
    this.#journal = checkJournal(given.journal)
    this.#settings = {
      connect,
      watch,
      include: checked.include,
      journal: this.#journal,
      starts: new StartLimit(requireInteger('maxConnecting', maxConnecting, 1, MAX_CONNECTING), PATIENCE_MS),
      onReady: source => this.#items.announce(source),
      onFatal: error => {
        // Not waited for: the end waits for the host that reports this.
        void this.#end({ error })
      },
    }
    const named = checkHosts(hosts)
    this.#signal = checked.signal
    this.#signal?.throwIfAborted()
    this.#signal?.addEventListener('abort', this.#abort)
    this.#timer = setInterval(() => this.#tick(), TICK_MS).unref()
    for (const [name, host] of named) this.#start(name, host)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<FleetItem, undefined>> {
    return this.#items.next()
  }

  async return(): Promise<IteratorResult<FleetItem, undefined>> {
    await this.close()
    return { done: true, value: undefined }
  }

  /**
   * Watches one more host.
   * @throws InvalidArgumentError also for a host that is watched already
   * @throws ClosedError
   */
  add(host: ConnectOptions): void {
    if (this.#closing !== undefined) throw new ClosedError('the fleet is closed')
    const name = checkHost(host)
    if (this.#hosts.has(name.toLowerCase())) {
      throw new InvalidArgumentError(`expected a host that is not watched yet for \`host\`, received ${name}`)
    }
    this.#start(name, host)
  }

  /**
   * Watches a host no more; its session is closed meanwhile. What it has reported already is still delivered.
   * @returns whether it was watched
   */
  remove(name: string): boolean {
    if (typeof name !== 'string') refuse('name', 'the name of a host', name)
    const key = name.toLowerCase()
    const host = this.#hosts.get(key)
    if (host === undefined) return false
    this.#hosts.delete(key)
    this.#mark([host])
    const removal = host.stop().finally(() => this.#removals.delete(removal))
    this.#removals.add(removal)
    return true
  }

  /** What is going on with each host, in the order in which they were added. Waits for nothing; also after close. */
  status(): readonly HostStatus[] {
    return Array.from(this.#hosts.values(), host => host.status())
  }

  /** Ends the iteration and closes every session. A second close waits for the first. */
  close(): Promise<void> {
    return this.#end()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  readonly #abort = () => {
    void this.#end({ error: this.#signal?.reason })
  }

  #start(name: string, host: ConnectOptions): void {
    this.#hosts.set(name.toLowerCase(), new HostWatch(name, host, this.#settings))
  }

  #tick(): void {
    this.#mark([...this.#hosts.values()])
  }

  /** Notes in the journal which hosts are watched and have nothing to lose. */
  #mark(hosts: readonly HostWatch[]): void {
    const watched = hosts.filter(host => host.tick()).map(({ host }) => host)
    // A disk that fails shows where entries are added; without the mark a gap begins earlier than it would.
    this.#journal?.markWatched(watched).catch(() => {})
  }

  #end(failure?: { readonly error: unknown }): Promise<void> {
    this.#closing ??= this.#close(failure)
    return this.#closing
  }

  async #close(failure: { readonly error: unknown } | undefined): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#abort)
    clearInterval(this.#timer)
    this.#tick()
    this.#items.end(failure)
    await Promise.all([...Array.from(this.#hosts.values(), host => host.stop()), ...this.#removals])
  }
}

function checkHosts(hosts: readonly ConnectOptions[]): ReadonlyMap<string, ConnectOptions> {
  const given = takeArray('hosts', hosts)
  if (given === undefined) refuse('hosts', 'an array of options for connect', hosts)
  const named = new Map<string, ConnectOptions>()
  const keys = new Set<string>()
  for (const host of hosts) {
    const name = checkHost(host)
    if (keys.has(name.toLowerCase())) {
      throw new InvalidArgumentError(`expected each host once for \`hosts\`, received ${name} twice`)
    }
    keys.add(name.toLowerCase())
    named.set(name, host)
  }
  return named
}

/** The name that a host goes by: its own, or that of this computer. */
function checkHost(options: ConnectOptions): string {
  if (typeof options !== 'object' || options === null) refuse('host', 'options for connect', options)
  return checkConnectOptions(options).native.host ?? hostname()
}

function checkJournal(journal: Journal | undefined): Journal | undefined {
  const fits =
    journal === undefined || (typeof journal === 'object' && typeof journal?.markWatched === 'function')
  return fits ? journal : refuse('journal', 'a journal of openJournal', journal)
}
