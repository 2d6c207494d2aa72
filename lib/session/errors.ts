/** All errors of the package as one type, told apart by their `code`. */
import {
  type ClosedError,
  type DecodeError,
  type InvalidArgumentError,
  isHyperVError as isBaseError,
  type JournalError,
  type LoadError,
  type MethodError,
  type PlatformError,
  type ProtocolError,
  type ProviderHungError,
  type QueueFullError,
  type TimeoutError,
} from '../base/errors'
import type { WbemError } from '../wmi/wbem-error'
import type { JobFailedError, JobVanishedError } from './job-errors'

/** Each has a `code` of its own, so that a `switch` over it narrows and can be exhaustive. */
export type AnyHyperVError =
  | PlatformError
  | LoadError
  | InvalidArgumentError
  | ClosedError
  | TimeoutError
  | WbemError
  | ProtocolError
  | MethodError
  | JobFailedError
  | JobVanishedError
  | DecodeError
  | ProviderHungError
  | QueueFullError
  | JournalError

/**
 * Whether a value is an error of this package, also one from another realm or another copy of it.
 *
 * ```ts
 * if (isHyperVError(error)) {
 *   switch (error.code) {
 *     case 'ERR_WBEM':
 *       return error.category
 *     case 'ERR_TIMEOUT':
 *       return `no answer within ${error.timeoutMs} ms`
 *   }
 * }
 * ```
 */
export const isHyperVError = isBaseError as (value: unknown) => value is AnyHyperVError
