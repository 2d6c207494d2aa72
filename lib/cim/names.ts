/** Names of CIM and of Hyper-V's classes; they compare without case. */

/** The six classes that have GetErrorEx, in the documented spelling. */
export const JOB_CLASS_NAMES = Object.freeze([
  'Msvm_MigrationJob',
  'Msvm_ConcreteJob',
  'Msvm_StorageJob',
  'Msvm_CopyFileToGuestJob',
  'Msvm_CollectionReferencePointExportJob',
  'Msvm_VirtualSystemReferencePointExportJob',
] as const)

export type JobClassName = (typeof JOB_CLASS_NAMES)[number]

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

const PROPERTIES = new Map(Object.keys(Property).map((name, id) => [foldCase(name), id]))

/** The id of the known property of this name, which {@link foldCase} made, or -1. */
export function findProperty(folded: string): number {
  return PROPERTIES.get(folded) ?? -1
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
