export type { CancelHow, CancelResult } from './control'
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
} from './errors'
export type { WbemCategory } from './hresult'
export type { InParam } from './in-params'
export type { SessionState } from './link'
export type { NativeAddon } from './native/types'
export type { JobRef } from './object-path'
export type {
  CallOptions,
  CloseOptions,
  ConnectOptions,
  Credentials,
  JobsOptions,
  WaitOptions,
  WatchOptions,
} from './options'
export * from './records/enums'
export type { ErrorList, Undecodable } from './records/error-list'
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
} from './records/job'
export type { MsvmError } from './records/msvm-error'
export {
  connect,
  type ExecMethodResult,
  type GetErrorExResult,
  type GetErrorResult,
  Session,
  type SessionEvents,
  type SessionStats,
} from './session'
export { JobFailedError, JobVanishedError } from './wait'
export type {
  ChangedItem,
  EndedItem,
  FailedItem,
  GapItem,
  StateItem,
  WatchItem,
  WatchKind,
} from './watch-items'
export { WbemError, type WbemFailure } from './wbem-error'
