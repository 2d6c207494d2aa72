/** What the diagnosis says about a record, in the terms of telemetry. */
import { diagnose } from '../diagnosis/diagnose'
import type { FoundCode } from '../diagnosis/find-codes'
import { fingerprint } from '../diagnosis/fingerprint'
import { isCompanion } from '../diagnosis/primary'
import type { MsvmError } from '../records/msvm-error'

export interface Meaning {
  readonly id: string | null
  /** null where nothing is known. */
  readonly category: string | null
  readonly retryable: boolean | null
  readonly side: string | null
  readonly url: string | null
  /** null without anything to take one of. */
  readonly fingerprint: string | null
  /** The code that says most. */
  readonly code: FoundCode | null
}

/** What `diagnose` calls a failure that it does not know. */
const UNCLASSIFIED = 'unclassified'

/**
 * What is known of one error.
 * @param job - all errors of its job, for the primary one: where that says nothing another may say what failed, and
 *   alerts look at the primary one alone
 */
export function meaningOfError(error: MsvmError, job: readonly MsvmError[] | null): Meaning {
  const own = diagnose(error)
  return meaningOf(own.id === null && job !== null ? diagnose(job) : own, own.codes, fingerprint(error))
}

/** What is known of a job without errors, from the text that it has instead. */
export function meaningOfText(text: string | null): Meaning {
  const diagnosis = diagnose(text ?? '')
  return meaningOf(diagnosis, diagnosis.codes, text === null ? null : fingerprint(text))
}

function meaningOf(
  { id, category, retryable, side, url }: ReturnType<typeof diagnose>,
  codes: readonly FoundCode[],
  print: string | null,
): Meaning {
  const specific = codes.filter(code => !isCompanion(code))
  return {
    id,
    category: category === UNCLASSIFIED ? null : category,
    retryable,
    side,
    url,
    fingerprint: print,
    code: specific.find(({ symbol }) => symbol !== null) ?? specific[0] ?? codes[0] ?? null,
  }
}
