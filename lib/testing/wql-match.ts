/** Whether an object fulfils the condition of a query. */
import { foldCase } from '../cim/names'
import type { NativeValue } from '../wmi/addon'
import type { ClassDef, TypeSpec } from './class-table'
import { type Instance, isSystemProperty, type Location } from './instance'
import type { Condition, Literal, Operator, Query } from './wql'

/** A query for instances of the class: its columns and properties exist, and it has nothing of event queries. */
export function fitsClass({ withinSeconds, columns, where }: Query, cls: ClassDef): boolean {
  const exists = (name: string) => isSystemProperty(name) || cls.property(name) !== undefined
  const fits = (condition: Condition): boolean => {
    switch (condition.kind) {
      case 'and':
      case 'or':
        return fits(condition.left) && fits(condition.right)
      case 'not':
        return fits(condition.condition)
      case 'compare':
        return condition.object === null && exists(condition.property)
      case 'isa':
        return false
    }
  }
  return withinSeconds === null && (columns ?? []).every(exists) && (where === null || fits(where))
}

/**
 * A comparison with a NULL value is false, except `= NULL`; so is one with a property that does not exist.
 * @param scope - the object that a condition's `object` stands for, if there is one
 */
export function matches(
  condition: Condition,
  scope: (object: string | null) => Instance | null,
  location: Location,
): boolean {
  switch (condition.kind) {
    case 'and':
      return matches(condition.left, scope, location) && matches(condition.right, scope, location)
    case 'or':
      return matches(condition.left, scope, location) || matches(condition.right, scope, location)
    case 'not':
      return !matches(condition.condition, scope, location)
    case 'isa':
      return scope(condition.object)?.cls.isA(condition.className) ?? false
    case 'compare': {
      const own = scope(condition.object)?.read(condition.property, location)
      if (own === undefined) return false
      if (condition.literal === null) return (own.value === null) === (condition.operator === '=')
      const order = compare(own.value, own.type, condition.literal)
      return order !== null && holds(condition.operator, order)
    }
  }
}

function holds(operator: Operator, order: number): boolean {
  switch (operator) {
    case '=':
      return order === 0
    case '<>':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
  }
}

/** Null when the two cannot be compared. */
function compare(value: NativeValue, type: TypeSpec, literal: Exclude<Literal, null>): number | null {
  if (typeof literal === 'string') {
    // 64-bit integers travel as text.
    const text = typeof value === 'bigint' ? value.toString() : value
    return typeof text === 'string' && type !== 'char16' ? order(ordinal(text), ordinal(literal)) : null
  }
  if (typeof literal === 'boolean') return typeof value === 'boolean' ? order(value, literal) : null
  if (type === 'char16' && typeof value === 'string') return order(value.charCodeAt(0), literal)
  return typeof value === 'number' || typeof value === 'bigint' ? order(Number(value), literal) : null
}

/** Texts compare without case, by their capital letters. */
function ordinal(text: string): string {
  return foldCase(text).toUpperCase()
}

function order<T extends string | number | boolean>(one: T, other: T): number {
  return one < other ? -1 : one > other ? 1 : 0
}
