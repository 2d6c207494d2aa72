/** The error classes of the package. Test `code`, not messages; use {@link isHyperVError} across realms. */

/** Every `code` an error of this package can carry. */
export type ErrorCode =
  | 'ERR_PLATFORM'
  | 'ERR_LOAD'
  | 'ERR_INVALID_ARG'
  | 'ERR_CLOSED'
  | 'ERR_TIMEOUT'
  | 'ERR_WBEM'
  | 'ERR_PROTOCOL'
  | 'ERR_METHOD'
  | 'ERR_JOB_FAILED'
  | 'ERR_JOB_VANISHED'
  | 'ERR_CIMXML'
  | 'ERR_PROVIDER_HUNG'
  | 'ERR_QUEUE_FULL'

const MARK = Symbol.for('hyperv-job-errors.HyperVError')

/** Base of all errors of this package. */
export class HyperVError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  override get name(): string {
    return this.constructor.name
  }

  /** @internal Lets {@link isHyperVError} recognise errors of another copy or realm. */
  get [MARK](): true {
    return true
  }
}

/** Whether a value is an error of this package, also one from another realm or another copy of it. */
export function isHyperVError(value: unknown): value is HyperVError {
  return typeof value === 'object' && value !== null && MARK in value
}

/** `ERR_PLATFORM`: the operation needs Windows. */
export class PlatformError extends HyperVError {
  constructor(message: string) {
    super('ERR_PLATFORM', message)
  }
}

/** `ERR_LOAD`: the native addon could not be loaded. */
export class LoadError extends HyperVError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_LOAD', message, options)
  }
}

/** `ERR_INVALID_ARG`: an argument is not what the function takes; nothing was sent to WMI. */
export class InvalidArgumentError extends HyperVError {
  constructor(message: string) {
    super('ERR_INVALID_ARG', message)
  }
}

/** `ERR_CLOSED`: the session was closed before or during the call. */
export class ClosedError extends HyperVError {
  constructor(message: string) {
    super('ERR_CLOSED', message)
  }
}

/** `ERR_TIMEOUT`: the call did not end within its deadline and was given up. */
export class TimeoutError extends HyperVError {
  /** What did not end, e.g. `GetErrorEx`. */
  readonly operation: string
  /** On what: an object path, a query, a namespace. */
  readonly object: string
  readonly timeoutMs: number

  constructor(operation: string, object: string, timeoutMs: number) {
    super('ERR_TIMEOUT', `${operation} on ${object} did not end within ${timeoutMs} ms and was given up`)
    this.operation = operation
    this.object = object
    this.timeoutMs = timeoutMs
  }
}

/** `ERR_PROVIDER_HUNG`: every worker thread is held by a call that was given up; new calls are refused. */
export class ProviderHungError extends HyperVError {
  constructor(message: string) {
    super('ERR_PROVIDER_HUNG', message)
  }
}

/** `ERR_QUEUE_FULL`: too many calls are waiting for a worker thread. */
export class QueueFullError extends HyperVError {
  constructor(message: string) {
    super('ERR_QUEUE_FULL', message)
  }
}

/** `ERR_PROTOCOL`: WMI answered with success and with something its contract does not allow. */
export class ProtocolError extends HyperVError {
  readonly operation: string

  constructor(operation: string, message: string) {
    super('ERR_PROTOCOL', message)
    this.operation = operation
  }
}

/** `ERR_METHOD`: a method ran and returned another ReturnValue than 0. */
export class MethodError extends HyperVError {
  /** The method's ReturnValue (uint32). */
  readonly returnValue: number
  /** Its documented name, or null for a number nobody documented. */
  readonly returnName: string | null
  readonly operation: string

  constructor(operation: string, returnValue: number, returnName: string | null) {
    super(
      'ERR_METHOD',
      `${operation} returned ${returnValue}${returnName === null ? '' : ` (${returnName})`}`,
    )
    this.operation = operation
    this.returnValue = returnValue
    this.returnName = returnName
  }
}

/** Where and why a CIM-XML text was refused. */
export interface DecodePosition {
  /** UTF-16 units from the start of the text, from 0. */
  readonly offset: number
  /** From 1; CRLF, CR and LF each end a line. */
  readonly line: number
  /** UTF-16 units in the line, from 1. */
  readonly column: number
}

/** `ERR_CIMXML`: a text is not the CIM-XML of one instance. */
export class DecodeError extends HyperVError implements DecodePosition {
  readonly offset: number
  readonly line: number
  readonly column: number
  /** Short stable name of the rule that was broken, e.g. `doctype`. */
  readonly rule: string

  constructor(rule: string, message: string, position: DecodePosition) {
    super('ERR_CIMXML', message)
    this.rule = rule
    this.offset = position.offset
    this.line = position.line
    this.column = position.column
  }
}
