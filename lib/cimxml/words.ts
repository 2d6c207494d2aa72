/** The words CIM-XML and WMI use. */

/** The elements of the grammar (DSP0201), spelt as in the text; two more for what else a scan can find. */
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
  /** An element of another name. */
  unknown: -1,
  /** No element: the parent ends here. */
  none: -2,
} as const

/** The types `TYPE` may name; `reference` has an element of its own. */
const kTypeNames = [
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

export type ValueType = (typeof kTypeNames)[number]

/** The properties of Msvm_Error, then the system properties that WMI's `GetText` puts first; at most 31. */
export const Property = {
  ErrorType: 0,
  OtherErrorType: 1,
  OwningEntity: 2,
  MessageID: 3,
  Message: 4,
  MessageArguments: 5,
  PerceivedSeverity: 6,
  ProbableCause: 7,
  ProbableCauseDescription: 8,
  RecommendedActions: 9,
  ErrorSource: 10,
  ErrorSourceFormat: 11,
  OtherErrorSourceFormat: 12,
  CIMStatusCode: 13,
  CIMStatusCodeDescription: 14,
  __PATH: 15,
  __NAMESPACE: 16,
  __SERVER: 17,
  __DERIVATION: 18,
  __PROPERTY_COUNT: 19,
  __RELPATH: 20,
  __DYNASTY: 21,
  __SUPERCLASS: 22,
  __CLASS: 23,
  __GENUS: 24,
} as const

/** Element names by id. */
export const kElementNames = Object.keys(Element).slice(0, -2)

const kElements = new Map(kElementNames.map((name, id) => [name, id]))
const kTypes = new Map<string, ValueType>(kTypeNames.map(name => [name, name]))
const kProperties = new Map(Object.keys(Property).map((name, id) => [foldCase(name), id]))

export function findElement(name: string): number {
  return kElements.get(name) ?? Element.unknown
}

export function findType(name: string): ValueType | null {
  return kTypes.get(name) ?? null
}

/** The id of the known property of this name, which {@link foldCase} made, or -1. */
export function findProperty(folded: string): number {
  return kProperties.get(folded) ?? -1
}

/** A name in the form in which names that differ in case only are equal. */
export function foldCase(name: string): string {
  if (/^[\0-\x7f]*$/.test(name)) return name.toLowerCase()
  // Character by character: lower-casing a whole string would look at neighbours (final sigma) and may lengthen.
  let folded = ''
  for (const char of name) {
    const lower = char.toLowerCase()
    folded += lower.length === char.length ? lower : char
  }
  return folded
}
