/**
 * The contract between the native addon and the TypeScript layer: facts only (numbers, UTF-16 strings, CIM
 * types). What a fact means is decided in TypeScript.
 */

/** A CIM value as the addon hands it over; 64-bit integers are bigint, char16 is a string of one unit. */
export type NativeScalar = string | number | bigint | boolean | null | NativeObject
export type NativeValue = NativeScalar | NativeScalar[]

/**
 * Properties as flat triples: name, CIMTYPE number (0x2000 = array), value. A value that contradicts its CIM type does
 * not fail the others: its triple is name, `UNREADABLE`, and what is wrong with it.
 */
export type NativeProperties = (string | number | NativeValue)[]

/** In place of a CIM type. */
export const UNREADABLE = -1

/** An `IWbemClassObject` copied out: `__RELPATH` (null for an object without a path), `__CLASS`, properties. */
export interface NativeObject {
  readonly path: string | null
  readonly className: string
  readonly properties: NativeProperties
}

/** A value for an in-parameter, before its CIM type is known. */
export type NativeInput = string | number | bigint | boolean | null | readonly NativeInput[]

/**
 * Why an operation failed. `kind` says who found fault: `wbem` a COM or WMI call returned a failing HRESULT;
 * `argument` a value does not fit the method's signature; `protocol` WMI answered with something its contract
 * does not allow.
 */
export interface NativeFailure {
  readonly kind: 'wbem' | 'argument' | 'protocol'
  /** Unsigned HRESULT; 0 for `argument` and `protocol`. */
  readonly hresult: number
  /** The call that failed, e.g. `IWbemServices::ExecMethod`. */
  readonly operation: string
  /** What was found and what was expected (`argument`, `protocol`), or null. */
  readonly message: string | null
  /** `__ExtendedStatus` of the failing call; each null where WMI gave none. */
  readonly description: string | null
  readonly extendedOperation: string | null
  readonly parameterInfo: string | null
  readonly providerName: string | null
}

declare const RESULT: unique symbol

/** The number that stands for one operation, and the type of its result. */
export type Ticket<Result> = number & { readonly [RESULT]?: (result: Result) => void }

/**
 * Called once for each accepted ticket, on the JS thread. For one that was abandoned while it was executing it is
 * called when the call returns, without a result; for one that was dropped it never is.
 */
export type NativeSettle = (ticket: number, failure: NativeFailure | null, result: unknown) => void

export interface NativeSettings {
  readonly host: string | null
  readonly namespace: string
  readonly user: string | null
  readonly password: string | null
  readonly authority: string | null
  readonly locale: string | null
  readonly maxWorkers: number
  readonly maxQueued: number
}

/** A further session of the same host, account and namespace, with a connection and a share of the threads of its own. */
export interface NativeFork {
  readonly parent: NativeSession
  readonly maxWorkers: number
  readonly maxQueued: number
}

/**
 * Whether an operation was taken: settle is called for `accepted` alone. `providerHung`: no thread can be given to it,
 * also later; threads that are held by abandoned calls are replaced up to a bound, and beyond that calls wait.
 */
export const Submitted = { accepted: 0, closed: 1, queueFull: 2, providerHung: 3 } as const
export type SubmitStatus = (typeof Submitted)[keyof typeof Submitted]

export interface NativeStats {
  /** Threads that execute a call of this session or wait for its events. */
  readonly workers: number
  /** Of these, and of those that connect, the ones that an abandoned call holds. */
  readonly stuckWorkers: number
  /** Threads that wait for work; all sessions of the environment share them. */
  readonly idleWorkers: number
  readonly queued: number
  readonly inFlight: number
  /** Age of the oldest abandoned call that is still executing, in milliseconds; 0 without one. */
  readonly oldestAbandonedMs: number
}

/**
 * One connection to one namespace, and a share of the environment's threads: at most `maxWorkers` of its calls are
 * executed at a time. Nothing here waits.
 */
export interface NativeSession {
  /**
   * Locator, ConnectServer, proxy blanket; replaces the connection on success. Runs on a thread of its own, before
   * whatever is queued. One at a time; the pending ticket keeps no process alive.
   */
  connect(ticket: Ticket<undefined>): SubmitStatus
  /**
   * `IWbemServices::ExecMethod`; the result are the out-parameters. With `className`
   * null nothing is looked up (`inParams` must then be null); else class and signature are looked up once and
   * cached. `outNames` null reads every out-parameter; an array that was given before is taken to be as it was.
   */
  execMethod(
    ticket: Ticket<NativeProperties>,
    path: string,
    className: string | null,
    method: string,
    inParams: readonly (string | NativeInput)[] | null,
    outNames: readonly string[] | null,
  ): SubmitStatus
  getObject(ticket: Ticket<NativeObject>, path: string): SubmitStatus
  query(ticket: Ticket<readonly NativeObject[]>, wql: string): SubmitStatus
  /** Starts the session's one event subscription; an earlier one is released. */
  subscribe(ticket: Ticket<undefined>, wql: string): SubmitStatus
  /** Waits for events, on a thread of its own; the result is empty after ten seconds without any. */
  nextEvents(ticket: Ticket<readonly NativeObject[]>): SubmitStatus
  /**
   * Gives a ticket up. True: its call is executing and holds its thread until it returns, which settle then says,
   * keeping no process alive. False: the call had not begun, is dropped, and settle is never called.
   */
  abandon(ticket: number): boolean
  /** Stops intake and lets the workers go; what is executing is abandoned, what is queued is dropped. */
  close(): void
  stats(): NativeStats
}

export interface NativeAddon {
  /** To be called once, before the first session. `later` has `settleMore` called in a later turn of the event loop. */
  onSettle(settle: NativeSettle, later: () => void): void
  /** Goes on with results that would have held the event loop for too long. */
  settleMore(): void
  readonly Session: new (settings: NativeSettings | NativeFork) => NativeSession
}

/** Whether a value looks like the addon. Throws what a getter of it throws. */
export function isAddon(value: unknown): value is NativeAddon {
  if (typeof value !== 'object' || value === null) return false
  const { onSettle, settleMore, Session } = value as Partial<NativeAddon>
  return [onSettle, settleMore, Session].every(member => typeof member === 'function')
}
