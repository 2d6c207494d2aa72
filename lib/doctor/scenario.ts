/** The parts of a scenario that a capture writes: `hyperv-job-errors/testing` declares and checks the whole format. */

export interface CapturedScenario {
  readonly computer: string
  readonly jobs: readonly CapturedJob[]
  readonly instances: readonly CapturedInstance[]
  readonly faults: readonly CapturedFault[]
  readonly events: { readonly needsWithin: boolean }
  /** What a scenario has no place for; simulating leaves it alone. */
  readonly captured: {
    readonly namespace: string
    /** Of the operating system that the capture ran on, null for another host's. */
    readonly windows: string | null
    /** What could not be written, each with its reason. */
    readonly omitted: readonly string[]
  }
}

/** Texts and booleans as they are, null for NULL of text, everything else with its CIM type. */
export type CapturedValue = string | boolean | { readonly type: string; readonly value: unknown }
export type CapturedProperties = Readonly<Record<string, CapturedValue>>

export interface CapturedInstance {
  readonly class: string
  readonly properties: CapturedProperties
}

export interface CapturedJob extends CapturedInstance {
  readonly getErrorEx: readonly CapturedAnswer[]
}

export interface CapturedAnswer {
  readonly returnValue?: number
  readonly errors?: readonly (string | null)[] | null
  readonly latencyMs?: number
  readonly shape?: string
}

export interface CapturedFault {
  readonly operation: 'connect' | 'execMethod' | 'query' | 'subscribe'
  readonly method?: string
  readonly object?: string
  /** `0x` and eight digits. */
  readonly hresult?: string
  readonly hangMs?: number
  readonly description?: string
}
