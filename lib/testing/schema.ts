/**
 * The part of JSON Schema (2020-12) that the scenario's schema is written in, and its check: the schema that ships with
 * the package and the one that is applied are the same object.
 */

export type SchemaType = 'array' | 'boolean' | 'integer' | 'null' | 'number' | 'object' | 'string'

export interface Schema {
  readonly $schema?: string
  readonly $id?: string
  /** What is expected, as a message says it. */
  readonly title?: string
  readonly description?: string
  readonly type?: SchemaType | readonly SchemaType[]
  readonly enum?: readonly (string | null)[]
  readonly anyOf?: readonly Schema[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly pattern?: string
  readonly items?: Schema
  readonly minItems?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly propertyNames?: Schema
}

/** The first thing in a value that its schema does not allow. */
export interface Violation {
  /** E.g. `jobs[2].timeline[0].afterMs`; empty for the value itself. */
  readonly path: string
  readonly expected: string
  readonly received: unknown
}

/** Null when the value is valid. */
export function firstViolation(schema: Schema, value: unknown, path = ''): Violation | null {
  if (!fitsScalarRules(schema, value)) return { path, expected: expectationOf(schema), received: value }
  if (Array.isArray(value)) return violationInItems(schema, value, path)
  return isRecord(value) ? violationInProperties(schema, value, path) : null
}

function fitsScalarRules(schema: Schema, value: unknown): boolean {
  const { type, enum: allowed, anyOf, minimum, maximum, minLength, minItems, pattern } = schema
  if (type !== undefined && ![type].flat().some(name => isOfType(name, value))) return false
  if (allowed !== undefined && !allowed.some(item => item === value)) return false
  if (anyOf?.every(option => firstViolation(option, value) !== null)) return false
  if (typeof value === 'number') return value >= (minimum ?? value) && value <= (maximum ?? value)
  if (Array.isArray(value)) return value.length >= (minItems ?? 0)
  if (typeof value !== 'string') return true
  return value.length >= (minLength ?? 0) && (pattern === undefined || new RegExp(pattern, 'u').test(value))
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isOfType(type: SchemaType, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'array':
      return Array.isArray(value)
    case 'object':
      return isRecord(value)
    case 'integer':
      return Number.isInteger(value)
    case 'number':
      return Number.isFinite(value)
    default:
      return typeof value === type
  }
}

function violationInItems(schema: Schema, items: readonly unknown[], path: string): Violation | null {
  if (schema.items === undefined) return null
  for (const [index, item] of items.entries()) {
    const violation = firstViolation(schema.items, item, `${path}[${index}]`)
    if (violation !== null) return violation
  }
  return null
}

function violationInProperties(
  schema: Schema,
  value: Readonly<Record<string, unknown>>,
  path: string,
): Violation | null {
  const { properties = {}, required = [], propertyNames } = schema
  for (const name of Object.keys(value)) {
    if (propertyNames === undefined || firstViolation(propertyNames, name) === null) continue
    return { path, expected: meantKey(properties, name), received: name }
  }
  for (const [name, rules] of Object.entries(properties)) {
    const item = value[name]
    if (item === undefined && !required.includes(name)) continue
    const violation = firstViolation(rules, item, joinPath(path, name))
    if (violation !== null) return violation
  }
  return null
}

export function joinPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function meantKey(properties: Readonly<Record<string, Schema>>, name: string): string {
  const meant = Object.keys(properties).find(known => known.toLowerCase() === name.toLowerCase())
  return `the key ${meant}`
}

const TYPE_TEXTS: Readonly<Record<SchemaType, string>> = {
  array: 'an array',
  boolean: 'a boolean',
  integer: 'an integer',
  null: 'null',
  number: 'a number',
  object: 'an object',
  string: 'a string',
}

/** Absent and null are the default wherever null is allowed, so no message asks for it. */
function expectationOf({ title, enum: allowed, type }: Schema): string {
  if (title !== undefined) return title
  if (allowed !== undefined) return `one of ${allowed.filter(item => item !== null).join(', ')}`
  const types = [type ?? []].flat().filter(name => name !== 'null')
  return types.map(name => TYPE_TEXTS[name]).join(' or ')
}

function anyCase(names: readonly string[]): string {
  const unit = (text: string) => {
    const [lower, upper] = [text.toLowerCase(), text.toUpperCase()]
    return lower === upper ? text : `[${lower}${upper}]`
  }
  return names.map(name => Array.from(name, unit).join('')).join('|')
}

/** A pattern for these names in whatever case. */
export function anyCasePattern(names: readonly string[]): string {
  return `^(?:${anyCase(names)})$`
}

/** A pattern for every text but these names in another case than they are spelt in: a slip of the pen. */
export function noSlipPattern(names: readonly string[]): string {
  return `^(?:${names.join('|')})$|^(?!(?:${anyCase(names)})$)`
}
