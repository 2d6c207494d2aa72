/** The one place that says "expected X for `name`, received Y". No value is ever called into to be shown. */
import { InvalidArgumentError } from './errors'

/** Beyond this a text is cut in messages. */
const MAX_SHOWN = 100

/** @throws InvalidArgumentError always; a string's text is shown, so secrets go to {@link refuseSecret} */
export function refuse(name: string, expected: string, value: unknown): never {
  throw new InvalidArgumentError(`expected ${expected} for \`${name}\`, received ${describe(value)}`)
}

/** Like {@link refuse} for a value that may be a secret or private: only its type is shown. */
export function refuseSecret(name: string, expected: string, value: unknown): never {
  throw new InvalidArgumentError(`expected ${expected} for \`${name}\`, received ${typeName(value)}`)
}

/** @throws InvalidArgumentError */
export function requireString(value: unknown, name: string): asserts value is string {
  if (typeof value !== 'string') refuse(name, 'a string', value)
}

/** An integer of a range. @throws InvalidArgumentError */
export function requireInteger(name: string, value: unknown, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  return refuse(name, `an integer from ${min} to ${max}`, value)
}

/** An options object, `{}` when it is left out. @throws InvalidArgumentError */
export function optionsObject<T extends object>(name: string, value: T | undefined): Partial<T> {
  if (value === undefined) return {}
  return typeof value === 'object' && value !== null ? value : refuse(name, 'an object', value)
}

function describe(value: unknown): string {
  switch (typeof value) {
    case 'string': {
      const shown = value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value
      return `${JSON.stringify(shown)} (string)`
    }
    case 'number':
    case 'bigint':
    case 'boolean':
      return `${value} (${typeof value})`
    default:
      return typeName(value)
  }
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value !== 'object') return `a ${typeof value}`
  return isArray(value) ? 'an array' : 'an object'
}

/** `Array.isArray` throws for a revoked proxy. */
function isArray(value: unknown): boolean {
  try {
    return Array.isArray(value)
  } catch {
    return false
  }
}
