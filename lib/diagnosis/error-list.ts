/** The elements of `Errors`, each decoded or kept. */

import { DecodeError } from '../base/errors'
import { mapInSlices } from '../base/slices'
import type { DecodeOptions } from '../cimxml/limits'
import { decodeMsvmError } from '../records/decode-msvm-error'
import type { MsvmError } from '../records/msvm-error'
import { choosePrimary, choosePrimaryInSlices } from './primary'

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

/** An answer beyond this is long. */
const MANY = { elements: 200, units: 1_000_000 }

/** Total: each element becomes a record or an undecodable entry, and one bad element hides no other. */
export function decodeErrorList(raw: readonly (string | null)[] | null, options?: DecodeOptions): ErrorList {
  const decoded = raw === null ? null : raw.map((text, index) => decodeElement(text, index, options))
  return errorList(raw, decoded, choosePrimary)
}

/** Whether decoding would hold the event loop for longer than some milliseconds. */
export function isLong(raw: readonly (string | null)[]): boolean {
  if (raw.length > MANY.elements) return true
  return raw.reduce((units, text) => units + (text?.length ?? 0), 0) > MANY.units
}

/**
 * {@link decodeErrorList} with the event loop running in between. One text is decoded in one piece.
 * @param goOn - called before each further slice; what it throws ends the work
 */
export async function decodeErrorListInSlices(
  raw: readonly (string | null)[],
  goOn: () => void,
): Promise<ErrorList> {
  const decoded = await mapInSlices(raw, (text, index) => decodeElement(text, index), goOn)
  const primary = await choosePrimaryInSlices(decoded.filter(isRecord), goOn)
  return errorList(raw, decoded, () => primary)
}

function decodeElement(text: string | null, index: number, options?: DecodeOptions): MsvmError | Undecodable {
  try {
    if (text === null) throw new DecodeError('null', 'expected an INSTANCE, received NULL', START)
    return decodeMsvmError(text, options)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return { index, raw: text, error }
  }
}

function isUndecodable(element: MsvmError | Undecodable): element is Undecodable {
  return 'index' in element
}

function isRecord(element: MsvmError | Undecodable): element is MsvmError {
  return !isUndecodable(element)
}

function errorList(
  raw: readonly (string | null)[] | null,
  decoded: readonly (MsvmError | Undecodable)[] | null,
  choose: (errors: readonly MsvmError[]) => number | null,
): ErrorList {
  if (decoded === null) return { errors: null, undecodable: [], raw, primary: null, primaryError: null }
  const errors = decoded.every(isRecord) ? decoded : decoded.filter(isRecord)
  const undecodable = decoded.filter(isUndecodable)
  // Most jobs have one error, which nothing has to be read of.
  const primary = errors.length > 1 ? choose(errors) : errors.length === 1 ? 0 : null
  return {
    errors,
    undecodable,
    raw,
    primary,
    primaryError: primary === null ? null : (errors[primary] ?? null),
  }
}
