/**
 * A connection to one WMI namespace of one host, and what can be asked of it. Longer than most files, because it is
 * the public interface with its documentation; the work is done in the modules it names.
 */
import { EventEmitter } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { linkSignals } from '../base/abort'
import { ClosedError, MethodError, ProtocolError, TimeoutError } from '../base/errors'
import { mapInSlices } from '../base/slices'
import type { CimProperty } from '../cim/types'
import { decodeErrorList } from '../diagnosis/error-list'
import { nameOf, ReturnValue } from '../records/enums'
import { hasFailed, type Job } from '../records/job'
import type { NativeObject } from '../wmi/addon'
import { Connection } from '../wmi/connection'
import { propertiesFromNative } from '../wmi/from-native'
import { checkInParams, type InParam } from '../wmi/in-params'
import {
  checkMethodName,
  checkObjectPath,
  type JobRef,
  type ParsedJobRef,
  parseJobRef,
} from '../wmi/object-path'
import { calling, gettingObject, type Operation, querying, reading, type Target } from '../wmi/operations'
import { deadlineOf, type Transport } from '../wmi/transport'
import { WbemError } from '../wmi/wbem-error'
import { type CancelHow, type CancelResult, cancelJob, checkCancelHow } from './cancel'
import {
  type CallOptions,
  type CloseOptions,
  checkCallOptions,
  checkCloseOptions,
  checkJobsOptions,
  checkWaitOptions,
  checkWatchOptions,
  type JobsOptions,
  MIGRATION_JOB_CLASS,
  type WaitOptions,
  type WatchOptions,
} from './options'
import type {
  ExecMethodResult,
  GetErrorExResult,
  GetErrorResult,
  SessionEvents,
  SessionStats,
} from './results'
import { requireReturnValue } from './results'
import { waitForJob } from './wait'
import { EventFeed, jobFromNative } from './watch/event-feed'
import { JobWatch } from './watch/job-watch'

const MANAGEMENT_SERVICE = 'Msvm_VirtualSystemManagementService'

/**
 * Made by `connect`; close it when it is no longer needed. An idle session keeps no process alive. A lost
 * connection comes back with the next call; `on('state', …)` tells of it.
 */
export class Session extends EventEmitter<SessionEvents> {
  /** The namespace the session is connected to. */
  readonly namespace: string
  readonly #transport: Transport
  readonly #connection: Connection
  readonly #timeoutMs: number
  readonly #pending = new Set<Promise<unknown>>()
  readonly #feed: EventFeed
  /** Ends what goes on by itself: watches and waits. */
  readonly #closed = new AbortController()
  #servicePath: string | undefined
  #closing: Promise<void> | undefined

  /** @internal Use `connect`. */
  constructor(transport: Transport, namespace: string, target: Target, timeoutMs: number) {
    super()
    this.#transport = transport
    this.namespace = namespace
    this.#timeoutMs = timeoutMs
    this.#feed = new EventFeed(transport)
    // A listener that throws must not break the call that noticed the change.
    this.#connection = new Connection(transport, target, timeoutMs, state => {
      process.nextTick(() => this.emit('state', state))
    })
  }

  /** @internal */
  open(options: CallOptions): Promise<void> {
    return this.#connection.connect(deadlineOf(checkCallOptions(options, this.#timeoutMs)))
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
    const { operation, properties } = await this.#read(ref, 'GetErrorEx', 'Errors', options)
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
    const triples = await this.#call(options, calling(objectPath, className, method, pairs))
    const { ReturnValue: returned, ...rest } = propertiesFromNative(triples)
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
    const { classes, mayBeMissing, failedOnly } = checkJobsOptions(options)
    const list = async (name: string) => {
      try {
        return await this.#query(`SELECT * FROM ${name}`, options)
      } catch (error) {
        const missing = error instanceof WbemError && error.category === 'not-supported'
        if (missing && mayBeMissing && name !== MIGRATION_JOB_CLASS) return []
        throw error
      }
    }
    const answers = await Promise.all(classes.map(list))
    const jobs = await mapInSlices(answers.flat(), jobFromNative)
    return failedOnly ? jobs.filter(hasFailed) : jobs
  }

  /**
   * One job as it stands now.
   * @throws WbemError a job that has gone is of category `job-not-found`
   * @throws ProtocolError, TimeoutError, ClosedError, InvalidArgumentError, ProviderHungError, QueueFullError
   */
  async job(job: JobRef, options?: CallOptions): Promise<Job> {
    const { path } = parseJobRef(job, this.namespace)
    return jobFromNative(await this.#call(options, gettingObject(path)))
  }

  /**
   * The first error of a job. {@link getErrorEx} tells all of them.
   * Source: Microsoft Learn, "GetError method of the Msvm_MigrationJob class".
   * @throws like {@link getErrorEx}
   */
  async getError(job: JobRef, options?: CallOptions): Promise<GetErrorResult> {
    const ref = parseJobRef(job, this.namespace)
    const { operation, properties } = await this.#read(ref, 'GetError', 'Error', options)
    const raw = properties.Error?.value ?? null
    if (raw !== null && typeof raw !== 'string') {
      throw new ProtocolError(operation, `${operation}: expected Error to be a string`)
    }
    const { errors, undecodable } = decodeErrorList(raw === null ? null : [raw])
    return { job: ref, returnValue: 0, error: errors?.[0] ?? null, undecodable: undecodable[0] ?? null, raw }
  }

  /**
   * WMI's own text for errors, in the language of the host: `raw` of {@link getErrorEx}.
   * Source: Microsoft Learn, "FormatError method of the Msvm_VirtualSystemManagementService class".
   * @throws MethodError, and what {@link execMethod} throws
   */
  async formatError(raw: readonly (string | null)[], options?: CallOptions): Promise<string | null> {
    const path = await this.#managementService(options)
    const inParams = { Errors: raw.filter(text => text !== null) }
    const { returnValue, out } = await this.execMethod(path, 'FormatError', inParams, options)
    checkReturnValue(`FormatError on ${path}`, returnValue)
    return typeof out.ErrorMessage === 'string' ? out.ErrorMessage : null
  }

  /**
   * Asks a running job to end and tells what came of it.
   * Source: Microsoft Learn, "RequestStateChange method of the Msvm_MigrationJob class".
   * @throws MethodError the request failed for another reason than those of {@link CancelResult}
   * @throws WbemError, ProtocolError, TimeoutError, ClosedError, InvalidArgumentError
   */
  async cancel(job: JobRef, how: CancelHow, options?: CallOptions): Promise<CancelResult> {
    checkCancelHow(how)
    return cancelJob(this, parseJobRef(job, this.namespace).path, how, options)
  }

  /**
   * Waits for the end of a job: resolves with it if it succeeded.
   * @throws JobFailedError it ended without success; the error carries the job's errors
   * @throws JobVanishedError it was removed before its end was seen
   * @throws WbemError, TimeoutError, ClosedError, InvalidArgumentError
   */
  async wait(job: JobRef, options?: WaitOptions): Promise<Job> {
    const ref = parseJobRef(job, this.namespace)
    const { timeoutMs, signal: given, onProgress } = checkWaitOptions(options)
    const timeout = new AbortController()
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => timeout.abort(new TimeoutError('wait', ref.path, timeoutMs)), timeoutMs)
    const { signal, release } = linkSignals(this.#closed.signal, given, timeout.signal)
    try {
      signal.throwIfAborted()
      return await waitForJob(this, this.#feed, ref, { onProgress, signal })
    } finally {
      clearTimeout(timer)
      release()
    }
  }

  /**
   * What happens to jobs, as an async iterable; those that have ended before come first. A failed job comes with its
   * errors, fetched already. Each end is told once; what may have been missed is told as a `gap`. A lost connection
   * comes back by itself. Breaking out of the loop frees the subscription, which all watches of a session share.
   * @throws InvalidArgumentError, ClosedError; the iteration throws the signal's reason, `ERR_CLOSED` when the session
   *   is closed, and WbemError when jobs cannot be watched at all
   */
  watch(options?: WatchOptions): JobWatch {
    const settings = checkWatchOptions(options)
    this.#closed.signal.throwIfAborted()
    settings.signal?.throwIfAborted()
    return new JobWatch(this, this.#feed, settings, this.#closed.signal)
  }

  /** What the session is doing right now and what it has done so far. Waits for nothing; also after close. */
  stats(): SessionStats {
    return { ...this.#connection.stats(), ...this.#transport.stats(), pending: this.#pending.size }
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

  /** A method without in-parameters that only reads: the hot path, nothing is looked up. */
  async #read(ref: ParsedJobRef, method: string, out: string, options: CallOptions | undefined) {
    const triples = await this.#call(options, reading(ref.path, method, ['ReturnValue', out]))
    const properties = propertiesFromNative(triples)
    const operation = `${method} on ${ref.path}`
    checkReturnValue(operation, properties.ReturnValue?.value)
    return { operation, properties }
  }

  /** The path of the one instance that has FormatError; it does not change while the host runs. */
  async #managementService(options: CallOptions | undefined): Promise<string> {
    if (this.#servicePath !== undefined) return this.#servicePath
    const wql = `SELECT * FROM ${MANAGEMENT_SERVICE}`
    const objects = await this.#query(wql, options)
    const path = objects[0]?.path
    if (path === undefined || path === null) {
      throw new ProtocolError('query', `expected an instance of ${MANAGEMENT_SERVICE}, received none`)
    }
    this.#servicePath = path
    return path
  }

  async #query(wql: string, options: CallOptions | undefined): Promise<readonly NativeObject[]> {
    return this.#call(options, querying(wql))
  }

  async #close(timeoutMs: number): Promise<void> {
    if (this.#pending.size > 0) {
      const controller = new AbortController()
      const ended = Promise.allSettled(this.#pending)
      const waited = delay(timeoutMs, undefined, { signal: controller.signal }).catch(() => {})
      await Promise.race([ended, waited])
      controller.abort()
    }
    this.#closed.abort(new ClosedError('the session was closed'))
    this.#feed.close()
    this.#connection.close()
    this.#transport.close()
  }

  async #call<Result>(options: CallOptions | undefined, operation: Operation<Result>): Promise<Result> {
    const deadline = deadlineOf(checkCallOptions(options, this.#timeoutMs))
    if (this.#closing !== undefined) {
      throw new ClosedError(`${operation.operation} on ${operation.object}: the session is closed`)
    }
    const call = this.#connection.run(operation, deadline)
    this.#pending.add(call)
    try {
      return await call
    } finally {
      this.#pending.delete(call)
    }
  }
}

/** 0 alone is success; no ReturnValue at all is none. */
function checkReturnValue(operation: string, value: CimProperty['value'] | undefined): void {
  const returnValue = requireReturnValue(operation, value)
  if (returnValue !== 0) throw new MethodError(operation, returnValue, nameOf(ReturnValue, returnValue))
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
