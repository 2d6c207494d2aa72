/** PROPERTY.REFERENCE: paths, names, keys, texts. */

import type { DecodeRule } from '../../../lib/cimxml/rules'
import type { CimReference } from '../../../lib/entries/cimxml'
import { accepted, p, reference, refused } from './case'

const NAMESPACES = '<NAMESPACE NAME="root"/><NAMESPACE NAME="v2"></NAMESPACE>'
const LOCAL = `<LOCALNAMESPACEPATH>${NAMESPACES}</LOCALNAMESPACEPATH>`
const FULL = `<NAMESPACEPATH><HOST>HV-01</HOST>${LOCAL}</NAMESPACEPATH>`
const KEY = '<KEYBINDING NAME="Id"><KEYVALUE VALUETYPE="string">7</KEYVALUE></KEYBINDING>'
const NAME = `<INSTANCENAME CLASSNAME="D">${KEY}</INSTANCENAME>`

/** The VALUE.REFERENCE around a content. */
function ref(body: string): string {
  return reference(`<VALUE.REFERENCE>${body}</VALUE.REFERENCE>`)
}

/** A reference to an instance D with the keys in the INSTANCENAME. */
function keys(body: string): string {
  return ref(`<INSTANCENAME CLASSNAME="D">${body}</INSTANCENAME>`)
}

function to(fields: Partial<CimReference>, entries: Record<string, string> = {}): CimReference {
  return {
    host: null,
    namespace: null,
    className: 'D',
    ...fields,
    keys: Object.assign(Object.create(null), entries),
  }
}

const ACCEPTED: readonly [because: string, xml: string, value: CimReference | string | null][] = [
  ['NULL', reference(''), null],
  ['NULL', reference(' <!-- --> '), null],
  ['name', ref(NAME), to({}, { Id: '7' })],
  ['name, white space', ref(`\n${NAME}\n`), to({}, { Id: '7' })],
  ['name, comment and instruction first', ref(`<!-- --> <?x?>${NAME}<!-- -->`), to({}, { Id: '7' })],
  ['name without keys', keys(''), to({})],
  ['name without keys', ref('<INSTANCENAME CLASSNAME="D"/>'), to({})],
  [
    'two keys',
    keys(`${KEY}<KEYBINDING NAME="B"><KEYVALUE>&lt;x></KEYVALUE></KEYBINDING>`),
    to({}, { Id: '7', B: '<x>' }),
  ],
  [
    'key of any type is text',
    keys('<KEYBINDING NAME="N"><KEYVALUE VALUETYPE="numeric" TYPE="uint32">07</KEYVALUE></KEYBINDING>'),
    to({}, { N: '07' }),
  ],
  ['empty key', keys('<KEYBINDING NAME="N"><KEYVALUE/></KEYBINDING>'), to({}, { N: '' })],
  [
    'key named __proto__',
    keys('<KEYBINDING NAME="__proto__"><KEYVALUE>x</KEYVALUE></KEYBINDING>'),
    to({}, { ['__proto__']: 'x' }),
  ],
  ['key without a name', keys('<KEYVALUE>only</KEYVALUE>'), to({}, { '': 'only' })],
  [
    'key that is a reference keeps its source',
    keys(`<KEYBINDING NAME="R"><VALUE.REFERENCE>${NAME}</VALUE.REFERENCE></KEYBINDING>`),
    to({}, { R: NAME }),
  ],
  [
    'key that is a reference with text before its element keeps its source',
    keys(`<KEYBINDING NAME="R"><VALUE.REFERENCE>x&amp;<!-- -->${NAME}</VALUE.REFERENCE></KEYBINDING>`),
    to({}, { R: `x&amp;<!-- -->${NAME}` }),
  ],
  [
    'key that is a text reference',
    keys('<KEYBINDING NAME="R"><VALUE.REFERENCE>D.Id=&quot;7&quot;</VALUE.REFERENCE></KEYBINDING>'),
    to({}, { R: 'D.Id="7"' }),
  ],
  [
    'reference as the key without a name',
    keys(`<VALUE.REFERENCE>${NAME}</VALUE.REFERENCE>`),
    to({}, { '': NAME }),
  ],
  ['class name', ref('<CLASSNAME NAME="D"/>'), to({})],
  [
    'path',
    ref(`<INSTANCEPATH>${FULL}${NAME}</INSTANCEPATH>`),
    to({ host: 'HV-01', namespace: 'root/v2' }, { Id: '7' }),
  ],
  [
    'local path',
    ref(`<LOCALINSTANCEPATH>${LOCAL}${NAME}</LOCALINSTANCEPATH>`),
    to({ namespace: 'root/v2' }, { Id: '7' }),
  ],
  [
    'class path',
    ref(`<CLASSPATH>${FULL}<CLASSNAME NAME="D"/></CLASSPATH>`),
    to({ host: 'HV-01', namespace: 'root/v2' }),
  ],
  [
    'local class path',
    ref(`<LOCALCLASSPATH>${LOCAL}<CLASSNAME NAME="D"></CLASSNAME></LOCALCLASSPATH>`),
    to({ namespace: 'root/v2' }),
  ],
  [
    'one namespace',
    ref(
      `<LOCALINSTANCEPATH><LOCALNAMESPACEPATH> <NAMESPACE NAME="root/v2"/> </LOCALNAMESPACEPATH>${NAME}</LOCALINSTANCEPATH>`,
    ),
    to({ namespace: 'root/v2' }, { Id: '7' }),
  ],
  ['text', ref('\\\\HV-01\\root\\v2:D.Id="7"'), '\\\\HV-01\\root\\v2:D.Id="7"'],
  ['text with entities, CDATA, comment', ref('a&amp;<!-- --><![CDATA[<b>]]>'), 'a&<b>'],
  ['text that begins with CDATA', ref('<![CDATA[D]]>'), 'D'],
  ['empty text', ref(''), ''],
  ['empty text', reference('<VALUE.REFERENCE/>'), ''],
  ['blank text', ref(' '), ' '],
]

const REFUSED: readonly [because: string, marked: string, rule: DecodeRule][] = [
  ['CDATA before an element', ref(`¦<![CDATA[x]]>${NAME}`), 'cdata'],
  ['VALUE in a reference', reference('¦<VALUE>x</VALUE>'), 'child'],
  ['VALUE.NULL in a reference', reference('¦<VALUE.NULL/>'), 'child'],
  ['two values', reference('<VALUE.REFERENCE/>¦<VALUE.REFERENCE/>'), 'child-repeated'],
  ['two names', ref(`${NAME}¦${NAME}`), 'child'],
  ['text before an element', ref(`¦x${NAME}`), 'text'],
  ['text after an element', ref(`${NAME}¦x`), 'text'],
  ['CDATA after an element', ref(`${NAME}¦<![CDATA[x]]>`), 'cdata'],
  ['unknown element', ref('¦<OBJECTPATH/>'), 'child'],
  ['an instance is no name', ref('¦<INSTANCE CLASSNAME="D"/>'), 'child'],
  ['CLASSNAME missing', ref('¦<INSTANCENAME/>'), 'classname'],
  ['CLASSNAME empty', ref('<INSTANCENAME CLASSNAME="¦"/>'), 'classname'],
  ['NAME of a class missing', ref('¦<CLASSNAME/>'), 'name'],
  ['NAME of a key missing', keys('¦<KEYBINDING><KEYVALUE/></KEYBINDING>'), 'name'],
  ['NAME of a key empty', keys('<KEYBINDING NAME="¦"><KEYVALUE/></KEYBINDING>'), 'name'],
  [
    'NAME of a namespace missing',
    ref('<LOCALINSTANCEPATH><LOCALNAMESPACEPATH>¦<NAMESPACE/></LOCALNAMESPACEPATH></LOCALINSTANCEPATH>'),
    'name',
  ],
  ['a key twice', keys(`${KEY}<KEYBINDING NAME="¦ID"><KEYVALUE/></KEYBINDING>`), 'key-duplicate'],
  ['a key without a value', keys('¦<KEYBINDING NAME="K"/>'), 'child-missing'],
  ['a key with two values', keys('<KEYBINDING NAME="K"><KEYVALUE/>¦<KEYVALUE/></KEYBINDING>'), 'child'],
  ['a key with a VALUE', keys('<KEYBINDING NAME="K">¦<VALUE/></KEYBINDING>'), 'child'],
  ['an element in KEYVALUE', keys('<KEYVALUE>¦<A/></KEYVALUE>'), 'child'],
  ['a nameless key after a named one', keys(`${KEY}¦<KEYVALUE/>`), 'child'],
  ['a named key after a nameless one', keys(`<KEYVALUE/>¦${KEY}`), 'child'],
  ['a VALUE among the keys', keys('¦<VALUE/>'), 'child'],
  [
    'an ill-formed reference as a key',
    keys('<KEYBINDING NAME="R"><VALUE.REFERENCE><A></¦B></VALUE.REFERENCE></KEYBINDING>'),
    'end-tag',
  ],
  ['a path without a place', ref(`<INSTANCEPATH>¦${NAME}</INSTANCEPATH>`), 'child'],
  ['a path with a local place', ref(`<INSTANCEPATH>¦${LOCAL}${NAME}</INSTANCEPATH>`), 'child'],
  ['a path without a name', ref(`¦<INSTANCEPATH>${FULL}</INSTANCEPATH>`), 'child-missing'],
  ['a path with a class name', ref(`<INSTANCEPATH>${FULL}¦<CLASSNAME NAME="D"/></INSTANCEPATH>`), 'child'],
  ['a path with two names', ref(`<INSTANCEPATH>${FULL}${NAME}¦${NAME}</INSTANCEPATH>`), 'child'],
  ['an empty path', ref('¦<LOCALINSTANCEPATH/>'), 'child-missing'],
  [
    'a place without a host',
    ref(`<INSTANCEPATH><NAMESPACEPATH>¦${LOCAL}</NAMESPACEPATH></INSTANCEPATH>`),
    'child',
  ],
  [
    'a place without namespaces',
    ref('<INSTANCEPATH>¦<NAMESPACEPATH><HOST>h</HOST></NAMESPACEPATH></INSTANCEPATH>'),
    'child-missing',
  ],
  ['an empty place', ref('<LOCALINSTANCEPATH>¦<LOCALNAMESPACEPATH/></LOCALINSTANCEPATH>'), 'child-missing'],
  [
    'a place with something else',
    ref(
      '<LOCALINSTANCEPATH><LOCALNAMESPACEPATH><NAMESPACE NAME="a"/>¦<HOST/></LOCALNAMESPACEPATH></LOCALINSTANCEPATH>',
    ),
    'child',
  ],
  [
    'a child in NAMESPACE',
    ref(
      '<LOCALINSTANCEPATH><LOCALNAMESPACEPATH><NAMESPACE NAME="a">¦<NAMESPACE NAME="b"/></NAMESPACE></LOCALNAMESPACEPATH></LOCALINSTANCEPATH>',
    ),
    'child',
  ],
  [
    'text in NAMESPACE',
    ref(
      '<LOCALINSTANCEPATH><LOCALNAMESPACEPATH><NAMESPACE NAME="a">¦b</NAMESPACE></LOCALNAMESPACEPATH></LOCALINSTANCEPATH>',
    ),
    'text',
  ],
  [
    'a host after the namespaces',
    ref(`<INSTANCEPATH><NAMESPACEPATH><HOST>h</HOST>${LOCAL}¦<HOST>h</HOST></NAMESPACEPATH></INSTANCEPATH>`),
    'child',
  ],
  ['text in INSTANCENAME', keys('¦7'), 'text'],
  ['text in KEYBINDING', keys('<KEYBINDING NAME="K">¦7</KEYBINDING>'), 'text'],
  ['comment that is ill-formed before the content', ref('<!-- ¦-- -->'), 'comment'],
]

export const referencesAccepted = ACCEPTED.map(([because, xml, value]) =>
  accepted(`accept 7: ${because}`, xml, p('reference', value, false)),
)
export const referencesRefused = REFUSED.map(([because, marked, rule]) =>
  refused(`accept 7: ${because}`, marked, rule),
)
