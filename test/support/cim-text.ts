/** Builds CIM-XML texts for scenarios. Invented, in the shape of WMI text: one line, properties in order. */

type Property = string | number | null | readonly (string | null)[]

const TYPES: Readonly<Record<string, string>> = {
  CIMStatusCode: 'uint32',
  ErrorSourceFormat: 'uint16',
  ErrorType: 'uint16',
  PerceivedSeverity: 'uint16',
  ProbableCause: 'uint16',
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function property(name: string, value: Property): string {
  const type = TYPES[name] ?? 'string'
  if (Array.isArray(value)) {
    const items = value.map(item => (item === null ? '<VALUE.NULL/>' : `<VALUE>${escapeText(item)}</VALUE>`))
    return `<PROPERTY.ARRAY NAME="${name}" TYPE="${type}"><VALUE.ARRAY>${items.join('')}</VALUE.ARRAY></PROPERTY.ARRAY>`
  }
  const content = value === null ? '' : `<VALUE>${escapeText(String(value))}</VALUE>`
  return `<PROPERTY NAME="${name}" TYPE="${type}">${content}</PROPERTY>`
}

/** The CIM-XML of an `Msvm_Error` with these properties. */
export function errorText(properties: Readonly<Record<string, Property>>): string {
  const names = Object.keys(properties).sort()
  const content = names.map(name => property(name, properties[name] ?? null)).join('')
  return `<INSTANCE CLASSNAME="Msvm_Error">${content}</INSTANCE>`
}
