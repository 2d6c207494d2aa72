export type { CallMessage, GapMessage, ReconnectMessage } from '../base/channels'
export {
  ClosedError,
  DecodeError,
  type DecodePosition,
  type ErrorCode,
  HyperVError,
  InvalidArgumentError,
  JournalError,
  LoadError,
  MethodError,
  PlatformError,
  ProtocolError,
  ProviderHungError,
  QueueFullError,
  TimeoutError,
} from '../base/errors'
export { cimDateTimeToDate, cimIntervalToMs } from '../cim/datetime'
export type { JobClassName } from '../cim/names'
export type {
  CimInstance,
  CimProperty,
  CimReference,
  CimScalar,
  CimType,
  UnreadableProperty,
} from '../cim/types'
export type { ErrorList, Undecodable } from '../diagnosis/error-list'
export type { Constants, Enumeration, NameRange } from '../records/enumeration'
export * from '../records/enums'
export type { Extra } from '../records/fields'
export type * from '../records/job'
export { hasFailed, hasSucceeded, isEnded, jobTypeName, outcome } from '../records/job'
export type { CimValue, MsvmError } from '../records/msvm-error'
export type { CancelHow, CancelResult } from '../session/cancel'
export { connect } from '../session/connect'
export type { ConnectOptions, Credentials } from '../session/connect-options'
export { type AnyHyperVError, isHyperVError } from '../session/errors'
export { JobFailedError, JobVanishedError } from '../session/job-errors'
export type {
  CallOptions,
  CloseOptions,
  JobsOptions,
  WaitOptions,
  WatchKind,
  WatchOptions,
} from '../session/options'
export type {
  CimObject,
  ExecMethodResult,
  GetErrorExResult,
  GetErrorResult,
  InvokeResult,
  SessionEvents,
  SessionStats,
  WaitedJob,
} from '../session/results'
export { Session } from '../session/session'
export type { VirtualMachine } from '../session/virtual-machines'
export type {
  ChangedItem,
  EndedItem,
  FailedItem,
  FailedWithErrors,
  FailedWithoutErrors,
  GapItem,
  ItemOf,
  JobItem,
  LossItem,
  StateItem,
  VanishedItem,
  WatchItem,
} from '../session/watch/items'
export type { JobWatch } from '../session/watch/job-watch'
export type {
  NativeAddon,
  NativeFailure,
  NativeFork,
  NativeInput,
  NativeObject,
  NativeProperties,
  NativeScalar,
  NativeSession,
  NativeSettings,
  NativeSettle,
  NativeStats,
  NativeValue,
  SubmitStatus,
  Ticket,
} from '../wmi/addon'
export type { ConnectionStats, SessionState } from '../wmi/connection'
export type { InParam, InScalar } from '../wmi/in-params'
export type { JobRef, ParsedJobRef } from '../wmi/object-path'
export type { WbemCategory } from '../wmi/policy'
export { WbemError, type WbemFailure } from '../wmi/wbem-error'
export { type WqlValue, wql } from '../wmi/wql'
