/** The grammar of an instance: which element may stand where, names, types, NULL and empty. */

import type { DecodeRule } from '../../../lib/cimxml/rules'
import type { CimProperty } from '../../../lib/entries/cimxml'
import { accepted, array, instance, p, property, refused } from './case'

const TEXT = { type: 'string', array: false, value: 'x' } as const
const NULL = { type: 'string', array: false, value: null } as const
const QUALIFIER = '<QUALIFIER NAME="Q" TYPE="string"><VALUE>q</VALUE></QUALIFIER>'

/** A property of the given name with the value x. */
function named(name: string): string {
  return `<PROPERTY NAME="${name}" TYPE="string"><VALUE>x</VALUE></PROPERTY>`
}

const ACCEPTED: readonly [because: string, xml: string, properties: Record<string, CimProperty>][] = [
  ['NULL: no VALUE', property('string', ''), { P: NULL }],
  ['NULL: empty-element tag', instance('<PROPERTY NAME="P" TYPE="string"/>'), { P: NULL }],
  ['NULL: white space', property('string', ' \r\n\t'), { P: NULL }],
  ['NULL: comment and instruction', property('string', '<!-- x --><?y?>'), { P: NULL }],
  ['NULL of a number', property('uint32', ''), p('uint32', null, false)],
  ['NULL of a datetime', property('datetime', ' '), p('datetime', null, false)],
  ['empty string', property('string', '<VALUE></VALUE>'), p('string', '')],
  ['empty string', property('string', '<VALUE/>'), p('string', '')],
  ['empty string', property('string', '<VALUE />'), p('string', '')],
  ['a blank is no NULL', property('string', '<VALUE> </VALUE>'), p('string', ' ')],
  ['white space around VALUE', property('string', '\n  <VALUE>x</VALUE>\n'), { P: TEXT }],
  ['comments around VALUE', property('string', '<!----><VALUE>x</VALUE><?a?>'), { P: TEXT }],
  [
    'attributes on VALUE',
    property('string', '<VALUE xml:space="preserve" TYPE="zzz">x</VALUE>'),
    { P: TEXT },
  ],
  ['array NULL', array('string', ''), p('string', null, true)],
  ['array NULL', array('string', '\n'), p('string', null, true)],
  ['array NULL', instance('<PROPERTY.ARRAY NAME="P" TYPE="string"/>'), p('string', null, true)],
  ['array empty', array('string', '<VALUE.ARRAY></VALUE.ARRAY>'), p('string', [])],
  ['array empty', array('string', '<VALUE.ARRAY/>'), p('string', [])],
  ['array empty', array('string', '<VALUE.ARRAY> <!-- --> </VALUE.ARRAY>'), p('string', [])],
  ['array of an empty string', array('string', '<VALUE.ARRAY><VALUE/></VALUE.ARRAY>'), p('string', [''])],
  ['array of NULL', array('string', '<VALUE.ARRAY><VALUE.NULL/></VALUE.ARRAY>'), p('string', [null])],
  [
    'array of NULL',
    array('string', '<VALUE.ARRAY><VALUE.NULL></VALUE.NULL></VALUE.ARRAY>'),
    p('string', [null]),
  ],
  [
    'array of NULL',
    array('string', '<VALUE.ARRAY><VALUE.NULL> <!----> </VALUE.NULL ></VALUE.ARRAY>'),
    p('string', [null]),
  ],
  [
    'array white space',
    array('string', '\n<VALUE.ARRAY>\n<VALUE>x</VALUE>\n<VALUE> </VALUE>\n</VALUE.ARRAY>\n'),
    p('string', ['x', ' ']),
  ],
  [
    'array of NULL only for a number',
    array('uint8', '<VALUE.ARRAY><VALUE.NULL/></VALUE.ARRAY>'),
    p('uint8', [null]),
  ],
  ['accept 1: qualifier of the instance', instance(QUALIFIER + named('P')), { P: TEXT }],
  ['accept 1: qualifier wherever it stands', instance(named('P') + QUALIFIER), { P: TEXT }],
  ['accept 1: qualifier before VALUE', property('string', `${QUALIFIER}<VALUE>x</VALUE>`), { P: TEXT }],
  ['accept 1: qualifier after VALUE', property('string', `<VALUE>x</VALUE>${QUALIFIER}`), { P: TEXT }],
  ['accept 1: qualifier never becomes the value', property('string', QUALIFIER + QUALIFIER), { P: NULL }],
  [
    'accept 1: qualifier with an array',
    property(
      'string',
      '<QUALIFIER NAME="Q" TYPE="string"><VALUE.ARRAY><VALUE>q</VALUE></VALUE.ARRAY></QUALIFIER>',
    ),
    { P: NULL },
  ],
  [
    'accept 1: qualifier in an array',
    array('string', `${QUALIFIER}<VALUE.ARRAY/>${QUALIFIER}`),
    p('string', []),
  ],
  [
    'accept 1: qualifier of a reference',
    instance(`<PROPERTY.REFERENCE NAME="P">${QUALIFIER}</PROPERTY.REFERENCE>`),
    p('reference', null, false),
  ],
  [
    'accept 2: attributes of any order',
    instance('<PROPERTY TYPE="string" MODIFIED="TRUE" PROPAGATED="true" NAME="P" CLASSORIGIN="C"/>'),
    { P: NULL },
  ],
  [
    'accept 2: ARRAYSIZE',
    instance('<PROPERTY.ARRAY NAME="P" TYPE="string" ARRAYSIZE="2"/>'),
    p('string', null, true),
  ],
  [
    'accept 4: names keep their spelling',
    instance(named('mEsSaGe') + named('OTHER')),
    { mEsSaGe: TEXT, OTHER: TEXT },
  ],
  [
    'accept 4: names of Object.prototype',
    instance(named('__proto__') + named('constructor') + named('hasOwnProperty')),
    { ['__proto__']: TEXT, constructor: TEXT, hasOwnProperty: TEXT },
  ],
  [
    'accept 4: other letters',
    instance(named('Größe') + named('\u{10428}') + named('a b') + named('1')),
    { Größe: TEXT, '\u{10428}': TEXT, 'a b': TEXT, 1: TEXT },
  ],
  [
    'accept 4: ß and ss are two names',
    instance(named('straße') + named('STRASSE')),
    { straße: TEXT, STRASSE: TEXT },
  ],
  ['accept 4: two sigmas are two names', instance(named('ς') + named('σ')), { ς: TEXT, σ: TEXT }],
  [
    'accept 8: EmbeddedObject',
    instance('<PROPERTY NAME="P" TYPE="string" EmbeddedObject="instance"><VALUE>&lt;A/></VALUE></PROPERTY>'),
    { P: { type: 'string', array: false, value: '<A/>', embeddedObject: 'instance' } },
  ],
  [
    'accept 8: EMBEDDEDOBJECT',
    instance('<PROPERTY NAME="P" TYPE="string" EMBEDDEDOBJECT="object"/>'),
    { P: { type: 'string', array: false, value: null, embeddedObject: 'object' } },
  ],
  [
    'accept 8: on an array',
    instance(
      '<PROPERTY.ARRAY NAME="P" TYPE="string" EmbeddedObject="object"><VALUE.ARRAY/></PROPERTY.ARRAY>',
    ),
    { P: { type: 'string', array: true, value: [], embeddedObject: 'object' } },
  ],
  [
    'accept 8: EmbeddedClassName says nothing',
    instance('<PROPERTY NAME="P" TYPE="string" EmbeddedClassName="X"/>'),
    { P: NULL },
  ],
  [
    'accept 8: another value says nothing',
    instance('<PROPERTY NAME="P" TYPE="string" EmbeddedObject="Instance"/>'),
    { P: NULL },
  ],
  [
    'accept 8: a number embeds nothing',
    instance('<PROPERTY NAME="P" TYPE="uint8" EmbeddedObject="instance"/>'),
    p('uint8', null, false),
  ],
]

const REFUSED: readonly [because: string, marked: string, rule: DecodeRule][] = [
  ['CLASSNAME missing', '¦<INSTANCE/>', 'classname'],
  ['CLASSNAME missing', '¦<INSTANCE NAME="C"/>', 'classname'],
  ['CLASSNAME missing, case', '¦<INSTANCE ClassName="C"/>', 'classname'],
  ['CLASSNAME empty', '<INSTANCE CLASSNAME="¦"/>', 'classname'],
  ['CLASSNAME blank', '<INSTANCE CLASSNAME="¦ &#9;"/>', 'classname'],
  ['NAME missing', instance('¦<PROPERTY TYPE="string"/>'), 'name'],
  ['NAME missing, case', instance('¦<PROPERTY name="P" TYPE="string"/>'), 'name'],
  ['NAME missing on an array', instance('¦<PROPERTY.ARRAY TYPE="string"/>'), 'name'],
  ['NAME missing on a reference', instance('¦<PROPERTY.REFERENCE/>'), 'name'],
  ['NAME empty', instance('<PROPERTY NAME="¦" TYPE="string"/>'), 'name'],
  ['NAME blank', instance('<PROPERTY NAME="¦ " TYPE="string"/>'), 'name'],
  ['TYPE missing', instance('¦<PROPERTY NAME="P"/>'), 'type'],
  ['TYPE missing after one that has it', instance(`${named('O')}¦<PROPERTY NAME="P"/>`), 'type'],
  ['TYPE missing on an array', instance('¦<PROPERTY.ARRAY NAME="P"/>'), 'type'],
  ['TYPE missing, case', instance('¦<PROPERTY NAME="P" Type="string"/>'), 'type'],
  ['two VALUEs', property('string', '<VALUE>a</VALUE>¦<VALUE>b</VALUE>'), 'child-repeated'],
  ['two VALUEs, empty', property('string', '<VALUE/>¦<VALUE/>'), 'child-repeated'],
  ['two VALUEs around a qualifier', property('string', `<VALUE/>${QUALIFIER}¦<VALUE/>`), 'child-repeated'],
  ['two VALUE.ARRAYs', array('string', '<VALUE.ARRAY/>¦<VALUE.ARRAY/>'), 'child-repeated'],
  ['VALUE in an array', array('string', '¦<VALUE>a</VALUE>'), 'child'],
  ['VALUE.ARRAY in a scalar', property('string', '¦<VALUE.ARRAY/>'), 'child'],
  ['VALUE.NULL in a scalar', property('string', '¦<VALUE.NULL/>'), 'child'],
  ['VALUE.NULL in an array property', array('string', '¦<VALUE.NULL/>'), 'child'],
  ['VALUE.REFERENCE in a scalar', property('string', '¦<VALUE.REFERENCE/>'), 'child'],
  ['VALUE.ARRAY in VALUE.ARRAY', array('string', '<VALUE.ARRAY>¦<VALUE.ARRAY/></VALUE.ARRAY>'), 'child'],
  ['qualifier among items', array('string', '<VALUE.ARRAY>¦<QUALIFIER/></VALUE.ARRAY>'), 'child'],
  [
    'element in VALUE.NULL',
    array('string', '<VALUE.ARRAY><VALUE.NULL>¦<VALUE/></VALUE.NULL></VALUE.ARRAY>'),
    'child',
  ],
  ['text in VALUE.NULL', array('string', '<VALUE.ARRAY><VALUE.NULL>¦x</VALUE.NULL></VALUE.ARRAY>'), 'text'],
  ['VALUE in the instance', instance('¦<VALUE>a</VALUE>'), 'child'],
  ['unknown element', instance('¦<METHOD NAME="M"/>'), 'child'],
  ['unknown element', property('string', '¦<COMMENT/>'), 'child'],
  ['unknown element, case', instance('¦<property NAME="P" TYPE="string"/>'), 'child'],
  ['unknown element, case', property('string', '¦<Value>a</Value>'), 'child'],
  ['an instance in an instance', instance('¦<INSTANCE CLASSNAME="D"/>'), 'child'],
  ['a property in a property', property('string', '¦<PROPERTY NAME="Q" TYPE="string"/>'), 'child'],
  ['a name of Object.prototype is no element', instance('¦<constructor/>'), 'child'],
  ['text in the instance', instance(' ¦x'), 'text'],
  ['text in a property', property('string', '¦x'), 'text'],
  ['text after VALUE', property('string', '<VALUE>x</VALUE> ¦y'), 'text'],
  ['text in an array', array('string', '<VALUE.ARRAY>¦x</VALUE.ARRAY>'), 'text'],
  ['text between items', array('string', '<VALUE.ARRAY><VALUE/>¦,<VALUE/></VALUE.ARRAY>'), 'text'],
  ['a reference where elements stand', instance('¦&#32;'), 'text'],
  ['an entity where elements stand', property('string', '¦&amp;'), 'text'],
  ['CDATA where elements stand', instance('¦<![CDATA[]]>'), 'cdata'],
  ['CDATA where elements stand', array('string', '<VALUE.ARRAY>¦<![CDATA[ ]]></VALUE.ARRAY>'), 'cdata'],
  [']]> where elements stand', instance('¦]]>'), 'text'],
  ['NBSP is no white space', instance('¦\u00a0'), 'text'],
  ['byte order mark inside', instance('¦\ufeff'), 'text'],
  ['control where elements stand', instance('¦\u0001'), 'character'],
  ['surrogate where elements stand', instance('¦\ud800'), 'character'],
  ['a property twice', instance(`${named('P')}<PROPERTY NAME="¦P" TYPE="string"/>`), 'property-duplicate'],
  [
    'a property twice, case',
    instance(`${named('Probe')}<PROPERTY NAME="¦pROBE" TYPE="string"/>`),
    'property-duplicate',
  ],
  [
    'a known property twice',
    instance(`${named('Message')}<PROPERTY NAME="¦Message" TYPE="string"/>`),
    'property-duplicate',
  ],
  [
    'a known property twice, case',
    instance(`${named('message')}<PROPERTY NAME="¦MESSAGE" TYPE="string"/>`),
    'property-duplicate',
  ],
  [
    'a property twice, another element',
    instance(`${named('P')}<PROPERTY.ARRAY NAME="¦P" TYPE="string"/>`),
    'property-duplicate',
  ],
  [
    'a property twice, another element',
    instance(`${named('P')}<PROPERTY.REFERENCE NAME="¦p"/>`),
    'property-duplicate',
  ],
  [
    'a property twice, other letters',
    instance(`${named('größe')}<PROPERTY NAME="¦GRÖßE" TYPE="string"/>`),
    'property-duplicate',
  ],
  [
    'a property twice, letters above U+FFFF',
    instance(`${named('\u{10400}')}<PROPERTY NAME="¦\u{10428}" TYPE="string"/>`),
    'property-duplicate',
  ],
  [
    'a property twice, letters that grow',
    instance(`${named('\u0130')}<PROPERTY NAME="¦\u0130" TYPE="string"/>`),
    'property-duplicate',
  ],
  [
    'a property twice, __proto__',
    instance(`${named('__proto__')}<PROPERTY NAME="¦__PROTO__" TYPE="string"/>`),
    'property-duplicate',
  ],
  [
    'a property twice, by reference',
    instance(`${named('P')}<PROPERTY NAME="¦&#80;" TYPE="string"/>`),
    'property-duplicate',
  ],
]

export const grammarAccepted = ACCEPTED.map(([because, xml, properties]) =>
  accepted(because, xml, properties),
)
const NO_TYPES = [
  '',
  'String',
  'STRING',
  ' string',
  'string ',
  'strin',
  'int32',
  'uint128',
  'reference',
  'object',
  'text',
  'constructor',
]

export const grammarRefused = [
  ...REFUSED.map(([because, marked, rule]) => refused(because, marked, rule)),
  ...NO_TYPES.map(type => refused('TYPE unknown', instance(`<PROPERTY NAME="P" TYPE="¦${type}"/>`), 'type')),
]
