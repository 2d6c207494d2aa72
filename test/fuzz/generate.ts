/**
 * Makes CIM-XML texts: mostly legal, with every liberty the rules leave and now and then one they do not. Long,
 * because it is the whole grammar in one class.
 */

import type { Random } from './random'
import {
  BOOLEANS,
  DATES,
  INTEGERS,
  LITERALS,
  NAMES,
  REALS,
  REFERENCES,
  TYPES,
  WRONG_LITERALS,
  WRONG_REFERENCES,
} from './vocabulary'

/** Makes one text. */
export function generate(random: Random): string {
  const g = new Generator(random)
  return g.document()
}

class Generator {
  readonly #random: Random
  /** How seldom something illegal is made; Infinity for a text that is legal throughout. */
  readonly #rare: number

  constructor(random: Random) {
    this.#random = random
    this.#rare = random.pick([0, 0, 40, 400])
  }

  document(): string {
    const r = this.#random
    const bom = r.once(20) ? '\ufeff' : ''
    const declaration = r.once(6) ? this.#declaration() : ''
    return `${bom}${declaration}${this.#misc()}${this.#instance()}${this.#misc()}${this.#wrong() ? r.pick(['x', '<A/>', '&#32;', '<![CDATA[]]>']) : ''}`
  }

  /** Whether to do something illegal now. */
  #wrong(): boolean {
    return this.#rare > 0 && this.#random.once(this.#rare)
  }

  #declaration(): string {
    const r = this.#random
    if (this.#wrong()) {
      return r.pick([
        '<?xml?>',
        '<?xml version="2.0"?>',
        '<?XML version="1.0"?>',
        '<!DOCTYPE x>',
        '<?xml version="1.0" standalone="maybe"?>',
        ' <?xml version="1.0"?>',
      ])
    }
    const encoding = r.once(2) ? ` encoding=${r.pick(['"utf-8"', "'UTF-16'", '"x.y_z-1"'])}` : ''
    const standalone = r.once(4) ? ` standalone=${r.pick(['"yes"', "'no'"])}` : ''
    return `<?xml${this.#space1()}version${this.#eq()}${r.pick(['"1.0"', "'1.0'"])}${encoding}${standalone}${this.#space()}?>`
  }

  #instance(): string {
    const r = this.#random
    const content = r.some(8, () => this.#child()).join('')
    const name = this.#wrong() ? r.pick(['instance', 'CIM', 'VALUE.OBJECT']) : 'INSTANCE'
    const attributes = this.#attributes(['CLASSNAME', r.pick(['Msvm_Error', 'C', 'Größe', ' ', '&amp;'])])
    return this.#element(name, attributes, content)
  }

  #child(): string {
    const r = this.#random
    if (this.#wrong())
      return r.pick([
        'text',
        '<VALUE>x</VALUE>',
        '<FOO/>',
        '&#32;',
        '<![CDATA[ ]]>',
        '<INSTANCE CLASSNAME="C"/>',
      ])
    const gap = this.#misc()
    switch (r.below(10)) {
      case 0:
        return gap + this.#qualifier(3)
      case 1:
      case 2:
      case 3:
        return gap + this.#array()
      case 4:
        return gap + this.#reference()
      default:
        return gap + this.#property()
    }
  }

  #property(): string {
    const type = this.#type()
    const body = this.#body(() => this.#value(type), 'VALUE')
    return this.#element('PROPERTY', this.#propertyAttributes(type), body)
  }

  #array(): string {
    const r = this.#random
    const type = this.#type()
    const body = this.#body(() => {
      const items = r.some(
        6,
        () => this.#misc() + (r.once(4) ? this.#element('VALUE.NULL', '', this.#misc()) : this.#value(type)),
      )
      return this.#element('VALUE.ARRAY', '', items.join('') + this.#misc())
    }, 'VALUE.ARRAY')
    return this.#element('PROPERTY.ARRAY', this.#propertyAttributes(type), body)
  }

  #reference(): string {
    const body = this.#body(() => this.#element('VALUE.REFERENCE', '', this.#target(3)), 'VALUE.REFERENCE')
    return this.#element('PROPERTY.REFERENCE', this.#attributes(['NAME', this.#random.pick(NAMES)]), body)
  }

  /** Qualifiers and at most one value. */
  #body(value: () => string, element: string): string {
    const r = this.#random
    let body = this.#misc()
    if (r.once(6)) body += this.#qualifier(3)
    if (!r.once(5)) body += value() + this.#misc()
    if (r.once(12)) body += this.#qualifier(3)
    if (this.#wrong())
      body += r.pick([`<${element}/>`, 'x', '<VALUE.NULL/>', '<VALUE/>', '<VALUE.ARRAY/>', '&lt;'])
    return body
  }

  #propertyAttributes(type: string): string {
    const r = this.#random
    const extra: [string, string][] = [
      ['NAME', r.pick(NAMES)],
      ['TYPE', type],
    ]
    if (r.once(8))
      extra.push([r.pick(['EmbeddedObject', 'EMBEDDEDOBJECT']), r.pick(['instance', 'object', 'x'])])
    return this.#attributes(...extra)
  }

  #type(): string {
    return this.#wrong()
      ? this.#random.pick(['String', '', 'int', ' string', 'reference'])
      : this.#random.pick(TYPES)
  }

  #value(type: string): string {
    const r = this.#random
    const text = this.#scalar(type)
    const attributes = r.once(20) ? this.#attributes() : ''
    return this.#element('VALUE', attributes, this.#wrong() ? `${text}<A/>` : text)
  }

  #scalar(type: string): string {
    const r = this.#random
    const pad = () => (r.once(8) ? r.pick([' ', '\n', '\r\n', '\t', '&#32;', '<!-- -->', '\u00a0']) : '')
    if (r.once(3)) {
      if (/int/.test(type)) return pad() + r.pick(INTEGERS) + pad()
      if (/real/.test(type)) return pad() + r.pick(REALS) + pad()
      if (type === 'boolean') return pad() + r.pick(BOOLEANS) + pad()
      if (type === 'datetime') return pad() + r.pick(DATES) + pad()
      if (type === 'char16') return this.#text(2)
    }
    if (/int/.test(type)) return pad() + String(r.below(100)) + pad()
    if (/real/.test(type)) return pad() + String(r.below(1000) / 8) + pad()
    if (type === 'boolean') return pad() + r.pick(['true', 'false', 'TRUE']) + pad()
    if (type === 'datetime') return r.pick(DATES.slice(0, 5))
    if (type === 'char16') return r.pick(['K', '&#75;', '&lt;', ' '])
    return this.#text(8)
  }

  /** Text of up to `most` pieces. */
  #text(most: number): string {
    const r = this.#random
    return r
      .some(most, () => {
        if (this.#wrong()) return r.pick(r.once(2) ? WRONG_REFERENCES : WRONG_LITERALS)
        switch (r.below(8)) {
          case 0:
            return r.pick(REFERENCES)
          case 1:
            return `<![CDATA[${r
              .some(4, () => r.pick([...LITERALS, '<', '&', '&lt;', '--']))
              .join('')
              .replaceAll(']]>', '')}]]>`
          case 2:
            return this.#comment()
          case 3:
            return r.pick(LITERALS)
          default:
            return r.pick(['word', 'another word', 'x', '12', 'The operation failed. '])
        }
      })
      .join('')
  }

  #target(depth: number): string {
    const r = this.#random
    const name = () =>
      this.#element(
        'INSTANCENAME',
        this.#attributes(['CLASSNAME', r.pick(['D', 'Msvm_ComputerSystem', ''])]),
        this.#keys(depth - 1),
      )
    const className = () => this.#element('CLASSNAME', this.#attributes(['NAME', 'D']), '')
    const local = () =>
      this.#element(
        'LOCALNAMESPACEPATH',
        '',
        r
          .some(3, () =>
            this.#element('NAMESPACE', this.#attributes(['NAME', r.pick(['root', 'v2', ''])]), this.#misc()),
          )
          .join(''),
      )
    const full = () => this.#element('NAMESPACEPATH', '', this.#element('HOST', '', this.#text(2)) + local())
    const gap = this.#misc()
    switch (r.below(9)) {
      case 0:
        return this.#text(4)
      case 1:
        return gap + this.#element('INSTANCEPATH', '', full() + name()) + this.#misc()
      case 2:
        return gap + this.#element('LOCALINSTANCEPATH', '', local() + name())
      case 3:
        return gap + this.#element('CLASSPATH', '', full() + className())
      case 4:
        return gap + this.#element('LOCALCLASSPATH', '', local() + className())
      case 5:
        return gap + className()
      case 6:
        return this.#wrong() ? `${name()}x` : ''
      default:
        return gap + name() + this.#misc()
    }
  }

  #keys(depth: number): string {
    const r = this.#random
    const key = () =>
      depth > 0 && r.once(4)
        ? this.#element('VALUE.REFERENCE', '', this.#target(depth))
        : this.#element('KEYVALUE', this.#attributes(['VALUETYPE', 'string']), this.#text(3))
    if (r.once(6)) return key()
    return r
      .some(
        3,
        () =>
          this.#misc() +
          this.#element('KEYBINDING', this.#attributes(['NAME', r.pick(NAMES)]), this.#wrong() ? '' : key()),
      )
      .join('')
  }

  #qualifier(depth: number): string {
    const r = this.#random
    const content = r.some(3, () =>
      depth > 0 && r.once(2)
        ? this.#element(r.pick(['A', 'VALUE', 'b:c', 'é', 'QUALIFIER']), this.#attributes(), this.#text(2))
        : this.#text(2),
    )
    return this.#element('QUALIFIER', this.#attributes(['NAME', 'Q'], ['TYPE', 'string']), content.join(''))
  }

  #element(name: string, attributes: string, content: string): string {
    const r = this.#random
    const open = `<${name}${attributes}${this.#space()}`
    if (content === '' && r.once(2)) return `${open}/>`
    const end = this.#wrong() ? r.pick([`${name}X`, name.toLowerCase(), 'VALUE', ` ${name}`, '']) : name
    return `${open}>${content}</${end}${this.#space()}>`
  }

  /** The given attributes and sometimes others, in any order. */
  #attributes(...given: [name: string, value: string][]): string {
    const r = this.#random
    const all = given.filter(() => !this.#wrong())
    if (r.once(4)) all.push(['CLASSORIGIN', 'CIM_Error'])
    if (r.once(6))
      all.push([
        r.pick(['MODIFIED', 'xmlns', 'xml:lang', 'é', 'ARRAYSIZE']),
        r.some(3, () => r.pick(['a', '>', '\n', '\r\n', '\t', ...REFERENCES])).join(''),
      ])
    if (r.once(3)) all.reverse()
    if (this.#wrong() && all[0]) all.push(all[0])
    return all
      .map(
        ([name, value]) => `${this.#wrong() ? '' : this.#space1()}${name}${this.#eq()}${this.#quoted(value)}`,
      )
      .join('')
  }

  #quoted(value: string): string {
    const r = this.#random
    if (this.#wrong())
      return r.pick([
        value,
        `"${value}`,
        `"${value}'`,
        `"<${value}"`,
        `"${r.pick(WRONG_REFERENCES)}"`,
        `"${r.pick(WRONG_LITERALS)}"`,
      ])
    const quote = r.once(4) ? "'" : '"'
    return quote + value + quote
  }

  #eq(): string {
    return this.#random.once(12) ? `${this.#space()}=${this.#space()}` : '='
  }

  #space(): string {
    return this.#random.once(12) ? this.#random.pick([' ', '\n', '\r\n', '\t ', '  ']) : ''
  }

  #space1(): string {
    return this.#random.once(12) ? this.#random.pick(['\n', '\r\n', '\t ', '  ']) : ' '
  }

  /** White space, comments and instructions. */
  #misc(): string {
    const r = this.#random
    if (!r.once(5)) return ''
    return r.some(3, () => (r.once(2) ? r.pick([' ', '\n', '\r\n', '\t', '\r']) : this.#comment())).join('')
  }

  #comment(): string {
    const r = this.#random
    if (this.#wrong())
      return r.pick([
        '<!-- -- -->',
        '<!--->',
        '<?xml?>',
        '<?xml version="1.0"?>',
        '<??>',
        '<? x?>',
        '<!>',
        '<!DOCTYPE a>',
        '<!-- \u0001 -->',
        '<?XmL ?>',
        '<!-- --->',
      ])
    return r.pick([
      '<!---->',
      '<!-- c -->',
      '<!-- <A>&x; - -->',
      '<?p?>',
      '<?p data?>',
      '<?xml-x ?>',
      '<?p a?b>c ?>',
      '<!--\r\n\u{1f525}-->',
      '<?é \r ??>',
    ])
  }
}
