/**
 * What the package publishes with `node:diagnostics_channel`. Node.js: "Diagnostics Channel",
 * https://nodejs.org/api/diagnostics_channel.html. Nothing is computed while nobody has subscribed.
 */
import { channel, tracingChannel } from 'node:diagnostics_channel'
import { now } from './clock'

/** The message of the tracing channel `hyperv-job-errors:call`: one object for all events of a call. */
export interface CallMessage {
  /** The WMI method, or `GetObject` and `query`. */
  readonly operation: string
  /** The object path or the query. */
  readonly object: string
  readonly host: string
  readonly namespace: string
  /** Milliseconds that the call took, waiting for a connection and repetitions included; from its end on. */
  durationMs?: number
  /** Why it failed; absent when it did not. */
  error?: unknown
}

/** The message of the channel `hyperv-job-errors:reconnect`. */
export interface ReconnectMessage {
  readonly host: string
  readonly namespace: string
  /** `disconnected` the connection was lost · `reconnecting` it is being made anew · `connected` it is back. */
  readonly state: 'disconnected' | 'reconnecting' | 'connected'
  /** Why it was lost or could not be made; null when it is back, and where it is not known. */
  readonly error: unknown
}

/** The message of the channel `hyperv-job-errors:gap`: a watch may have missed something. */
export interface GapMessage {
  readonly host: string
  readonly reason: string
  /** Items that were dropped. */
  readonly dropped: number
  /** The path of the job; null when no single one is concerned. */
  readonly job: string | null
}

const calls = tracingChannel<unknown, CallMessage>('hyperv-job-errors:call')
const reconnects = channel('hyperv-job-errors:reconnect')
const gaps = channel('hyperv-job-errors:gap')

export function areCallsTraced(): boolean {
  return calls.hasSubscribers
}

/** Runs a call between the events of its tracing channel. Its result is not published. */
export async function traceCall<Result>(message: CallMessage, work: () => Promise<Result>): Promise<Result> {
  const start = now()
  const done: Result[] = []
  await calls.tracePromise(async () => {
    try {
      done.push(await work())
    } finally {
      message.durationMs = now() - start
    }
  }, message)
  return done[0] as Result
}

export function publishReconnect(message: () => ReconnectMessage): void {
  if (reconnects.hasSubscribers) reconnects.publish(message())
}

export function publishGap(message: () => GapMessage): void {
  if (gaps.hasSubscribers) gaps.publish(message())
}
