/** What the test process and the server process tell each other over their IPC channel. */
import type { Scenario, StartOptions } from '..'

export type Request =
  /** Serves the scenario, in place of an earlier one. Result: the locator's OBJREF, in base64. */
  | {
      readonly do: 'serve'
      readonly scenario: string | Scenario
      readonly options: StartOptions
      readonly proxyLibrary: string
    }
  | { readonly do: 'counts' }
  | { readonly do: 'calls' }

export interface Numbered {
  readonly id: number
  readonly request: Request
}

/** `error` is a message, and is there exactly when the request failed. */
export interface Answer {
  readonly id: number
  readonly result?: unknown
  readonly error?: string
}
