/** A connection to one WMI namespace of one host, and what can be asked of it. */
import type { CimProperty } from './cimxml/types'
import { ClosedError, MethodError, ProtocolError } from './errors'
import { instanceFromNative, propertiesFromNative } from './native/convert'
import { Transport } from './native/transport'
import type { NativeObject, NativeProperties, NativeSession, NativeStats, SubmitStatus } from './native/types'
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
  checkTimeout,
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

export interface SessionStats extends NativeStats {
  /** Calls that were accepted and are not settled. */
  readonly pending: number
  readonly closed: boolean
}

const kGetErrorExOut: readonly string[] = ['ReturnValue', 'Errors']

type Start = (native: NativeSession, ticket: number) => SubmitStatus

/** Made by {@link connect}; close it when it is no longer needed. An idle session keeps no process alive. */
export class Session {
  /** The namespace the session is connected to. */
  readonly namespace: string
  readonly #transport: Transport
  readonly #timeoutMs: number
  #closing: Promise<void> | undefined

  /** @internal */
  constructor(transport: Transport, namespace: string, timeoutMs: number) {
    this.#transport = transport
    this.namespace = namespace
    this.#timeoutMs = timeoutMs
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
    const triples = await this.#call('GetErrorEx', ref.path, options, (native, ticket) =>
      native.execMethod(ticket, ref.path, null, 'GetErrorEx', null, kGetErrorExOut),
    )
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
    const triples = await this.#call(method, objectPath, options, (native, ticket) =>
      native.execMethod(ticket, objectPath, className, method, pairs, null),
    )
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
        return this.#call('query', wql, options, (native, ticket) => native.query(ticket, wql))
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
    const object = await this.#call('GetObject', path, options, (native, ticket) =>
      native.getObject(ticket, path),
    )
    return jobFromNative(object as NativeObject)
  }

  /** What the session is doing right now. Waits for nothing; also after close. */
  stats(): SessionStats {
    return {
      ...this.#transport.stats(),
      pending: this.#transport.pending,
      closed: this.#closing !== undefined,
    }
  }

  /**
   * Refuses new calls at once, gives pending ones a while to end, then rejects them with `ERR_CLOSED`. Never
   * rejects for what WMI does; a second close waits for the first.
   * @throws InvalidArgumentError
   */
  async close(options?: CloseOptions): Promise<void> {
    const timeoutMs = checkCloseOptions(options)
    this.#closing ??= this.#transport.drain(timeoutMs).then(() => this.#transport.close())
    await this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #call(operation: string, object: string, options: CallOptions | undefined, start: Start) {
    const deadline = checkCallOptions(options, this.#timeoutMs)
    if (this.#closing !== undefined) throw new ClosedError(`${operation} on ${object}: the session is closed`)
    return this.#transport.run({ operation, object }, deadline, start)
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
export async function connect(options?: ConnectOptions): Promise<Session> {
  const settings = checkConnectOptions(options)
  const timeoutMs = checkTimeout(options?.timeoutMs, kDefaultTimeoutMs)
  const deadline = checkCallOptions(options, timeoutMs)
  deadline.signal?.throwIfAborted()
  const transport = new Transport(settings)
  const object = settings.host === null ? settings.namespace : `\\\\${settings.host}\\${settings.namespace}`
  try {
    await transport.run({ operation: 'connect', object }, deadline, (native, ticket) =>
      native.connect(ticket),
    )
  } catch (error) {
    transport.close()
    throw error
  }
  return new Session(transport, settings.namespace, timeoutMs)
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
