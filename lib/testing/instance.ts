/** A CIM object as plain data. Instances are shared and never change: a changed object is another instance. */
import type { NativeObject, NativeProperties, NativeValue } from '../wmi/addon'
import { type ClassDef, type PropertyDef, sameName, type TypeSpec } from './class-table'

/** Where the objects of a connection live. */
export interface Location {
  readonly computer: string
  readonly namespace: string
}

export type PropertyValues = readonly (readonly [name: string, value: NativeValue])[]

export interface TypedValue {
  readonly type: TypeSpec
  readonly value: NativeValue
}

export class Instance {
  readonly cls: ClassDef
  /** In step with the properties of the class; null is NULL. */
  readonly values: readonly NativeValue[]
  /** A class is an object too: its path is its name, its values are the defaults. */
  readonly isClass: boolean
  #native: NativeObject | undefined

  constructor(
    cls: ClassDef,
    values: readonly NativeValue[] = cls.properties.map(() => null),
    isClass = false,
  ) {
    this.cls = cls
    this.values = values
    this.isClass = isClass
  }

  /** Null for a property that the class does not have, too. */
  value(property: string): NativeValue {
    return this.values[this.cls.indexOf(property)] ?? null
  }

  /** Every property must be one of the class's. */
  with(changes: PropertyValues): Instance {
    const values = [...this.values]
    for (const [name, value] of changes) values[this.cls.indexOf(name)] = value
    return new Instance(this.cls, values, this.isClass)
  }

  project(columns: readonly string[]): Instance {
    const cls = this.cls.project(columns)
    return new Instance(
      cls,
      cls.properties.map(({ name }) => this.value(name)),
    )
  }

  /** `Class.Key="value"`; null when a key has no value. */
  get path(): string | null {
    if (this.isClass) return this.cls.name
    const keys: string[] = []
    for (const [index, { name, isKey }] of this.cls.properties.entries()) {
      if (!isKey) continue
      const value = this.values[index]
      if (typeof value !== 'string') return null
      keys.push(`${name}="${value.replace(/[\\"]/g, '\\$&')}"`)
    }
    // WMI lists several keys alphabetically.
    return keys.length === 0 ? null : `${this.cls.name}.${keys.sort().join(',')}`
  }

  fullPath({ computer, namespace }: Location): string | null {
    return this.path === null ? null : `\\\\${computer}\\${namespace}:${this.path}`
  }

  /** As the addon copies it out; made once, since it is read only. */
  toNative(): NativeObject {
    this.#native ??= {
      path: this.path,
      className: this.cls.name,
      properties: toTriples(this.cls.properties, this.values),
    }
    return this.#native
  }

  equals(other: Instance): boolean {
    return this.values.every((value, index) => sameValue(value, other.values[index] ?? null))
  }

  /** Also a system property such as `__RELPATH`; undefined for one that there is not. */
  read(property: string, location: Location): TypedValue | undefined {
    const declared = this.cls.property(property)
    if (declared !== undefined) return { type: declared.type, value: this.value(property) }
    const system = SYSTEM_PROPERTIES.find(([name]) => sameName(name, property))
    return system === undefined ? undefined : system[1](this, location)
  }
}

export function toTriples(
  properties: readonly PropertyDef[],
  values: readonly NativeValue[],
): NativeProperties {
  const triples: NativeProperties = []
  for (const [index, { name, cimType }] of properties.entries()) {
    triples.push(name, cimType, values[index] ?? null)
  }
  return triples
}

const text = (value: string | null): TypedValue => ({ type: 'string', value })

const SYSTEM_PROPERTIES: readonly (readonly [
  name: string,
  read: (instance: Instance, location: Location) => TypedValue,
])[] = [
  ['__PATH', (instance, location) => text(instance.fullPath(location))],
  ['__NAMESPACE', (_, { namespace }) => text(namespace)],
  ['__SERVER', (_, { computer }) => text(computer)],
  [
    '__DERIVATION',
    ({ cls }) => ({
      type: 'string[]',
      value: cls
        .lineage()
        .slice(1)
        .map(({ name }) => name),
    }),
  ],
  ['__PROPERTY_COUNT', ({ cls }) => ({ type: 'sint32', value: cls.properties.length })],
  ['__RELPATH', ({ path }) => text(path)],
  ['__DYNASTY', ({ cls }) => text(cls.lineage().at(-1)?.name ?? null)],
  ['__SUPERCLASS', ({ cls }) => text(cls.superclass?.name ?? null)],
  ['__CLASS', ({ cls }) => text(cls.name)],
  ['__GENUS', ({ isClass }) => ({ type: 'sint32', value: isClass ? 1 : 2 })],
]

export function isSystemProperty(name: string): boolean {
  return SYSTEM_PROPERTIES.some(([known]) => sameName(known, name))
}

/** Embedded objects are the same if they are one. */
function sameValue(one: NativeValue, other: NativeValue): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return Object.is(one, other)
  return one.length === other.length && one.every((item, index) => Object.is(item, other[index]))
}
