/** The one place that says "expected X for `name`, received Y". No value is ever called into to be shown. */
import { InvalidArgumentError } from './errors'
import { nearestName } from './nearest'

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

/** A text that is not empty. @throws InvalidArgumentError */
export function requireText(name: string, value: unknown): string {
  requireString(value, name)
  return value === '' ? refuse(name, 'a text that is not empty', value) : value
}

/** An integer of a range. @throws InvalidArgumentError */
export function requireInteger(name: string, value: unknown, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  return refuse(name, `an integer from ${min} to ${max}`, value)
}

/** What an object may throw when it is looked into: a getter, or a proxy. @throws InvalidArgumentError */
export function lookInto<Value>(name: string, look: () => Value): Value {
  try {
    return look()
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw error
    throw new InvalidArgumentError(
      `expected a plain object for \`${name}\`, received one that throws when it is read`,
    )
  }
}

/**
 * The members of an options object, each read once; none when it is left out. A name that is not `known` is refused:
 * an option that is overlooked does harm.
 * @throws InvalidArgumentError
 */
export function takeOptions<T extends object>(
  name: string,
  value: T | undefined,
  known: readonly (keyof T & string)[],
): Partial<T> {
  if (value === undefined) return {}
  if (typeof value !== 'object' || value === null) refuse(name, 'an object', value)
  return lookInto(name, () => {
    for (const key of Object.keys(value)) {
      if (known.some(option => option === key)) continue
      const nearest = nearestName(key, known)
      const hint = nearest === null ? `known are ${known.join(', ')}` : `did you mean \`${nearest}\`?`
      throw new InvalidArgumentError(`\`${name}\` has no option \`${shorten(key)}\`: ${hint}`)
    }
    const taken: Partial<T> = {}
    for (const key of known) {
      const member = value[key]
      if (member !== undefined) taken[key] = member
    }
    return taken
  })
}

/** A copy of an array, or undefined for anything else. @throws InvalidArgumentError */
export function takeArray(name: string, value: unknown): readonly unknown[] | undefined {
  return lookInto(name, () => (Array.isArray(value) ? Array.from(value as readonly unknown[]) : undefined))
}

function shorten(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}

function describe(value: unknown): string {
  switch (typeof value) {
    case 'string': {
      return `${JSON.stringify(shorten(value))} (string)`
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
