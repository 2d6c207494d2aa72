/** The words of the CIM-XML grammar. */

/** The elements of the grammar (DSP0201, WMI's DTD), spelt as in the text; two more for what else a scan can find. */
export const Element = {
  INSTANCE: 0,
  QUALIFIER: 1,
  PROPERTY: 2,
  'PROPERTY.ARRAY': 3,
  'PROPERTY.REFERENCE': 4,
  VALUE: 5,
  'VALUE.ARRAY': 6,
  'VALUE.NULL': 7,
  'VALUE.REFERENCE': 8,
  CLASSPATH: 9,
  LOCALCLASSPATH: 10,
  CLASSNAME: 11,
  INSTANCEPATH: 12,
  LOCALINSTANCEPATH: 13,
  INSTANCENAME: 14,
  NAMESPACEPATH: 15,
  LOCALNAMESPACEPATH: 16,
  HOST: 17,
  NAMESPACE: 18,
  KEYBINDING: 19,
  KEYVALUE: 20,
  'PROPERTY.OBJECT': 21,
  'PROPERTY.OBJECTARRAY': 22,
  'VALUE.OBJECT': 23,
  'VALUE.OBJECTARRAY': 24,
  /** An element of another name. */
  unknown: -1,
  /** No element: the parent ends here. */
  none: -2,
} as const

/** The types `TYPE` may name; `reference` has an element of its own. */
const TYPE_NAMES = [
  'boolean',
  'string',
  'char16',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'sint8',
  'sint16',
  'sint32',
  'sint64',
  'real32',
  'real64',
  'datetime',
] as const

export type ValueType = (typeof TYPE_NAMES)[number]

/** Element names by id. */
export const ELEMENT_NAMES = Object.keys(Element).slice(0, -2)

const ELEMENTS = new Map(ELEMENT_NAMES.map((name, id) => [name, id]))
const TYPES = new Map<string, ValueType>(TYPE_NAMES.map(name => [name, name]))

export function findElement(name: string): number {
  return ELEMENTS.get(name) ?? Element.unknown
}

export function findType(name: string): ValueType | null {
  return TYPES.get(name) ?? null
}
