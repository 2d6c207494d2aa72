/** The elements of `Errors`, each decoded or kept. */

import { DecodeError } from '../base/errors'
import { decodeMsvmError } from '../records/decode-msvm-error'
import type { MsvmError } from '../records/msvm-error'
import { choosePrimary } from './primary'

/** A text that is no CIM-XML instance, kept as it came. */
export interface Undecodable {
  /** Place in {@link ErrorList.raw}. */
  readonly index: number
  /** null for a NULL element. */
  readonly raw: string | null
  readonly error: DecodeError
}

export interface ErrorList {
  /** The records in the order of `raw`; null exactly when `raw` is. */
  readonly errors: readonly MsvmError[] | null
  readonly undecodable: readonly Undecodable[]
  /** The CIM-XML texts as they came; a NULL element is null. */
  readonly raw: readonly (string | null)[] | null
  /** Index into `errors` of the record that says the cause; null without records. */
  readonly primary: number | null
  /** That record; null without records. */
  readonly primaryError: MsvmError | null
}

const START = { offset: 0, line: 1, column: 1 }

/** Total: each element becomes a record or an undecodable entry, and one bad element hides no other. */
export function decodeErrorList(raw: readonly (string | null)[] | null): ErrorList {
  if (raw === null) return { errors: null, undecodable: [], raw, primary: null, primaryError: null }
  const errors: MsvmError[] = []
  const undecodable: Undecodable[] = []
  for (const [index, text] of raw.entries()) {
    try {
      if (text === null) throw new DecodeError('null', 'expected an INSTANCE, received NULL', START)
      errors.push(decodeMsvmError(text))
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      undecodable.push({ index, raw: text, error })
    }
  }
  const primary = choosePrimary(errors)
  return {
    errors,
    undecodable,
    raw,
    primary,
    primaryError: primary === null ? null : (errors[primary] ?? null),
  }
}
