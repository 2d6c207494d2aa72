/** Error instances as WMI's text form writes them: invented, of some 2.5 KB each, no two alike. */

const PROPERTIES: readonly [name: string, type: string, text: (i: number) => string | null | string[]][] = [
  ['CIMStatusCode', 'uint32', () => '1'],
  ['CIMStatusCodeDescription', 'string', () => 'The request did not complete.'],
  [
    'ErrorSource',
    'string',
    i =>
      `\\\\KESTREL-0${i % 8}\\root\\virtualization\\v2:Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${guid(i)}"`,
  ],
  ['ErrorSourceFormat', 'uint16', () => '0'],
  ['ErrorType', 'uint16', i => String(i % 11)],
  [
    'Message',
    'string',
    i =>
      `'ledger-db-${i}' could not be moved to 'MERLIN-0${i % 8}': the two hosts expose different processor features, and the move was given up after ${i} s. (Virtual machine ID ${guid(i)})`,
  ],
  ['MessageArguments', 'string', i => [`ledger-db-${i}`, guid(i), `MERLIN-0${i % 8}`]],
  ['MessageID', 'string', i => String(90_000 + i)],
  ['OtherErrorSourceFormat', 'string', () => null],
  ['OtherErrorType', 'string', () => null],
  ['OwningEntity', 'string', () => 'Contoso Test Rig'],
  ['PerceivedSeverity', 'uint16', i => String(i % 8)],
  ['ProbableCause', 'uint16', i => String(i % 131)],
  ['ProbableCauseDescription', 'string', () => null],
  [
    'RecommendedActions',
    'string',
    i => [
      'Enable processor compatibility for the virtual machine.',
      `Retry the move of 'ledger-db-${i}' once it is off.`,
    ],
  ],
]

function guid(i: number): string {
  return `5D0C2E7A-93B4-4F1E-8A66-0B7C41D2${(0xe000 + i).toString(16).toUpperCase()}`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function propertyXml(name: string, type: string, value: string | null | string[]): string {
  const attributes = `NAME="${name}" CLASSORIGIN="CIM_Error" TYPE="${type}"`
  if (Array.isArray(value)) {
    const items = value.map(item => `<VALUE>${escaped(item)}</VALUE>`).join('')
    return `<PROPERTY.ARRAY ${attributes}><VALUE.ARRAY>${items}</VALUE.ARRAY></PROPERTY.ARRAY>`
  }
  return `<PROPERTY ${attributes}>${value === null ? '' : `<VALUE>${escaped(value)}</VALUE>`}</PROPERTY>`
}

/** A text of its own, written out: what the addon hands over, and no view of another string. */
export function flat(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string
}

/** So many texts; `word` goes into each message, and with it a character outside of Latin-1 makes all two-byte. */
export function makeMessages(count: number, word: string): string[] {
  return Array.from({ length: count }, (_, i) => {
    const properties = PROPERTIES.map(([name, type, value]) => {
      const made = value(i)
      return propertyXml(name, type, name === 'Message' ? `${made} ${word}` : made)
    })
    return flat(`<INSTANCE CLASSNAME="Msvm_Error">${properties.join('')}</INSTANCE>`)
  })
}
