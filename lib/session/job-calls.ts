/** What is asked about jobs, each call within the deadline that it is handed: see `Session` for what they do. */
import { type Deadline, throwIfOver } from '../base/deadline'
import { MethodError, ProtocolError } from '../base/errors'
import { mapInSlices } from '../base/slices'
import type { CimProperty } from '../cim/types'
import { decodeErrorList, decodeErrorListInSlices, isLong } from '../diagnosis/error-list'
import { nameOf, ReturnValue } from '../records/enums'
import { hasFailed, type Job } from '../records/job'
import type { NativeInput, NativeObject, NativeProperties } from '../wmi/addon'
import { outParameter, propertiesFromNative } from '../wmi/from-native'
import type { ParsedJobRef } from '../wmi/object-path'
import { calling, gettingObject, type Operation, querying, reading, type Target } from '../wmi/operations'
import { REACTIONS } from '../wmi/policy'
import { timeoutOf } from '../wmi/transport'
import { WbemError } from '../wmi/wbem-error'
import { jobFromNative } from './native-job'
import { MIGRATION_JOB_CLASS } from './options'
import type { ExecMethodResult, GetErrorExResult, GetErrorResult } from './results'

// The addon knows the lists again.
const GET_ERROR_EX_OUT = Object.freeze(['ReturnValue', 'Errors'])
const GET_ERROR_OUT = Object.freeze(['ReturnValue', 'Error'])

export interface JobsQuery {
  readonly classes: readonly string[]
  readonly mayBeMissing: boolean
  readonly failedOnly: boolean
}

/** A checked call of any method. */
export interface MethodCall {
  readonly path: string
  readonly className: string
  readonly method: string
  readonly inParams: readonly (string | NativeInput)[] | null
}

/** What waits for jobs, cancels and watches them needs of a session. */
export interface JobCalls {
  getErrorEx(ref: ParsedJobRef, deadline: Deadline): Promise<GetErrorExResult>
  job(path: string, deadline: Deadline): Promise<Job>
  jobs(query: JobsQuery, deadline: Deadline): Promise<readonly Job[]>
  execMethod(call: MethodCall, deadline: Deadline): Promise<ExecMethodResult>
}

/** Runs one operation of the addon. */
export type RunOperation = <Result>(operation: Operation<Result>, deadline: Deadline) => Promise<Result>

export class WmiCalls implements JobCalls {
  readonly #run: RunOperation

  constructor(run: RunOperation) {
    this.#run = run
  }

  async getErrorEx(ref: ParsedJobRef, deadline: Deadline): Promise<GetErrorExResult> {
    const read = reading(ref.path, 'GetErrorEx', GET_ERROR_EX_OUT)
    const errors = answerOf(read, await this.#run(read, deadline), 'Errors')
    const texts = textArray(read, errors)
    const list =
      texts !== null && isLong(texts)
        ? await decodeErrorListInSlices(texts, goOn(read, deadline))
        : decodeErrorList(texts)
    return { job: ref, returnValue: 0, ...list }
  }

  async getError(ref: ParsedJobRef, deadline: Deadline): Promise<GetErrorResult> {
    const read = reading(ref.path, 'GetError', GET_ERROR_OUT)
    const raw = answerOf(read, await this.#run(read, deadline), 'Error')?.value ?? null
    if (raw !== null && typeof raw !== 'string') throw unexpected(read, 'expected Error to be a string')
    const { errors, undecodable } = decodeErrorList(raw === null ? null : [raw])
    return { job: ref, returnValue: 0, error: errors?.[0] ?? null, undecodable: undecodable[0] ?? null, raw }
  }

  async job(path: string, deadline: Deadline): Promise<Job> {
    return jobFromNative(await this.object(path, deadline))
  }

  object(path: string, deadline: Deadline): Promise<NativeObject> {
    return this.#run(gettingObject(path), deadline)
  }

  async jobs({ classes, mayBeMissing, failedOnly }: JobsQuery, deadline: Deadline): Promise<readonly Job[]> {
    const list = async (name: string) => {
      try {
        return await this.query(`SELECT * FROM ${name}`, deadline)
      } catch (error) {
        const isMissing = error instanceof WbemError && REACTIONS[error.category].classMissing
        if (isMissing && mayBeMissing && name !== MIGRATION_JOB_CLASS) return []
        throw error
      }
    }
    const answers = await Promise.all(classes.map(list))
    const target = { operation: 'query', object: classes.join(', ') }
    const jobs = await mapInSlices(answers.flat(), jobFromNative, goOn(target, deadline))
    return failedOnly ? jobs.filter(hasFailed) : jobs
  }

  async execMethod(call: MethodCall, deadline: Deadline): Promise<ExecMethodResult> {
    const { path, className, method, inParams } = call
    const triples = await this.#run(calling(path, className, method, inParams), deadline)
    const { properties, unreadable } = propertiesFromNative(triples)
    const { ReturnValue: returned, ...rest } = properties
    const out: Record<string, CimProperty['value']> = Object.create(null)
    for (const [name, property] of Object.entries(rest)) out[name] = property.value
    return { returnValue: typeof returned?.value === 'number' ? returned.value : null, out, unreadable }
  }

  query(wql: string, deadline: Deadline): Promise<readonly NativeObject[]> {
    return this.#run(querying(wql), deadline)
  }
}

/** For work in slices: whether the call that it is for still has time. */
export function goOn(target: Target, deadline: Deadline): () => void {
  return () => throwIfOver(deadline, () => timeoutOf(target, deadline))
}

/**
 * The out-parameter that a method without in-parameters is called for.
 * @throws MethodError, ProtocolError
 */
function answerOf(target: Target, triples: NativeProperties, name: string): CimProperty | undefined {
  const operation = onObject(target)
  const returned = outParameter(operation, triples, 'ReturnValue')
  const answer = outParameter(operation, triples, name)
  checkReturnValue(operation, returned?.value)
  return answer
}

function onObject({ operation, object }: Target): string {
  return `${operation} on ${object}`
}

function unexpected(target: Target, detail: string): ProtocolError {
  const operation = onObject(target)
  return new ProtocolError(operation, `${operation}: ${detail}`)
}

/**
 * 0 alone is success; no ReturnValue at all is none.
 * @throws MethodError, ProtocolError
 */
export function checkReturnValue(operation: string, value: CimProperty['value'] | undefined): void {
  const returnValue = requireReturnValue(operation, value)
  if (returnValue !== 0) throw new MethodError(operation, returnValue, nameOf(ReturnValue, returnValue))
}

/** @throws ProtocolError a method that declares a ReturnValue answered without one */
export function requireReturnValue(operation: string, value: CimProperty['value'] | undefined): number {
  if (typeof value === 'number') return value
  throw new ProtocolError(operation, `${operation}: expected a ReturnValue of uint32, received none`)
}

/** NULL, VT_EMPTY and an absent property all arrive as no value: the job reports no errors. */
function textArray(target: Target, property: CimProperty | undefined): readonly (string | null)[] | null {
  if (property === undefined || property.value === null) return null
  if (property.type === 'string' && Array.isArray(property.value)) {
    return property.value as readonly (string | null)[]
  }
  throw unexpected(target, `expected Errors to be string[], received ${property.type}`)
}
