/** Turns an instance into a record of fixed shape after a table of fields: one table is both type and program. */
import type { CimInstance, CimProperty, CimType } from '../cim/types'

type FieldType = Extract<
  CimType,
  'string' | 'datetime' | 'boolean' | 'uint8' | 'uint16' | 'uint32' | 'sint8' | 'sint16' | 'sint32'
>

export interface Field<Type extends FieldType = FieldType, IsArray extends boolean = boolean> {
  /** The property's name as the class spells it; it is looked up without case. */
  readonly cimName: string
  readonly type: Type
  readonly array: IsArray
}

export type FieldTable = Readonly<Record<string, Field>>

type Scalar<Type extends FieldType> = Type extends 'string' | 'datetime'
  ? string
  : Type extends 'boolean'
    ? boolean
    : number

type FieldValue<F> =
  F extends Field<infer Type, infer IsArray>
    ? IsArray extends true
      ? readonly (Scalar<Type> | null)[]
      : Scalar<Type>
    : never

/** The fields of a table: `undefined` where the instance has no such property, null where it is NULL. */
export type Fields<Table extends FieldTable> = {
  readonly [Name in keyof Table]: FieldValue<Table[Name]> | null | undefined
}

/** Values by property name as spelt in the source; a null-prototype object. */
export type Extra = Readonly<Record<string, CimProperty['value']>>

export function field<Type extends FieldType>(cimName: string, type: Type): Field<Type, false> {
  return { cimName, type, array: false }
}

export function list<Type extends FieldType>(cimName: string, type: Type): Field<Type, true> {
  return { cimName, type, array: true }
}

const INTEGERS: ReadonlySet<CimType> = new Set(['uint8', 'uint16', 'uint32', 'sint8', 'sint16', 'sint32'])

/** Integers are numbers up to 32 bits, so their exact width does not matter; every other type has to match. */
function fits(wanted: Field, property: CimProperty): boolean {
  if (wanted.array !== property.array) return false
  return wanted.type === property.type || (INTEGERS.has(wanted.type) && INTEGERS.has(property.type))
}

export class RecordShape<Table extends FieldTable> {
  readonly fields: Table
  /** Every field undefined: copied for each record, so that all records of a shape share a hidden class. */
  readonly #blank: Readonly<Record<string, undefined>>
  readonly #byName: ReadonlyMap<string, readonly [key: string, field: Field]>

  constructor(fields: Table) {
    this.fields = fields
    const entries = Object.entries(fields)
    this.#blank = Object.fromEntries(entries.map(([key]) => [key, undefined]))
    this.#byName = new Map(entries.map(entry => [entry[1].cimName.toLowerCase(), entry]))
  }

  /** An undeclared property, or one of another type than its class declares, goes to `extra`. */
  read(instance: CimInstance): Fields<Table> & { readonly extra: Extra } {
    const extra: Record<string, CimProperty['value']> = Object.create(null)
    const record: Record<string, unknown> = { ...this.#blank, extra }
    for (const [name, property] of Object.entries(instance.properties)) {
      const known = this.#byName.get(name.toLowerCase())
      if (known !== undefined && fits(known[1], property)) record[known[0]] = property.value
      else extra[name] = property.value
    }
    // `fits` compared each value's CIM type with the one its field's type is derived from.
    return record as Fields<Table> & { readonly extra: Extra }
  }
}
