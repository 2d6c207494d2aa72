import type { CimInstance, CimProperty } from '../../lib/cim/types'

/** Properties by name with their CIM type taken from the value; `Class` names the class. */
export type Values = Readonly<Record<string, string | number | bigint | boolean | null>> & {
  readonly Class?: string
}

const DATETIME = /^\d{14}\.\d{6}[-+:]\d{3}$/

export function instanceFrom({ Class = 'Msvm_MigrationJob', ...values }: Values): CimInstance {
  const properties: Record<string, CimProperty> = {}
  for (const [name, value] of Object.entries(values)) {
    const type =
      typeof value === 'number'
        ? 'uint16'
        : typeof value === 'bigint'
          ? 'uint64'
          : typeof value === 'boolean'
            ? 'boolean'
            : DATETIME.test(value ?? '')
              ? 'datetime'
              : 'string'
    properties[name] = { type, array: false, value }
  }
  return { className: Class, properties }
}

/** The CIM-XML of an error with these properties; the text goes in as it is. */
export function errorXml(properties: Readonly<Record<string, string | number | readonly string[]>>): string {
  const items = Object.entries(properties).map(([name, value]) => {
    if (typeof value === 'number') {
      return `<PROPERTY NAME="${name}" TYPE="uint16"><VALUE>${value}</VALUE></PROPERTY>`
    }
    if (typeof value === 'string')
      return `<PROPERTY NAME="${name}" TYPE="string"><VALUE>${value}</VALUE></PROPERTY>`
    const values = value.map(text => `<VALUE>${text}</VALUE>`).join('')
    return `<PROPERTY.ARRAY NAME="${name}" TYPE="string"><VALUE.ARRAY>${values}</VALUE.ARRAY></PROPERTY.ARRAY>`
  })
  return `<INSTANCE CLASSNAME="Msvm_Error">${items.join('')}</INSTANCE>`
}
