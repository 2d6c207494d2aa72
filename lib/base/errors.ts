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
  | 'ERR_JOURNAL'

const MARK = Symbol.for('hyperv-job-errors.HyperVError')

/** Base of all errors of this package. */
export abstract class HyperVError extends Error {
  readonly code: ErrorCode

  /** The name of the class, written out in each: a minifier renames classes, and people search logs for names. */
  abstract override get name(): string

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  /**
   * The error as plain data, for JSON, for another thread, for Electron's IPC: `name`, `code`, `message`, the fields of
   * its class and `cause`, 64-bit integers as decimal strings. The structured clone of an error keeps none of its own
   * fields, so send this instead of the error.
   */
  toJSON(): Record<string, unknown> {
    return plainError(this, 0)
  }

  /** @internal Lets {@link isHyperVError} recognise errors of another copy or realm. */
  get [MARK](): true {
    return true
  }
}

/** Whether a value is an error of this package, also one from another realm or another copy of it. */
export function isHyperVError(value: unknown): value is HyperVError {
  try {
    return typeof value === 'object' && value !== null && MARK in value
  } catch {
    // A proxy may throw.
    return false
  }
}

/** Taken at load, as the timers are. */
const { captureStackTrace } = Error

/**
 * The error, whose stack now begins with the line that awaits `method`, and not with what the package was doing when it
 * noticed. To be called where `method`, an async function, catches: the engine knows who awaits it there. What is not an
 * error of the package, such as the reason of the caller's own signal, is left alone.
 */
export function atCaller(error: unknown, method: (...args: never[]) => unknown, options: unknown): unknown {
  if (error instanceof HyperVError && error !== reasonIn(options)) captureStackTrace(error, method)
  return error
}

function reasonIn(options: unknown): unknown {
  try {
    return (options as { readonly signal?: AbortSignal } | undefined)?.signal?.reason
  } catch {
    return undefined
  }
}

/** Deeper than any record; what lies below is left out, as a circle would be. */
const MAX_DEPTH = 12

function plainError(error: Error, depth: number): Record<string, unknown> {
  const { name, message, cause } = error
  const plain: Record<string, unknown> = { name, message }
  for (const [key, value] of Object.entries(error)) plain[key] = toPlain(value, depth + 1)
  if (cause !== undefined) plain.cause = toPlain(cause, depth + 1)
  return plain
}

/** JSON's types alone. */
function toPlain(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= MAX_DEPTH) return undefined
  if (value instanceof Error) return plainError(value, depth)
  if (Array.isArray(value)) return value.map(item => toPlain(item, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toPlain(item, depth + 1)]))
}

/** `ERR_PLATFORM`: the operation needs Windows. */
export class PlatformError extends HyperVError {
  declare readonly code: 'ERR_PLATFORM'
  override get name(): 'PlatformError' {
    return 'PlatformError'
  }

  constructor(message: string) {
    super('ERR_PLATFORM', message)
  }
}

/** `ERR_LOAD`: the native addon could not be loaded. */
export class LoadError extends HyperVError {
  declare readonly code: 'ERR_LOAD'
  override get name(): 'LoadError' {
    return 'LoadError'
  }

  constructor(message: string, options?: ErrorOptions) {
    super('ERR_LOAD', message, options)
  }
}

/** `ERR_INVALID_ARG`: an argument is not what the function takes; nothing was sent to WMI. */
export class InvalidArgumentError extends HyperVError {
  declare readonly code: 'ERR_INVALID_ARG'
  override get name(): 'InvalidArgumentError' {
    return 'InvalidArgumentError'
  }

  constructor(message: string) {
    super('ERR_INVALID_ARG', message)
  }
}

/** `ERR_CLOSED`: the session was closed before or during the call. */
export class ClosedError extends HyperVError {
  declare readonly code: 'ERR_CLOSED'
  override get name(): 'ClosedError' {
    return 'ClosedError'
  }

  constructor(message: string) {
    super('ERR_CLOSED', message)
  }
}

/** `ERR_TIMEOUT`: the call did not end within its deadline and was given up. */
export class TimeoutError extends HyperVError {
  declare readonly code: 'ERR_TIMEOUT'
  /** What did not end, e.g. `GetErrorEx`. */
  readonly operation: string
  /** On what: an object path, a query, a namespace. */
  readonly object: string
  readonly timeoutMs: number

  override get name(): 'TimeoutError' {
    return 'TimeoutError'
  }

  /** A `cause` says what it was waiting for, such as a connection that cannot be made. */
  constructor(operation: string, object: string, timeoutMs: number, options?: ErrorOptions) {
    super(
      'ERR_TIMEOUT',
      `${operation} on ${object} did not end within ${timeoutMs} ms and was given up`,
      options,
    )
    this.operation = operation
    this.object = object
    this.timeoutMs = timeoutMs
  }
}

/** `ERR_PROVIDER_HUNG`: the call found no free thread until its deadline, because calls that were given up hold them. */
export class ProviderHungError extends HyperVError {
  declare readonly code: 'ERR_PROVIDER_HUNG'
  override get name(): 'ProviderHungError' {
    return 'ProviderHungError'
  }

  constructor(message: string) {
    super('ERR_PROVIDER_HUNG', message)
  }
}

/** `ERR_QUEUE_FULL`: too many calls are waiting for a worker thread. */
export class QueueFullError extends HyperVError {
  declare readonly code: 'ERR_QUEUE_FULL'
  override get name(): 'QueueFullError' {
    return 'QueueFullError'
  }

  constructor(message: string) {
    super('ERR_QUEUE_FULL', message)
  }
}

/** `ERR_JOURNAL`: a journal cannot be used, or an entry could not be written to disk. */
export class JournalError extends HyperVError {
  declare readonly code: 'ERR_JOURNAL'
  override get name(): 'JournalError' {
    return 'JournalError'
  }
  /** `in-use` by another process or a second time by this one · `not-a-journal` · `io`, with `cause`. */
  readonly reason: 'in-use' | 'not-a-journal' | 'io'
  readonly file: string

  constructor(reason: JournalError['reason'], file: string, message: string, options?: ErrorOptions) {
    super('ERR_JOURNAL', message, options)
    this.reason = reason
    this.file = file
  }
}

/** `ERR_PROTOCOL`: WMI answered with success and with something its contract does not allow. */
export class ProtocolError extends HyperVError {
  declare readonly code: 'ERR_PROTOCOL'
  readonly operation: string

  override get name(): 'ProtocolError' {
    return 'ProtocolError'
  }

  constructor(operation: string, message: string, options?: ErrorOptions) {
    super('ERR_PROTOCOL', message, options)
    this.operation = operation
  }
}

/** `ERR_METHOD`: a method ran and returned another ReturnValue than 0. */
export class MethodError extends HyperVError {
  declare readonly code: 'ERR_METHOD'
  /** The method's ReturnValue (uint32). */
  readonly returnValue: number
  /** Its documented name, or null for an undocumented number. */
  readonly returnName: string | null
  readonly operation: string

  override get name(): 'MethodError' {
    return 'MethodError'
  }

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
  declare readonly code: 'ERR_CIMXML'
  readonly offset: number
  readonly line: number
  readonly column: number
  /** Short stable name of the rule that was broken, e.g. `doctype`. */
  readonly rule: string

  override get name(): 'DecodeError' {
    return 'DecodeError'
  }

  constructor(rule: string, message: string, position: DecodePosition) {
    super('ERR_CIMXML', message)
    this.rule = rule
    this.offset = position.offset
    this.line = position.line
    this.column = position.column
  }
}
