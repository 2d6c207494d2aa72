/** Queries: a template tag that makes a value part of a query's text and never of its syntax. */
import { refuse, requireString, takeArray } from '../base/arguments'
import { InvalidArgumentError } from '../base/errors'
import { wqlString } from './object-path'

/** What stands for a value in a query. */
export type WqlValue = string | number | bigint | boolean | null

/** Longer than any query of names; WMI itself refuses what is too complex for it. */
const MAX_UNITS = 64 * 1024

/**
 * A WQL query whose values are escaped: texts are quoted, `null` becomes NULL. Names of classes and properties belong to
 * the text. Source: Microsoft Learn, "WQL (SQL for WMI)", https://learn.microsoft.com/windows/win32/wmisdk/wql-sql-for-wmi
 *
 * ```ts
 * await session.query(wql`SELECT * FROM Msvm_ComputerSystem WHERE ElementName = ${name}`)
 * ```
 *
 * @throws InvalidArgumentError for another kind of value, and for a value between quotes, which it gets itself
 */
export function wql(texts: TemplateStringsArray, ...values: readonly WqlValue[]): string {
  const parts = takeArray('wql', texts)
  if (parts?.length !== values.length + 1 || !parts.every(part => typeof part === 'string')) {
    refuse('wql', 'a template', texts)
  }
  const [first = '', ...rest] = parts
  return rest.reduce((query, text, index) => {
    if (/['"]$/.test(query) && /^['"]/.test(text)) {
      throw new InvalidArgumentError('expected a value without quotes around it in `wql`: it gets its own')
    }
    return query + literalOf(values[index]) + text
  }, first)
}

function literalOf(value: unknown): string {
  if (typeof value === 'string') return wqlString(value)
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE'
  if (value === null) return 'NULL'
  return refuse('wql', 'a string, a finite number, a bigint, a boolean or null as a value', value)
}

/** @throws InvalidArgumentError */
export function checkQuery(text: unknown): string {
  requireString(text, 'query')
  const expected = 'a WQL query that begins with SELECT, ASSOCIATORS OF or REFERENCES OF'
  if (text.length > MAX_UNITS) refuse('query', `${expected}, of at most ${MAX_UNITS} UTF-16 units`, text)
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\p{Surrogate}/u.test(text)) {
    refuse('query', `${expected}, without control characters`, text)
  }
  if (!/^\s*(?:SELECT|(?:ASSOCIATORS|REFERENCES)\s+OF)\s/i.test(text)) refuse('query', expected, text)
  return text
}
