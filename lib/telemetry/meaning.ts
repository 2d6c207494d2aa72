/** What the diagnosis has to say about one record, in the terms of telemetry. */
import { type FoundCode, findCodes } from '../diagnosis/find-codes'
import type { MsvmError } from '../records/msvm-error'

export interface Meaning {
  readonly id: string | null
  /** null where nothing is known. */
  readonly category: string | null
  readonly retryable: boolean | null
  readonly side: string | null
  readonly url: string | null
  readonly fingerprint: string | null
  /** The code that says most. */
  readonly code: FoundCode | null
}

/** `source` is a record, or the text of a job that has none. */
export function meaningOf(source: MsvmError | string): Meaning {
  const codes = findCodes(source)
  return {
    id: null,
    category: null,
    retryable: null,
    side: null,
    url: null,
    fingerprint: null,
    code: codes.find(({ symbol }) => symbol !== null) ?? codes[0] ?? null,
  }
}
