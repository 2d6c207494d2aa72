/** What the addon can be asked to do, each operation with the type of its answer. */
import type {
  NativeInput,
  NativeObject,
  NativeProperties,
  NativeSession,
  SubmitStatus,
  Ticket,
} from './addon'

/** What is called on what, for messages. */
export interface Target {
  readonly operation: string
  readonly object: string
}

export interface Operation<Result> extends Target {
  /** Whether it only reads: doing it twice is the same as doing it once. */
  readonly pure: boolean
  start(native: NativeSession, ticket: Ticket<Result>): SubmitStatus
}

/** Not repeated by itself; a further attempt may succeed where an earlier one hangs. */
export function connecting(target: Target): Operation<undefined> {
  return { ...target, pure: false, start: (native, ticket) => native.connect(ticket) }
}

/** A method without in-parameters that only reads: the hot path, for which nothing is looked up. */
export function reading(
  path: string,
  method: string,
  outNames: readonly string[],
): Operation<NativeProperties> {
  return {
    operation: method,
    object: path,
    pure: true,
    start: (native, ticket) => native.execMethod(ticket, path, null, method, null, outNames),
  }
}

export function calling(
  path: string,
  className: string,
  method: string,
  inParams: readonly (string | NativeInput)[] | null,
): Operation<NativeProperties> {
  return {
    operation: method,
    object: path,
    pure: false,
    start: (native, ticket) => native.execMethod(ticket, path, className, method, inParams, null),
  }
}

export function gettingObject(path: string): Operation<NativeObject> {
  return {
    operation: 'GetObject',
    object: path,
    pure: true,
    start: (native, ticket) => native.getObject(ticket, path),
  }
}

export function querying(wql: string): Operation<readonly NativeObject[]> {
  return { operation: 'query', object: wql, pure: true, start: (native, ticket) => native.query(ticket, wql) }
}

/** `what` names what is subscribed to, for messages. */
export function subscribing(wql: string, what: string): Operation<undefined> {
  return {
    operation: 'subscribe',
    object: what,
    pure: true,
    start: (native, ticket) => native.subscribe(ticket, wql),
  }
}

export const AWAITING_EVENTS: Operation<readonly NativeObject[]> = {
  operation: 'watch',
  object: 'job events',
  pure: true,
  start: (native, ticket) => native.nextEvents(ticket),
}
