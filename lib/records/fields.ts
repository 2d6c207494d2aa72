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

export class RecordShape {
  /**
   * Every name of a record, copied for each, so that all records of a shape share a hidden class. What is added to a
   * copy afterwards makes V8 copy it name by name, which takes many times as long.
   */
  readonly #blank: Readonly<Record<string, unknown>>
  readonly #byName: ReadonlyMap<string, readonly [key: string, field: Field]>

  /** `head` and `tail`: what a record has before and after its fields and `extra`. */
  constructor(fields: FieldTable, head: object, tail: object) {
    const entries = Object.entries(fields)
    const unread = Object.fromEntries(entries.map(([key]) => [key, undefined]))
    this.#blank = { ...head, ...unread, extra: undefined, ...tail }
    this.#byName = new Map(entries.map(entry => [entry[1].cimName.toLowerCase(), entry]))
  }

  /** An undeclared property, or one of another type than its class declares, goes to `extra`. */
  read({ properties }: CimInstance): Record<string, unknown> {
    const extra: Record<string, CimProperty['value']> = Object.create(null)
    const record = { ...this.#blank }
    record.extra = extra
    for (const name of Object.keys(properties)) {
      const property = properties[name] as CimProperty
      const known = this.#byName.get(name.toLowerCase())
      if (known !== undefined && fits(known[1], property)) record[known[0]] = property.value
      else extra[name] = property.value
    }
    return record
  }
}
