/** Reads the arguments of the public functions: whatever is passed, nothing but an InvalidArgumentError is thrown. */
import { refuse } from '../base/arguments'
import { InvalidArgumentError } from '../base/errors'
import type { MsvmError } from '../records/msvm-error'

/** What the diagnosis looks at in a record. */
export interface RecordTexts {
  readonly message: string | null
  readonly messageArguments: readonly (string | null)[]
  readonly messageId: string | null
  readonly perceivedSeverity: number | null
}

/** What {@link MsvmError} must have to be diagnosed; other properties are not looked at. */
export type DiagnosedRecord = Partial<
  Pick<MsvmError, 'message' | 'messageArguments' | 'messageId' | 'perceivedSeverity'>
>

/** A result of `getErrorEx`, or anything else that holds its records. */
export interface ErrorHolder {
  readonly errors: readonly DiagnosedRecord[] | null
}

/** One text or record, or a list of records of which one is the primary. */
export type Subject =
  | { readonly kind: 'single'; readonly record: RecordTexts }
  | { readonly kind: 'list'; readonly records: readonly RecordTexts[] }

const SOURCE = 'a text or an Msvm_Error record'
const SUBJECT = 'a text, an Msvm_Error record, an array of them, or a result of getErrorEx'

/** @throws InvalidArgumentError */
export function readSource(source: unknown): RecordTexts {
  if (typeof source === 'string') return ofText(source)
  return guarded('source', SOURCE, source, () => readRecord(source) ?? refuse('source', SOURCE, source))
}

/** @throws InvalidArgumentError */
export function readSubject(subject: unknown): Subject {
  if (typeof subject === 'string') return { kind: 'single', record: ofText(subject) }
  return guarded('subject', SUBJECT, subject, () => {
    if (Array.isArray(subject))
      return { kind: 'list', records: readAll(subject) ?? refuse('subject', SUBJECT, subject) }
    if (isObject(subject) && 'errors' in subject) {
      const { errors } = subject
      const records = errors === null ? [] : readAll(errors)
      return { kind: 'list', records: records ?? refuse('subject', SUBJECT, subject) }
    }
    return { kind: 'single', record: readRecord(subject) ?? refuse('subject', SUBJECT, subject) }
  })
}

/** @throws InvalidArgumentError */
export function readRecords(errors: unknown): readonly RecordTexts[] {
  const expected = 'an array of Msvm_Error records'
  return guarded('errors', expected, errors, () => readAll(errors) ?? refuse('errors', expected, errors))
}

function ofText(text: string): RecordTexts {
  return { message: text, messageArguments: [], messageId: null, perceivedSeverity: null }
}

/** A getter that throws, or a revoked proxy, is an invalid argument too. */
function guarded<T>(name: string, expected: string, value: unknown, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw error
    return refuse(name, expected, value)
  }
}

function readAll(values: unknown): RecordTexts[] | null {
  if (!Array.isArray(values)) return null
  const records: RecordTexts[] = []
  for (const value of values) {
    const record = readRecord(value)
    if (record === null) return null
    records.push(record)
  }
  return records
}

/** null for what is no record; a record has at least one of the texts, be it null. */
function readRecord(value: unknown): RecordTexts | null {
  if (!isObject(value) || !('message' in value || 'messageArguments' in value || 'messageId' in value)) {
    return isObject(value) && 'perceivedSeverity' in value ? readFields(value) : null
  }
  return readFields(value)
}

function readFields(value: Readonly<Record<string, unknown>>): RecordTexts | null {
  const { message, messageArguments, messageId, perceivedSeverity } = value
  const args = messageArguments ?? []
  if (!isText(message) || !isText(messageId) || !Array.isArray(args)) return null
  const texts: (string | null)[] = []
  for (const item of args) {
    if (!isText(item)) return null
    texts.push(item ?? null)
  }
  return {
    message: message ?? null,
    messageArguments: texts,
    messageId: messageId ?? null,
    perceivedSeverity: typeof perceivedSeverity === 'number' ? perceivedSeverity : null,
  }
}

function isText(value: unknown): value is string | null | undefined {
  return value === null || value === undefined || typeof value === 'string'
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
