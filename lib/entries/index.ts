export type { CallMessage, GapMessage, ReconnectMessage } from '../base/channels'
export {
  ClosedError,
  DecodeError,
  type DecodePosition,
  type ErrorCode,
  HyperVError,
  InvalidArgumentError,
  isHyperVError,
  LoadError,
  MethodError,
  PlatformError,
  ProtocolError,
  ProviderHungError,
  QueueFullError,
  TimeoutError,
} from '../base/errors'
export type { ErrorList, Undecodable } from '../diagnosis/error-list'
export * from '../records/enums'
export {
  type CollectionReferencePointExportJob,
  type ConcreteJob,
  type CopyFileToGuestJob,
  hasFailed,
  hasSucceeded,
  isEnded,
  type Job,
  type JobOutcome,
  jobTypeName,
  type MigrationJob,
  type OtherJob,
  outcome,
  type StorageJob,
  type VirtualSystemReferencePointExportJob,
} from '../records/job'
export type { MsvmError } from '../records/msvm-error'
export type { CancelHow, CancelResult } from '../session/cancel'
export { connect } from '../session/connect'
export type { ConnectOptions, Credentials } from '../session/connect-options'
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
  GapItem,
  JobItem,
  LossItem,
  StateItem,
  VanishedItem,
  WatchItem,
} from '../session/watch/items'
export type { JobWatch } from '../session/watch/job-watch'
export type { NativeAddon } from '../wmi/addon'
export type { SessionState } from '../wmi/connection'
export type { InParam } from '../wmi/in-params'
export type { JobRef } from '../wmi/object-path'
export type { WbemCategory } from '../wmi/policy'
export { WbemError, type WbemFailure } from '../wmi/wbem-error'
export { type WqlValue, wql } from '../wmi/wql'
