/** The CIM types of the properties that a scenario gives values, beyond what its classes declare. */
import { refuse } from '../base/arguments'
import { foldCase } from '../cim/names'
import { inferType, typedValue } from './cim-values'
import { type ClassSource, ClassTable, type TypeMap, type TypeSpec } from './class-table'
import { CLASSES } from './classes'
import type { ScenarioProperties } from './scenario'

/** Keys of a class that is only known from a scenario's instances, if they have these properties. */
const USUAL_KEYS: readonly (readonly string[])[] = [
  ['InstanceID'],
  ['CreationClassName', 'Name', 'SystemCreationClassName', 'SystemName'],
  ['CreationClassName', 'DeviceID', 'SystemCreationClassName', 'SystemName'],
  ['CreationClassName', 'Name'],
  ['Name'],
]

interface Learned {
  readonly name: string
  readonly type: TypeSpec | undefined
  readonly isNamed: boolean
}

/** Learns from every bag of properties first, then makes the classes. */
export class PropertyTypes {
  readonly #known = new ClassTable(CLASSES)
  /** By class in lower case, then by property in lower case. */
  readonly #learned = new Map<string, { readonly name: string; readonly properties: Map<string, Learned> }>()

  /** The class's name as it is known. */
  className(name: string): string {
    return this.#known.find(name)?.name ?? this.#learned.get(foldCase(name))?.name ?? name
  }

  /** The key properties of a known class. */
  keysOf(className: string): readonly string[] {
    const properties = this.#known.find(className)?.properties ?? []
    return properties.filter(({ isKey }) => isKey).map(({ name }) => name)
  }

  /** Two types that are named for one property are refused; a named type is preferred to one from a value. */
  learn(className: string, properties: ScenarioProperties, where: string): void {
    const learned = this.#learnedOf(className)
    const known = this.#known.find(className)
    for (const [name, value] of Object.entries(properties)) {
      const named = typedValue(value)?.type
      const before = learned.get(foldCase(name))
      const declared = known?.property(name)
      if (named === undefined) {
        if (declared !== undefined || before?.type !== undefined) continue
        learned.set(foldCase(name), { name: before?.name ?? name, type: inferType(value), isNamed: false })
        continue
      }
      if (before?.isNamed === true && before.type !== named) {
        refuse(`${where}.${name}.type`, `"${before.type}", as it is called elsewhere`, named)
      }
      if (declared?.type === named) continue
      learned.set(foldCase(name), { name: declared?.name ?? name, type: named, isNamed: true })
    }
  }

  /** Null in every scenario value: a string, as good as any other type. */
  classes(): ClassTable {
    const sources: Record<string, ClassSource> = { ...CLASSES }
    for (const { name, properties } of this.#learned.values()) {
      const known = CLASSES[name]
      const types: TypeMap = Object.fromEntries(
        Array.from(properties.values(), ({ name, type }) => [name, type ?? 'string']),
      )
      sources[name] =
        known === undefined
          ? { properties: types, keys: keysAmong(types) }
          : { ...known, properties: { ...known.properties, ...types } }
    }
    return new ClassTable(sources)
  }

  #learnedOf(className: string): Map<string, Learned> {
    const folded = foldCase(className)
    const known = this.#learned.get(folded) ?? { name: this.className(className), properties: new Map() }
    this.#learned.set(folded, known)
    return known.properties
  }
}

function keysAmong(types: TypeMap): readonly string[] {
  const spelling = new Map(Object.keys(types).map(name => [foldCase(name), name]))
  const keys = USUAL_KEYS.find(names => names.every(name => spelling.has(foldCase(name)))) ?? []
  return keys.map(name => spelling.get(foldCase(name)) ?? name)
}
