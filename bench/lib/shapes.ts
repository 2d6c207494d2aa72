/** Texts of one extreme each: what the decoder is good at must not hide what it is not. */

import { flat } from './messages'

function property(name: string, type: string, value: string | null): string {
  const content = value === null ? '' : `<VALUE>${value}</VALUE>`
  return `<PROPERTY NAME="${name}" CLASSORIGIN="Msvm_Error" PROPAGATED="true" TYPE="${type}">${content}</PROPERTY>`
}

function array(name: string, items: readonly string[]): string {
  const values = items.map(item => `<VALUE>${item}</VALUE>`).join('')
  return `<PROPERTY.ARRAY NAME="${name}" TYPE="string"><VALUE.ARRAY>${values}</VALUE.ARRAY></PROPERTY.ARRAY>`
}

function instance(...parts: readonly string[]): string {
  return `<INSTANCE CLASSNAME="Msvm_Error">${parts.join('')}</INSTANCE>`
}

function many(count: number, part: (index: number) => string): string[] {
  return Array.from({ length: count }, (_, index) => part(index))
}

/** The usual properties around a message. */
function error(message: string): string[] {
  return [
    property('CIMStatusCode', 'uint32', '1'),
    property('CIMStatusCodeDescription', 'string', null),
    property('ErrorSourceFormat', 'uint16', '0'),
    property('ErrorType', 'uint16', '7'),
    property('Message', 'string', message),
    array('MessageArguments', ['ledger-db', 'HV-02', '0x8009030E']),
    property('MessageID', 'string', '21502'),
    property('PerceivedSeverity', 'uint16', '5'),
    property('ProbableCause', 'uint16', '117'),
  ]
}

const SENTENCE = 'The virtual machine could not be moved to the other host. '
const NUMBER_TYPES = ['uint8', 'sint32', 'uint64', 'real64']

export const SHAPES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    usual: instance(...error(SENTENCE)),
    indented: instance(...error(SENTENCE)).replaceAll('><', '>\n    <'),
    'two-byte': instance(...error(`${SENTENCE}\u79fb\u884c`)),
    'a long message': instance(...error(SENTENCE.repeat(80))),
    'many references': instance(...error('&quot;ledger-db&quot; &amp; &lt;HV-02&gt; &#13;&#10;'.repeat(8))),
    CDATA: instance(...error('<![CDATA[<ledger-db> & <HV-02>]]>'.repeat(4))),
    'many properties': instance(...many(60, index => property(`Custom${index}`, 'string', `value ${index}`))),
    'many NULLs': instance(...many(60, index => property(`Custom${index}`, 'string', null))),
    'many numbers': instance(
      ...many(40, index => property(`N${index}`, NUMBER_TYPES[index % 4] ?? '', `${index}`)),
    ),
    'a long array': instance(
      array(
        'MessageArguments',
        many(300, index => `argument ${index}`),
      ),
    ),
  }).map(([name, text]) => [name, flat(text)]),
)
