/** Classes with what they inherit, found by name in any case. */
import { foldCase } from '../cim/names'
import type { CimType } from '../cim/types'
import { ARRAY_FLAG, CIM_TYPES } from '../wmi/from-native'

/** A CIM type as MOF spells it, `[]` for an array. */
export type TypeSpec = CimType | `${CimType}[]`
export type TypeMap = Readonly<Record<string, TypeSpec>>

export interface MethodSource {
  /** Absent for a method without in-parameters. */
  readonly in?: TypeMap
  /** ReturnValue apart. */
  readonly out?: TypeMap
}

/** What a class declares itself. */
export interface ClassSource {
  /** A class that stands before this one in its table. */
  readonly superclass?: string
  readonly keys?: readonly string[]
  readonly properties: TypeMap
  readonly methods?: Readonly<Record<string, MethodSource>>
}

export interface PropertyDef {
  readonly name: string
  readonly type: TypeSpec
  /** CIMTYPE_ENUMERATION, with the flag of arrays. */
  readonly cimType: number
  readonly isKey: boolean
}

export interface MethodDef {
  readonly name: string
  /** Null without in-parameters. */
  readonly in: readonly PropertyDef[] | null
  readonly out: readonly PropertyDef[]
}

export class ClassDef {
  readonly name: string
  readonly superclass: ClassDef | null
  /** Inherited ones first; one that is declared again keeps its place. */
  readonly properties: readonly PropertyDef[]
  readonly methods: readonly MethodDef[]
  readonly #places: ReadonlyMap<string, number>

  constructor(
    name: string,
    superclass: ClassDef | null,
    properties: readonly PropertyDef[],
    methods: readonly MethodDef[],
  ) {
    this.name = name
    this.superclass = superclass
    this.properties = properties
    this.methods = methods
    this.#places = new Map(properties.map(({ name }, place) => [foldCase(name), place]))
  }

  /** -1 for a property that it does not have. */
  indexOf(property: string): number {
    return this.#places.get(foldCase(property)) ?? -1
  }

  property(name: string): PropertyDef | undefined {
    return this.properties[this.indexOf(name)]
  }

  method(name: string): MethodDef | undefined {
    return this.methods.find(method => sameName(method.name, name))
  }

  isA(ancestor: string): boolean {
    return this.lineage().some(({ name }) => sameName(name, ancestor))
  }

  /** This class, its superclass and so on. */
  lineage(): readonly ClassDef[] {
    return [this, ...(this.superclass?.lineage() ?? [])]
  }

  /** The same class with these properties alone. */
  project(columns: readonly string[]): ClassDef {
    const properties = this.properties.filter(({ name }) => columns.some(column => sameName(column, name)))
    return new ClassDef(this.name, this.superclass, properties, this.methods)
  }
}

export function sameName(one: string, other: string): boolean {
  return one === other || foldCase(one) === foldCase(other)
}

export class ClassTable {
  readonly #classes = new Map<string, ClassDef>()

  constructor(sources: Readonly<Record<string, ClassSource>>) {
    for (const [name, source] of Object.entries(sources)) this.#add(name, source)
  }

  /** In any case. */
  find(name: string): ClassDef | undefined {
    return this.#classes.get(foldCase(name))
  }

  get all(): readonly ClassDef[] {
    return [...this.#classes.values()]
  }

  #add(name: string, source: ClassSource): void {
    const superclass = source.superclass === undefined ? undefined : this.find(source.superclass)
    const own = declarations(source.properties, source.keys)
    const methods = Object.entries(source.methods ?? {}).map(([method, parameters]) => ({
      name: method,
      in: parameters.in === undefined ? null : declarations(parameters.in),
      out: declarations({ ReturnValue: 'uint32', ...parameters.out }),
    }))
    const properties = merge(superclass?.properties ?? [], own)
    const inherited = superclass?.methods ?? []
    this.#classes.set(
      foldCase(name),
      new ClassDef(name, superclass ?? null, properties, merge(inherited, methods)),
    )
  }
}

/** An own item overrides an inherited one of that name, in its place. */
function merge<T extends { readonly name: string }>(
  inherited: readonly T[],
  own: readonly T[],
): readonly T[] {
  const overridden = inherited.map(item => own.find(({ name }) => sameName(name, item.name)) ?? item)
  return [...overridden, ...own.filter(item => !overridden.includes(item))]
}

export function declarations(types: TypeMap, keys: readonly string[] = []): readonly PropertyDef[] {
  return Object.entries(types).map(([name, type]) => {
    const array = type.endsWith('[]')
    const cimType = TYPE_NUMBERS.get(array ? type.slice(0, -2) : type) ?? 0
    return { name, type, cimType: array ? cimType | ARRAY_FLAG : cimType, isKey: keys.includes(name) }
  })
}

const TYPE_NUMBERS: ReadonlyMap<string, number> = new Map(
  Array.from(CIM_TYPES, ([number, name]) => [name, number]),
)

export function isTypeSpec(type: unknown): type is TypeSpec {
  return typeof type === 'string' && TYPE_NUMBERS.has(type.replace(/\[\]$/, ''))
}
