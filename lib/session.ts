/** A connection to one WMI namespace of one host, and what can be asked of it. */
import { EventEmitter } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { CimProperty } from './cimxml/types'
import { ClosedError, MethodError, ProtocolError } from './errors'
import { Link, type LinkStats, type Operation, type SessionState } from './link'
import { instanceFromNative, propertiesFromNative } from './native/convert'
import { deadlineOf, type Target, Transport } from './native/transport'
import type { NativeObject, NativeProperties, NativeStats } from './native/types'
import { checkMethodName, checkObjectPath, type JobRef, type ParsedJobRef, parseJobRef } from './object-path'
import {
  type CallOptions,
  type CloseOptions,
  type ConnectOptions,
  checkCallOptions,
  checkCloseOptions,
  checkConnectOptions,
  checkInParams,
  checkJobsOptions,
  type InParam,
  type JobsOptions,
  kDefaultTimeoutMs,
} from './options'
import { nameOf, ReturnValue } from './records/enums'
import { decodeErrorList, type ErrorList } from './records/error-list'
import { hasFailed, type Job, jobFromInstance } from './records/job'

/** The answer of GetErrorEx. Every element of `Errors` is either in `errors` or in `undecodable`. */
export interface GetErrorExResult extends ErrorList {
  readonly job: ParsedJobRef
  /** Any other ReturnValue rejects with `ERR_METHOD`. */
  readonly returnValue: 0
}

/** The answer of any method. */
export interface ExecMethodResult {
  /** uint32; null for a method that returns nothing. */
  readonly returnValue: number | null
  /** The other out-parameters by name; a null-prototype object. */
  readonly out: Readonly<Record<string, CimProperty['value']>>
}

export interface SessionStats extends LinkStats, NativeStats {
  /** Calls that have not settled, those that wait for a connection or for a repetition included. */
  readonly pending: number
}

/** Events of a session, each with its listener's arguments. */
export interface SessionEvents {
  /** The session lost its connection, has it back, or was closed. */
  state: [state: SessionState]
}

const kGetErrorExOut: readonly string[] = ['ReturnValue', 'Errors']

/**
 * Made by {@link connect}; close it when it is no longer needed. An idle session keeps no process alive. A lost
 * connection comes back with the next call; `on('state', …)` tells of it.
 */
export class Session extends EventEmitter<SessionEvents> {
  /** The namespace the session is connected to. */
  readonly namespace: string
  readonly #transport: Transport
  readonly #link: Link
  readonly #timeoutMs: number
  readonly #pending = new Set<Promise<unknown>>()
  #closing: Promise<void> | undefined

  /** @internal Use {@link connect}. */
  constructor(transport: Transport, namespace: string, target: Target, timeoutMs: number) {
    super()
    this.#transport = transport
    this.namespace = namespace
    this.#timeoutMs = timeoutMs
    // A listener that throws must not break the call that noticed the change.
    this.#link = new Link(transport, target, timeoutMs, state => {
      process.nextTick(() => this.emit('state', state))
    })
  }

  /** @internal */
  open(options: CallOptions): Promise<void> {
    return this.#link.connect(deadlineOf(checkCallOptions(options, this.#timeoutMs)))
  }

  /**
   * All errors of a job, decoded. One `IWbemServices::ExecMethod`, nothing else is looked up.
   * Source: Microsoft Learn, "GetErrorEx method of the Msvm_MigrationJob class".
   * @param job an InstanceID (of a migration job), an object path, or a job record
   * @throws WbemError a job that has gone is of category `job-not-found`
   * @throws MethodError the ReturnValue is not 0
   * @throws ProtocolError WMI's answer is not what GetErrorEx declares
   * @throws TimeoutError, ClosedError, InvalidArgumentError, ProviderHungError, QueueFullError
   */
  async getErrorEx(job: JobRef, options?: CallOptions): Promise<GetErrorExResult> {
    const ref = parseJobRef(job, this.namespace)
    const triples = await this.#call(options, {
      operation: 'GetErrorEx',
      object: ref.path,
      pure: true,
      start: (native, ticket) =>
        native.execMethod(ticket, ref.path, null, 'GetErrorEx', null, kGetErrorExOut),
    })
    const properties = propertiesFromNative(triples as NativeProperties)
    const operation = `GetErrorEx on ${ref.path}`
    checkReturnValue(operation, properties)
    return { job: ref, returnValue: 0, ...decodeErrorList(textArray(operation, properties.Errors)) }
  }

  /**
   * Calls any method of any class of the namespace. The class is looked up once per connection.
   * @param objectPath a class (static methods) or an instance
   * @param inParams by name; integers of 64 bits as bigint, datetimes and references as text
   * @returns whatever ReturnValue is: it is not checked
   * @throws InvalidArgumentError also when a value does not fit the method's signature
   * @throws WbemError, ProtocolError, TimeoutError, ClosedError, ProviderHungError, QueueFullError
   */
  async execMethod(
    objectPath: string,
    method: string,
    inParams?: Readonly<Record<string, InParam>>,
    options?: CallOptions,
  ): Promise<ExecMethodResult> {
    const { className } = checkObjectPath(objectPath)
    checkMethodName(method)
    const pairs = checkInParams(inParams)
    const triples = await this.#call(options, {
      operation: method,
      object: objectPath,
      pure: false,
      start: (native, ticket) => native.execMethod(ticket, objectPath, className, method, pairs, null),
    })
    const { ReturnValue: returned, ...rest } = propertiesFromNative(triples as NativeProperties)
    const out: Record<string, CimProperty['value']> = Object.create(null)
    for (const [name, property] of Object.entries(rest)) out[name] = property.value
    return { returnValue: typeof returned?.value === 'number' ? returned.value : null, out }
  }

  /**
   * The jobs that WMI knows now; ended ones are kept for about five minutes.
   * @throws WbemError, ProtocolError, TimeoutError, ClosedError, InvalidArgumentError, ProviderHungError,
   *   QueueFullError
   */
  async jobs(options?: JobsOptions): Promise<readonly Job[]> {
    const { classes, failedOnly } = checkJobsOptions(options)
    const answers = await Promise.all(
      classes.map(className => {
        const wql = `SELECT * FROM ${className}`
        return this.#call(options, {
          operation: 'query',
          object: wql,
          pure: true,
          start: (native, ticket) => native.query(ticket, wql),
        })
      }),
    )
    const jobs = (answers as NativeObject[][]).flat().map(jobFromNative)
    return failedOnly ? jobs.filter(hasFailed) : jobs
  }

  /**
   * One job as it stands now.
   * @throws WbemError a job that has gone is of category `job-not-found`
   * @throws ProtocolError, TimeoutError, ClosedError, InvalidArgumentError, ProviderHungError, QueueFullError
   */
  async job(job: JobRef, options?: CallOptions): Promise<Job> {
    const { path } = parseJobRef(job, this.namespace)
    const object = await this.#call(options, {
      operation: 'GetObject',
      object: path,
      pure: true,
      start: (native, ticket) => native.getObject(ticket, path),
    })
    return jobFromNative(object as NativeObject)
  }

  /** What the session is doing right now and what it has done so far. Waits for nothing; also after close. */
  stats(): SessionStats {
    return { ...this.#link.stats(), ...this.#transport.stats(), pending: this.#pending.size }
  }

  /**
   * Refuses new calls at once, gives pending ones a while to end, then rejects them with `ERR_CLOSED`. Never
   * rejects for what WMI does; a second close waits for the first.
   * @throws InvalidArgumentError
   */
  async close(options?: CloseOptions): Promise<void> {
    const timeoutMs = checkCloseOptions(options)
    this.#closing ??= this.#close(timeoutMs)
    await this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(timeoutMs: number): Promise<void> {
    if (this.#pending.size > 0) {
      const controller = new AbortController()
      const ended = Promise.allSettled(this.#pending)
      const waited = delay(timeoutMs, undefined, { signal: controller.signal }).catch(() => {})
      await Promise.race([ended, waited])
      controller.abort()
    }
    this.#link.close()
    this.#transport.close()
  }

  async #call(options: CallOptions | undefined, operation: Operation): Promise<unknown> {
    const deadline = deadlineOf(checkCallOptions(options, this.#timeoutMs))
    if (this.#closing !== undefined) {
      throw new ClosedError(`${operation.operation} on ${operation.object}: the session is closed`)
    }
    const call = this.#link.run(operation, deadline)
    this.#pending.add(call)
    try {
      return await call
    } finally {
      this.#pending.delete(call)
    }
  }
}

/**
 * Connects to the WMI of Hyper-V, on this computer unless `host` says otherwise.
 * @throws PlatformError not under Windows
 * @throws LoadError no native addon for this architecture
 * @throws WbemError e.g. `access-denied` without membership of Hyper-V Administrators, `no-hyperv` without
 *   the Hyper-V role
 * @throws InvalidArgumentError, TimeoutError
 */
export async function connect(options: ConnectOptions = {}): Promise<Session> {
  const settings = checkConnectOptions(options)
  const { timeoutMs, signal } = checkCallOptions(options, kDefaultTimeoutMs)
  signal?.throwIfAborted()
  const object = settings.host === null ? settings.namespace : `\\\\${settings.host}\\${settings.namespace}`
  const transport = new Transport(settings)
  const session = new Session(transport, settings.namespace, { operation: 'connect', object }, timeoutMs)
  try {
    await session.open(options)
  } catch (error) {
    await session.close()
    throw error
  }
  return session
}

function jobFromNative(object: NativeObject): Job {
  return jobFromInstance(instanceFromNative(object), object.path)
}

function checkReturnValue(operation: string, properties: Readonly<Record<string, CimProperty>>): void {
  const value = properties.ReturnValue?.value
  if (typeof value !== 'number') {
    throw new ProtocolError(operation, `${operation}: expected a ReturnValue of uint32`)
  }
  if (value !== 0) throw new MethodError(operation, value, nameOf(ReturnValue, value))
}

/** NULL, VT_EMPTY and an absent property all arrive as no value: the job has no errors to tell. */
function textArray(operation: string, property: CimProperty | undefined): readonly (string | null)[] | null {
  if (property === undefined || property.value === null) return null
  if (property.type === 'string' && Array.isArray(property.value)) {
    return property.value as readonly (string | null)[]
  }
  throw new ProtocolError(
    operation,
    `${operation}: expected Errors to be string[], received ${property.type}`,
  )
}
