/** Checks of single values of a scenario. `where` is the place in it. */

import { asArray, asObject, refuse } from './values'

/** Longest wait a scenario can ask for: a day. */
const MAX_WAIT_MS = 86_400_000

export type Source = Readonly<Record<string, unknown>>

/**
 * Unknown keys are left alone, so that a scenario may carry notes and stays valid as the format grows; but a key
 * that is a known one in other case is a slip of the pen.
 */
export function checkKeys(value: unknown, where: string, known: readonly string[]): Source {
  const source = asObject(value, where)
  for (const key of Object.keys(source)) {
    const meant = known.find(name => name !== key && name.toLowerCase() === key.toLowerCase())
    if (meant !== undefined) refuse(where, `the key ${meant}`, key)
  }
  return source
}

/** Absent and null are the default. */
export function optional<T, D>(
  value: unknown,
  where: string,
  fallback: D,
  check: (value: unknown, where: string) => T,
): T | D {
  return value === undefined || value === null ? fallback : check(value, where)
}

export function list(value: unknown, where: string): readonly unknown[] {
  return optional(value, where, [], asArray)
}

export function asBoolean(value: unknown, where: string): boolean {
  if (typeof value !== 'boolean') refuse(where, 'a boolean', value)
  return value
}

export function asText(value: unknown, where: string): string {
  if (typeof value !== 'string') refuse(where, 'a string', value)
  return value
}

export function asName(value: unknown, where: string): string {
  if (typeof value !== 'string' || value === '') refuse(where, 'a non-empty string', value)
  return value
}

export function asMs(value: unknown, where: string): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= MAX_WAIT_MS)) {
    refuse(where, `milliseconds from 0 to ${MAX_WAIT_MS}`, value)
  }
  return value
}

/** Unsigned; a success code would not be a failure. */
export function asFailure(value: unknown, where: string): number {
  const code =
    typeof value === 'string' && /^(0x)?[0-9a-f]{8}$/i.test(value) ? Number.parseInt(value, 16) : value
  if (typeof code !== 'number' || !Number.isInteger(code) || code >>> 0 < 0x8000_0000) {
    refuse(where, 'a failing HRESULT such as "0x800706BA"', value)
  }
  return code >>> 0
}

export function asOneOf<T extends string>(value: unknown, allowed: readonly T[], where: string): T {
  return allowed.find(item => item === value) ?? refuse(where, `one of ${allowed.join(', ')}`, value)
}
