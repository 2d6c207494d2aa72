/**
 * A connection to one WMI namespace of one host, and what can be asked of it. Longer than most files, because it is
 * the public interface with its documentation; the work is done in the modules it names.
 */
import { EventEmitter } from 'node:events'
import { hostname } from 'node:os'
import { inspect } from 'node:util'
import { abortController, linkSignals, throwIfAborted } from '../base/abort'
import { refuse, requireText, takeArray } from '../base/arguments'
import { clearTimeout, delay, setTimeout } from '../base/clock'
import { type Deadline, deadlineOf, follow } from '../base/deadline'
import { atCaller, ClosedError, ProtocolError, TimeoutError } from '../base/errors'
import { mapInSlices } from '../base/slices'
import type { Job, JobOf, MigrationJob } from '../records/job'
import type { NativeObject } from '../wmi/addon'
import { Connection } from '../wmi/connection'
import { instanceFromNative } from '../wmi/from-native'
import { checkInParams, type InParam } from '../wmi/in-params'
import { checkMethodName, checkObjectPath, type JobRef, parseJobRef, wqlString } from '../wmi/object-path'
import type { Operation } from '../wmi/operations'
import { Transport, timeoutOf } from '../wmi/transport'
import { checkQuery } from '../wmi/wql'
import { Background } from './background'
import { type CancelHow, type CancelResult, cancelJob, checkCancelHow } from './cancel'
import type { ConnectSettings } from './connect-options'
import { invokeMethod } from './invoke'
import { checkReturnValue, goOn, type MethodCall, WmiCalls } from './job-calls'
import {
  type CallOptions,
  type CloseOptions,
  checkCallOptions,
  checkCloseOptions,
  checkJobsOptions,
  checkWaitOptions,
  checkWatchOptions,
  type JobsOptions,
  type WaitOptions,
  type WatchKind,
  type WatchOptions,
} from './options'
import type {
  CimObject,
  ExecMethodResult,
  GetErrorExResult,
  GetErrorResult,
  InvokeResult,
  SessionEvents,
  SessionStats,
  WaitedJob,
} from './results'
import { checkJobRecord, type VirtualMachine, VirtualMachines } from './virtual-machines'
import { type WaitHooks, waitForJob } from './wait'
import { EventFeed } from './watch/event-feed'
import type { ItemOf } from './watch/items'
import { JobWatch } from './watch/job-watch'

const MANAGEMENT_SERVICE = 'Msvm_VirtualSystemManagementService'
/** How long a job that has ended waits for the name of its virtual machine, which is being asked for. */
const NAME_MS = 200
/** Taken at load, as the timers are. */
const { nextTick } = process

/**
 * Made by `connect`; close it when it is no longer needed. An idle session keeps no process alive. A lost
 * connection comes back with the next call; `on('state', …)` reports it.
 */
export class Session extends EventEmitter<SessionEvents> {
  /** The namespace the session is connected to. */
  readonly namespace: string
  /** The computer the session is connected to: `host` as `connect` was given it, or the name of this computer. */
  readonly host: string
  readonly #transport: Transport
  readonly #connection: Connection
  readonly #timeoutMs: number
  /** Calls that callers wait for. */
  #pending = 0
  /** Called when there are none any more. */
  #onIdle: (() => void) | undefined
  readonly #onSettled = () => {
    this.#pending -= 1
    if (this.#pending === 0) this.#onIdle?.()
  }
  readonly #calls: WmiCalls
  readonly #background: Background
  readonly #backgroundCalls: WmiCalls
  readonly #feed: EventFeed
  readonly #machines: VirtualMachines
  /** Ends watches as soon as the session is being closed. */
  readonly #closingDown = abortController()
  /** Ends waits. */
  readonly #closed = abortController()
  #servicePath: string | undefined
  #closing: Promise<void> | undefined

  private constructor(transport: Transport, { native, timeoutMs }: ConnectSettings) {
    super()
    const { host, namespace, maxWorkers } = native
    this.namespace = namespace
    this.host = host ?? hostname()
    this.#transport = transport
    this.#timeoutMs = timeoutMs
    const object = host === null ? namespace : `\\\\${host}\\${namespace}`
    // A listener that throws must not break the call that noticed the change.
    this.#connection = new Connection(transport, { host: this.host, namespace, object }, state => {
      nextTick(() => this.emit('state', state))
    })
    this.#calls = new WmiCalls((operation, deadline) => this.#run(operation, deadline))
    this.#background = new Background(this.#connection, maxWorkers)
    this.#backgroundCalls = new WmiCalls((operation, deadline) => this.#background.run(operation, deadline))
    this.#feed = new EventFeed(transport)
    this.#machines = new VirtualMachines(transport)
  }

  /** @internal A session that is not open yet; users call `connect`. */
  static of(settings: ConnectSettings, addon = settings.addon): Session {
    return new Session(new Transport(settings.native, addon), settings)
  }

  /** @internal */
  open(deadline: Deadline): Promise<void> {
    return this.#connection.connect(deadline)
  }

  /**
   * All errors of a job, decoded. One `IWbemServices::ExecMethod`, nothing else is looked up.
   * Source: Microsoft Learn, "GetErrorEx method of the Msvm_MigrationJob class".
   * @param job - an InstanceID (of a migration job), an object path, or a job record
   * @throws WbemError a job that has gone is of category `job-not-found`
   * @throws MethodError the ReturnValue is not 0
   * @throws ProtocolError WMI's answer is not what GetErrorEx declares
   * @throws TimeoutError, ClosedError, InvalidArgumentError, ProviderHungError, QueueFullError
   */
  async getErrorEx(job: JobRef, options?: CallOptions): Promise<GetErrorExResult> {
    try {
      const ref = parseJobRef(job, this.namespace)
      return await this.#calls.getErrorEx(ref, this.#deadline(options))
    } catch (error) {
      throw atCaller(error, this.getErrorEx, options)
    }
  }

  /**
   * Calls any method of any class of the namespace. The class is looked up once per connection.
   * @param objectPath - a class (static methods) or an instance
   * @param inParams - by name; integers of 64 bits as bigint, datetimes and references as text
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
    try {
      return await this.#calls.execMethod(checkCall(objectPath, method, inParams), this.#deadline(options))
    } catch (error) {
      throw atCaller(error, this.execMethod, options)
    }
  }

  /**
   * The jobs that WMI knows now; ended ones are kept for about five minutes, and for less where there are more than 4,096
   * job objects: the oldest go first.
   * @throws WbemError, ProtocolError, TimeoutError, ClosedError, InvalidArgumentError, ProviderHungError,
   *   QueueFullError
   */
  async jobs(options?: JobsOptions & { readonly classes?: undefined }): Promise<readonly MigrationJob[]>
  async jobs<const ClassName extends string>(
    options: JobsOptions<ClassName> & { readonly classes: readonly ClassName[] },
  ): Promise<readonly JobOf<ClassName>[]>
  async jobs(options?: JobsOptions): Promise<readonly Job[]>
  async jobs(options?: JobsOptions): Promise<readonly Job[]> {
    try {
      const query = checkJobsOptions(options, this.#timeoutMs)
      return await this.#calls.jobs(query, deadlineOf(query))
    } catch (error) {
      throw atCaller(error, this.jobs, options)
    }
  }

  /**
   * One job as it stands now.
   * @throws WbemError a job that has gone is of category `job-not-found`
   * @throws ProtocolError, TimeoutError, ClosedError, InvalidArgumentError, ProviderHungError, QueueFullError
   */
  async job(job: JobRef, options?: CallOptions): Promise<Job> {
    try {
      const { path } = parseJobRef(job, this.namespace)
      return await this.#calls.job(path, this.#deadline(options))
    } catch (error) {
      throw atCaller(error, this.job, options)
    }
  }

  /**
   * The first error of a job. {@link getErrorEx} has all of them.
   * Source: Microsoft Learn, "GetError method of the Msvm_MigrationJob class".
   * @throws like {@link getErrorEx}
   */
  async getError(job: JobRef, options?: CallOptions): Promise<GetErrorResult> {
    try {
      const ref = parseJobRef(job, this.namespace)
      return await this.#calls.getError(ref, this.#deadline(options))
    } catch (error) {
      throw atCaller(error, this.getError, options)
    }
  }

  /**
   * WMI's own text for errors, in the language of the host: `raw` of {@link getErrorEx}.
   * Source: Microsoft Learn, "FormatError method of the Msvm_VirtualSystemManagementService class".
   * @throws MethodError, and what {@link execMethod} throws
   */
  async formatError(raw: readonly (string | null)[] | null, options?: CallOptions): Promise<string | null> {
    try {
      const deadline = this.#deadline(options)
      const texts = checkTexts(raw)
      if (texts.length === 0) return null
      const path = await this.#managementService(deadline)
      const call = {
        path,
        className: MANAGEMENT_SERVICE,
        method: 'FormatError',
        inParams: ['Errors', texts],
      }
      const { returnValue, out } = await this.#calls.execMethod(call, deadline)
      checkReturnValue(`FormatError on ${path}`, returnValue)
      return typeof out.ErrorMessage === 'string' ? out.ErrorMessage : null
    } catch (error) {
      throw atCaller(error, this.formatError, options)
    }
  }

  /**
   * Asks a running job to end, and says what came of it. All that it does has one deadline; when the last look at the job
   * fails, the request was accepted all the same.
   * Source: Microsoft Learn, "RequestStateChange method of the Msvm_MigrationJob class".
   * @throws MethodError the request failed for another reason than those of {@link CancelResult}
   * @throws WbemError, ProtocolError, TimeoutError, ClosedError, InvalidArgumentError
   */
  async cancel(job: JobRef, how: CancelHow, options?: CallOptions): Promise<CancelResult> {
    try {
      checkCancelHow(how)
      const ref = parseJobRef(job, this.namespace)
      return await cancelJob(this.#calls, ref, how, this.#deadline(options))
    } catch (error) {
      throw atCaller(error, this.cancel, options)
    }
  }

  /**
   * Waits for the end of a job: resolves with it if it succeeded.
   * @throws JobFailedError it ended without success; the error carries the job's errors
   * @throws JobVanishedError it was removed before its end was seen
   * @throws WbemError, TimeoutError, ClosedError, InvalidArgumentError
   */
  async wait(job: JobRef, options?: WaitOptions): Promise<WaitedJob> {
    try {
      return await this.#waiting('wait', options, async hooks => {
        const ref = parseJobRef(job, this.namespace)
        return this.#named(await waitForJob(this.#calls, this.#feed, ref, hooks))
      })
    } catch (error) {
      throw atCaller(error, this.wait, options)
    }
  }

  /**
   * Runs a method to its end: many of Hyper-V's start a job and answer before it ends.
   *
   * ```ts
   * await session.invoke(machine.path, 'RequestStateChange', { RequestedState: 2 })
   * ```
   *
   * @param objectPath - a class (static methods) or an instance
   * @returns with `job` null what a method without a job answers, else the job, which has ended with success
   * @throws JobFailedError the job ended without success; the error carries the job's errors
   * @throws MethodError the method returned neither 0 nor 4096 (a job was started)
   * @throws JobVanishedError and what {@link execMethod} and {@link wait} throw
   */
  async invoke(
    objectPath: string,
    method: string,
    inParams?: Readonly<Record<string, InParam>>,
    options?: WaitOptions,
  ): Promise<InvokeResult> {
    try {
      return await this.#waiting('invoke', options, async hooks => {
        const call = checkCall(objectPath, method, inParams)
        return invokeMethod(this.#calls, call, deadlineOf(hooks), async ref =>
          this.#named(await waitForJob(this.#calls, this.#feed, ref, hooks)),
        )
      })
    } catch (error) {
      throw atCaller(error, this.invoke, options)
    }
  }

  /**
   * One instance of any class, or the definition of a class.
   * @throws WbemError an instance that has gone is of category `job-not-found`
   * @throws ProtocolError, TimeoutError, ClosedError, InvalidArgumentError, ProviderHungError, QueueFullError
   */
  async getObject(objectPath: string, options?: CallOptions): Promise<CimObject> {
    try {
      checkObjectPath(objectPath)
      return cimObject(await this.#calls.object(objectPath, this.#deadline(options)))
    } catch (error) {
      throw atCaller(error, this.getObject, options)
    }
  }

  /**
   * The instances that a query selects: see {@link wql}, which escapes values.
   * @throws WbemError, ProtocolError, TimeoutError, ClosedError, InvalidArgumentError, ProviderHungError,
   *   QueueFullError
   */
  async query(text: string, options?: CallOptions): Promise<readonly CimObject[]> {
    try {
      const wql = checkQuery(text)
      const deadline = this.#deadline(options)
      const objects = await this.#calls.query(wql, deadline)
      return await mapInSlices(objects, cimObject, goOn({ operation: 'query', object: wql }, deadline))
    } catch (error) {
      throw atCaller(error, this.query, options)
    }
  }

  /**
   * The name that people gave a virtual machine, `Msvm_ComputerSystem.ElementName`. Names are kept for ten minutes, and
   * those that are asked for together take one query.
   * @param id - `Msvm_ComputerSystem.Name`, as `virtualSystemName` of a job has it
   * @returns null for a machine that the host does not know
   * @throws WbemError, TimeoutError, ClosedError, InvalidArgumentError, ProviderHungError, QueueFullError
   */
  async virtualMachineName(id: string, options?: CallOptions): Promise<string | null> {
    try {
      wqlString(requireText('id', id))
      const deadline = this.#deadline(options)
      this.#refuseClosed('virtualMachineName', id)
      const target = { operation: 'virtualMachineName', object: id }
      return await follow(this.#machines.name(id), deadline, () => timeoutOf(target, deadline))
    } catch (error) {
      throw atCaller(error, this.virtualMachineName, options)
    }
  }

  /**
   * Which virtual machine a job is about, with its name. A job that does not say it itself is looked for in
   * `Msvm_AffectedJobElement`. What is not found, or not within `timeoutMs`, is null: the whole or the name.
   * @param job - a record, as `jobs` and `watch` deliver them
   * @throws ClosedError, InvalidArgumentError
   */
  async virtualMachineOf(job: Job, options?: CallOptions): Promise<VirtualMachine | null> {
    try {
      const { className } = checkJobRecord(job)
      const deadline = this.#deadline(options)
      this.#refuseClosed('virtualMachineOf', className)
      if (this.#machines.isUnknown(job)) {
        const target = { operation: 'virtualMachineOf', object: job.instanceId ?? className }
        await follow(this.#machines.find(job), deadline, () => timeoutOf(target, deadline)).catch(error => {
          if (!(error instanceof TimeoutError)) throw error
        })
      }
      return this.#machines.of(job)
    } catch (error) {
      throw atCaller(error, this.virtualMachineOf, options)
    }
  }

  /**
   * What happens to jobs, as an async iterable; those that have ended before come first. A failed job comes with its
   * errors. Each end is reported once; what may have been missed is reported as a `gap`. A lost connection
   * comes back by itself. Breaking out of the loop frees the subscription, which all watches of a session share.
   * @throws InvalidArgumentError, ClosedError; the iteration throws the signal's reason, `ERR_CLOSED` when the session
   *   is closed, and WbemError when jobs cannot be watched at all
   */
  watch<Kind extends WatchKind = Exclude<WatchKind, 'changed'>>(
    options?: WatchOptions<Kind>,
  ): JobWatch<ItemOf<Kind>> {
    const settings = checkWatchOptions(options)
    throwIfAborted(this.#closingDown.signal)
    throwIfAborted(settings.signal)
    const context = {
      host: this.host,
      calls: this.#backgroundCalls,
      timeoutMs: this.#timeoutMs,
      feed: this.#feed,
      machines: this.#machines,
      closed: this.#closingDown.signal,
    }
    return new JobWatch(context, settings)
  }

  /** What the session is doing right now and what it has done so far. Waits for nothing; also after close. */
  stats(): SessionStats {
    const own = this.#transport.stats()
    const feed = this.#feed.stats()
    return {
      ...this.#connection.stats(),
      ...own,
      workers: own.workers + (feed?.workers ?? 0),
      stuckWorkers: own.stuckWorkers + (feed?.stuckWorkers ?? 0),
      oldestAbandonedMs: Math.max(own.oldestAbandonedMs, feed?.oldestAbandonedMs ?? 0),
      pending: this.#pending + this.#background.pending,
      feed,
    }
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

  /** What `console.log` shows. */
  [inspect.custom](): unknown {
    const { state, calls, pending, reconnects, stuckWorkers } = this.stats()
    const { host, namespace } = this
    const shown = { host, namespace, state, calls, pending, reconnects, stuckWorkers }
    return `Session ${inspect(shown)}`
  }

  /** Waits within `timeoutMs` of the options, or without a limit; each call meanwhile has the session's. */
  async #waiting<Result>(
    operation: string,
    options: WaitOptions | undefined,
    work: (hooks: WaitHooks) => Promise<Result>,
  ): Promise<Result> {
    const { timeoutMs, signal: given, onProgress } = checkWaitOptions(options)
    const timeout = abortController()
    const onTimeout = () => timeout.abort(new TimeoutError(operation, this.host, timeoutMs ?? 0))
    const timer = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs)
    const { signal, release } = linkSignals(this.#closed.signal, given, timeout.signal)
    try {
      throwIfAborted(signal)
      return await work({ onProgress, signal, timeoutMs: this.#timeoutMs })
    } finally {
      clearTimeout(timer)
      release()
    }
  }

  async #named(job: Job): Promise<WaitedJob> {
    if (this.#machines.isUnknown(job)) await Promise.race([this.#machines.find(job), delay(NAME_MS)])
    return { ...job, virtualMachine: this.#machines.of(job) }
  }

  #refuseClosed(operation: string, object: string): void {
    if (this.#closing === undefined) return
    throw new ClosedError(`${operation} on ${object}: the session is closed`)
  }

  #deadline(options: CallOptions | undefined): Deadline {
    return deadlineOf(checkCallOptions(options, this.#timeoutMs))
  }

  /** The path of the one instance that has FormatError; it does not change while the host runs. */
  async #managementService(deadline: Deadline): Promise<string> {
    if (this.#servicePath !== undefined) return this.#servicePath
    const objects = await this.#calls.query(`SELECT * FROM ${MANAGEMENT_SERVICE}`, deadline)
    const path = objects[0]?.path
    if (path === undefined || path === null) {
      throw new ProtocolError('query', `expected an instance of ${MANAGEMENT_SERVICE}, received none`)
    }
    this.#servicePath = path
    return path
  }

  /** Watches end at once: nobody waits for their calls. */
  async #close(timeoutMs: number): Promise<void> {
    this.#closingDown.abort(new ClosedError('the session was closed'))
    if (this.#pending > 0) {
      const enough = abortController()
      const idle = new Promise<void>(resolve => {
        this.#onIdle = resolve
      })
      await Promise.race([idle, delay(timeoutMs, enough.signal).catch(() => {})])
      enough.abort()
    }
    this.#closed.abort(new ClosedError('the session was closed'))
    this.#feed.close()
    this.#connection.close()
    this.#transport.close()
  }

  /** For a caller, who is waited for when the session is closed. */
  #run<Result>(operation: Operation<Result>, deadline: Deadline): Promise<Result> {
    this.#refuseClosed(operation.operation, operation.object)
    this.#pending += 1
    return this.#connection.run(operation, deadline, this.#onSettled)
  }
}

/** @throws InvalidArgumentError */
function checkCall(objectPath: string, method: string, inParams: unknown): MethodCall {
  const { className } = checkObjectPath(objectPath)
  checkMethodName(method)
  return { path: objectPath, className, method, inParams: checkInParams(inParams) }
}

function cimObject(object: NativeObject): CimObject {
  return { ...instanceFromNative(object), path: object.path }
}

/** The texts of `raw`; none of null, which a job without errors has. @throws InvalidArgumentError */
function checkTexts(raw: unknown): readonly string[] {
  if (raw === null) return []
  const items = takeArray('raw', raw)
  const fits = items?.every(item => item === null || typeof item === 'string')
  if (items === undefined || !fits) refuse('raw', 'an array of texts and nulls, or null', raw)
  return items.filter(item => typeof item === 'string')
}
