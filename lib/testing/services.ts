/** What a connection to the simulated host can do: the operations of the native contract, one by one. */
import type { NativeInput, NativeObject, NativeProperties, NativeSettings } from '../wmi/addon'
import { type KeyValue, type ObjectPath, parsePath } from '../wmi/object-path'
import { type ClassDef, declarations, type MethodDef, sameName } from './class-table'
import { after, turn } from './clock'
import { bareFailure, Hresult, OperationFailed, wbemFailure } from './failure'
import type { Generation, Host } from './host'
import { Instance, type Location, toTriples } from './instance'
import { type MethodInput, readInput } from './method-input'
import { invoke, type MethodOutput } from './methods'
import type { MethodPlan } from './model'
import type { Operation } from './scenario'
import type { Target } from './scene'
import type { Subscription } from './subscription'
import { parseQuery } from './wql'
import { fitsClass, matches } from './wql-match'

const NAMESPACES = ['root\\virtualization\\v2', 'root\\HyperVCluster\\v2']
/** As the addon reads: so many objects at a time, for so long at most. */
const QUERY_BATCH = 32
const EVENT_BATCH = 64
const NEXT_MS = 250
/** Without events `nextEvents` answers after this many waits of {@link NEXT_MS}. */
const QUIET_WAITS = 40

/** What a path leads to. */
interface Resolved {
  readonly cls: ClassDef
  /** Null for a path of a class. */
  readonly target: Target | null
}

/** @throws OperationFailed */
export async function openServices(host: Host, settings: NativeSettings): Promise<Services> {
  const { host: name, user, locale, authority } = settings
  const resource = name === null ? settings.namespace : `\\\\${name}\\${settings.namespace}`
  const call = {
    operation: 'connect',
    method: null,
    path: resource,
    connection: { user, locale, authority },
  } as const
  await host.enter(call, null)
  const fail = (hresult: number) =>
    wbemFailure('connect', hresult, { provider: 'WinMgmt', parameter: resource })
  const isLocal = name === null || name === '.' || sameName(name, 'localhost')
  if (!isLocal && !sameName(name, host.model.computer)) throw fail(Hresult.ServerUnavailable)
  if (isLocal && user !== null) throw fail(Hresult.LocalCredentials)
  const namespace = NAMESPACES.find(known => sameName(known, settings.namespace.replaceAll('/', '\\')))
  if (namespace === undefined || host.model.namespaceMissing) throw fail(Hresult.InvalidNamespace)
  return new Services(host, { computer: host.model.computer, namespace })
}

export class Services {
  readonly #host: Host
  readonly #location: Location
  readonly #generation: Generation
  /** As the addon keeps them: looked up once for a connection. */
  readonly #signatures = new Map<string, MethodDef | null>()
  #subscription: Subscription | undefined

  constructor(host: Host, location: Location) {
    this.#host = host
    this.#location = location
    this.#generation = host.generation
  }

  async getObject(path: string): Promise<NativeObject> {
    await this.#enter('getObject', path)
    const { cls, target } = this.#resolve(path, 'getObject')
    return (target?.instance ?? new Instance(cls, undefined, true)).toNative()
  }

  async query(wql: string, abandoned: AbortSignal): Promise<readonly NativeObject[]> {
    await this.#enter('query', wql)
    const found = this.#select(wql)
    const objects: NativeObject[] = []
    while (!abandoned.aborted) {
      await this.#enter('next', null)
      const batch = found.slice(objects.length, objects.length + QUERY_BATCH)
      for (const instance of batch) objects.push(instance.toNative())
      if (batch.length < QUERY_BATCH) break
      await turn()
    }
    return objects
  }

  async subscribe(wql: string): Promise<void> {
    await this.#enter('subscribe', wql)
    const subscription = this.#host.scene.subscribe(wql, this.#location)
    if (typeof subscription === 'number') throw this.#failure('subscribe', subscription, wql)
    this.unsubscribe()
    this.#subscription = subscription
  }

  async nextEvents(abandoned: AbortSignal): Promise<readonly NativeObject[]> {
    for (let waits = 0; waits < QUIET_WAITS && !abandoned.aborted; waits++) {
      const subscription = this.#subscription
      if (subscription === undefined) throw bareFailure('IEnumWbemClassObject::Next', Hresult.Disconnected)
      await this.#enterNext(subscription)
      if (subscription.waiting === 0) await this.#eventOf(subscription, abandoned)
      if (subscription.status !== null) throw this.#failure('next', subscription.status, null)
      const first = subscription.take(1)
      if (first.length === 0) continue
      try {
        await this.#enterNext(subscription)
        return [...first, ...subscription.take(EVENT_BATCH)]
      } catch {
        // What has been read is delivered; the next call says what was lost.
        this.unsubscribe()
        return first
      }
    }
    return []
  }

  unsubscribe(): void {
    if (this.#subscription === undefined) return
    this.#host.scene.endSubscription(this.#subscription, Hresult.CallCancelled)
    this.#subscription = undefined
  }

  async execMethod(
    path: string,
    className: string | null,
    method: string,
    inParams: readonly (string | NativeInput)[] | null,
    outNames: readonly string[] | null,
  ): Promise<NativeProperties> {
    const input: MethodInput =
      className === null
        ? new Map()
        : readInput(await this.#signature(className, method), className, method, inParams ?? [])
    await this.#host.enter({ operation: 'execMethod', method, path, connection: null }, this.#generation)
    const output = await this.#run(path, method, className === null ? null : input)
    const read = outNames === null ? output : namedOutput(output, outNames)
    return toTriples(
      read.map(([parameter]) => parameter),
      read.map(([, value]) => value),
    )
  }

  /** Null for a method that only the scenario knows, which takes whatever it is given. */
  async #signature(className: string, method: string): Promise<MethodDef | null> {
    const key = `${className}.${method}`
    const known = this.#signatures.get(key)
    if (known !== undefined) return known
    await this.#enter('getObject', className)
    const { cls } = this.#resolve(className, 'getObject')
    const signature = cls.method(method) ?? null
    if (signature === null && this.#planOf(cls, method) === undefined) {
      throw bareFailure('IWbemClassObject::GetMethod', Hresult.InvalidMethod)
    }
    this.#signatures.set(key, signature)
    return signature
  }

  async #run(path: string, name: string, input: MethodInput | null): Promise<MethodOutput> {
    const { cls, target } = this.#resolve(path, 'execMethod')
    const refuse = (hresult: number) => this.#failure('execMethod', hresult, path)
    const plan = this.#planOf(cls, name)
    const method = cls.method(name) ?? (plan === undefined ? undefined : openMethod(plan))
    if (method === undefined) throw refuse(Hresult.InvalidMethod)
    const call = {
      scene: this.#host.scene,
      location: this.#location,
      path,
      method,
      target,
      input: input ?? new Map(),
      wait: (ms: number) => this.#host.wait(ms, this.#generation),
    }
    if (plan !== undefined) return this.#host.scripted.run(plan, call)
    // None of the other methods is static.
    if (target === null || (input === null && method.in !== null))
      throw refuse(Hresult.InvalidMethodParameters)
    return invoke(call)
  }

  #planOf(cls: ClassDef, method: string): MethodPlan | undefined {
    return this.#host.scripted.find(name => cls.isA(name), method)
  }

  #select(wql: string): readonly Instance[] {
    const query = parseQuery(wql)
    if (query === null) throw this.#failure('query', Hresult.InvalidQuery, wql)
    const cls = this.#host.model.classes.find(query.className)
    if (cls === undefined) throw this.#failure('query', Hresult.InvalidClass, wql)
    if (!fitsClass(query, cls)) throw this.#failure('query', Hresult.InvalidQuery, wql)
    const { where, columns } = query
    const found = this.#host.scene
      .instancesOf(cls)
      .filter(instance => where === null || matches(where, () => instance, this.#location))
    // As in WMI, an object knows its path only if the columns hold its keys.
    return columns === null ? found : found.map(instance => instance.project(columns))
  }

  #resolve(text: string, operation: Operation): Resolved {
    const refuse = (hresult: number) => this.#failure(operation, hresult, text)
    const path = parsePath(text)
    if (path === null) throw refuse(Hresult.InvalidObjectPath)
    if (!this.#isHere(path)) throw refuse(Hresult.InvalidNamespace)
    const cls = this.#host.model.classes.find(path.className)
    if (cls === undefined) throw refuse(Hresult.NotFound)
    if (path.keys === null) return { cls, target: null }
    const keys = namedKeys(path.keys, cls)
    if (keys === null) throw refuse(Hresult.InvalidObjectPath)
    const target = this.#host.scene.find(cls, keys)
    if (target === null) throw refuse(Hresult.NotFound)
    return { cls, target }
  }

  #isHere({ host, namespace }: ObjectPath): boolean {
    const names = ['.', 'localhost', this.#location.computer]
    const isHost = host === null || names.some(name => sameName(name, host))
    const normal = namespace?.replaceAll('/', '\\') ?? this.#location.namespace
    return isHost && sameName(normal, this.#location.namespace)
  }

  #enter(operation: Operation, path: string | null): Promise<void> {
    return this.#host.enter({ operation, method: null, path, connection: null }, this.#generation)
  }

  /** A call that fails ends the subscription: each later one fails alike, without what a fault says. */
  async #enterNext(subscription: Subscription): Promise<void> {
    try {
      await this.#enter('next', null)
    } catch (error) {
      if (!(error instanceof OperationFailed)) throw error
      this.#host.scene.endSubscription(subscription, error.failure.hresult)
      throw this.#failure('next', subscription.status ?? error.failure.hresult, null)
    }
  }

  /** The next event, the end of the subscription, the time of one Next, or a caller that has gone. */
  #eventOf(subscription: Subscription, abandoned: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      if (subscription.status !== null || abandoned.aborted) return resolve()
      const end = () => {
        for (const cancel of cancels) cancel()
        abandoned.removeEventListener('abort', end)
        resolve()
      }
      const cancels = [subscription.onChange(end), after(NEXT_MS, end)]
      abandoned.addEventListener('abort', end)
    })
  }

  #failure(operation: Operation, hresult: number, parameter: string | null): OperationFailed {
    return wbemFailure(operation, hresult, { provider: 'WinMgmt', parameter })
  }
}

/** Those that there are, called as the caller does. */
function namedOutput(output: MethodOutput, names: readonly string[]): MethodOutput {
  return names.flatMap(name => {
    const found = output.find(([parameter]) => sameName(parameter.name, name))
    return found === undefined ? [] : [[{ ...found[0], name }, found[1]] as const]
  })
}

/** The keys under the names of the class; null when they are not the class's keys. */
function namedKeys(given: readonly KeyValue[], cls: ClassDef): readonly (readonly [string, string])[] | null {
  const expected = cls.properties.filter(({ isKey }) => isKey)
  const named = expected.flatMap(({ name }) => {
    const key = given.find(other => other.name === null || sameName(other.name, name))
    return key?.text === undefined || key.text === null ? [] : [[name, key.text] as const]
  })
  return named.length === expected.length && given.length === expected.length ? named : null
}

/** A method that only the scenario knows. */
function openMethod({ name }: MethodPlan): MethodDef {
  return { name, in: null, out: declarations({ ReturnValue: 'uint32' }) }
}
