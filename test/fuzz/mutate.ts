/** Damages texts. */

import type { Random } from './random'

const TOKENS = [
  '<',
  '>',
  '</',
  '/>',
  '<!--',
  '-->',
  '--',
  '<![CDATA[',
  ']]>',
  ']]',
  '<?',
  '?>',
  '<?xml ',
  '<!DOCTYPE a [<!ENTITY x "y">]>',
  '&',
  '&amp;',
  '&#',
  '&#x',
  ';',
  '&#0;',
  '&#31;',
  '&#xD83D;',
  '"',
  "'",
  '=',
  ' ',
  '\t',
  '\r',
  '\n',
  '\r\n',
  '\u0000',
  '\u0001',
  '\u000c',
  '\u007f',
  '\u0085',
  '\u00a0',
  '\u2028',
  '\ud83d',
  '\udd25',
  '\ufffe',
  '\uffff',
  '\ufeff',
  '\u{1f525}',
  '\u{f0000}',
  'é',
  '·',
  '×',
  '<VALUE>',
  '</VALUE>',
  '<VALUE/>',
  '<VALUE.NULL/>',
  '<VALUE.ARRAY>',
  '</PROPERTY>',
  '<PROPERTY NAME="Z" TYPE="string">',
  '<QUALIFIER>',
  '</INSTANCE>',
  ' NAME="Z"',
  ' TYPE="uint8"',
  ' xmlns:a="b"',
  'x',
  '0',
  '-',
  '.',
  ':',
  '*',
  '9',
]

/** The text with one to four changes. `other` lends what is spliced in. */
export function mutate(random: Random, text: string, other: string): string {
  let changed = text
  for (let times = 1 + random.below(4); times > 0; times--) changed = mutateOnce(random, changed, other)
  return changed
}

function mutateOnce(random: Random, text: string, other: string): string {
  const at = random.below(text.length + 1)
  const length = random.once(3) ? random.below(40) : 1
  switch (random.below(10)) {
    case 0:
      return text.slice(0, at)
    case 1:
      return text.slice(0, at) + text.slice(at + length)
    case 2:
      return text.slice(0, at) + text.slice(at, at + length) + text.slice(at)
    case 3: {
      const from = random.below(other.length + 1)
      return text.slice(0, at) + other.slice(from, from + random.below(60)) + text.slice(at)
    }
    case 4: {
      const unit = text.charCodeAt(at) ^ (1 << random.below(random.once(4) ? 16 : 7))
      return text.slice(0, at) + String.fromCharCode(unit) + text.slice(at + 1)
    }
    case 5: {
      const part = text.slice(at, at + length)
      return (
        text.slice(0, at) +
        (random.once(2) ? part.toLowerCase() : part.toUpperCase()) +
        text.slice(at + length)
      )
    }
    case 6:
      return text.slice(0, at) + random.pick(TOKENS) + text.slice(at + length)
    default:
      return text.slice(0, at) + random.pick(TOKENS) + text.slice(at)
  }
}
