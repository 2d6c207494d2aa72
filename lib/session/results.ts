/** What a session's methods resolve to. */
import type { CimInstance, CimProperty, UnreadableProperty } from '../cim/types'
import type { ErrorList, Undecodable } from '../diagnosis/error-list'
import type { Job } from '../records/job'
import type { MsvmError } from '../records/msvm-error'
import type { NativeStats } from '../wmi/addon'
import type { ConnectionStats, SessionState } from '../wmi/connection'
import type { ParsedJobRef } from '../wmi/object-path'
import type { VirtualMachine } from './virtual-machines'

/** The answer of GetErrorEx. Every element of `Errors` is either in `errors` or in `undecodable`. */
export interface GetErrorExResult extends ErrorList {
  readonly job: ParsedJobRef
  /** Any other ReturnValue rejects with `ERR_METHOD`. */
  readonly returnValue: 0
}

/** The answer of GetError. */
export interface GetErrorResult {
  readonly job: ParsedJobRef
  readonly returnValue: 0
  /** null when WMI returned NULL, or a text that is in `undecodable`. */
  readonly error: MsvmError | null
  readonly undecodable: Undecodable | null
  readonly raw: string | null
}

/** The answer of any method. */
export interface ExecMethodResult {
  /** uint32; null for a method that returns nothing. */
  readonly returnValue: number | null
  /** The other out-parameters by name; a null-prototype object. */
  readonly out: Readonly<Record<string, CimProperty['value']>>
  /** Out-parameters whose values WMI delivered in a form that could not be read. */
  readonly unreadable: readonly UnreadableProperty[]
}

/** An instance of any class. */
export interface CimObject extends CimInstance {
  /** `__RELPATH`; null for an object without a path, such as an event or some columns of a query. */
  readonly path: string | null
}

/** A job at its end, with the virtual machine it is about; null where neither the job nor WMI says which. */
export type WaitedJob = Job & { readonly virtualMachine: VirtualMachine | null }

/** What a method that was run to its end has led to. */
export interface InvokeResult extends ExecMethodResult {
  /** 0 it was done at once · 4096 it started a job, which has ended with success. */
  readonly returnValue: number
  readonly job: WaitedJob | null
}

export interface SessionStats extends ConnectionStats, NativeStats {
  /** Calls that have not settled, those that wait for a connection or for a repetition included. */
  readonly pending: number
  /** The threads of the event subscription, which are counted in the figures above as well; null without one. */
  readonly feed: NativeStats | null
}

/** Events of a session, each with its listener's arguments. */
export interface SessionEvents {
  /** The session lost its connection, has it back, or was closed. */
  state: [state: SessionState]
}
