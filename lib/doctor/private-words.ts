/** What in a text tells whose host it is: patterns, each with what stands in its place. */

export type PrivateKind =
  | 'guid'
  | 'sid'
  | 'path'
  | 'account'
  | 'domain-name'
  | 'address'
  | 'host'
  | 'vm'
  | 'name'

/** Characters that open or close a quotation in some language; those of XML escapes among them, see `redact.ts`. */
const QUOTES =
  '\'"`\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb\u2039\u203a\u300c\u300d\u300e\u300f\ue000-\ue003'
const WORD = '[\\p{L}\\p{N}]'
const GUID = '[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}'
/** A piece of a path where nothing quotes it: up to a blank, or over blanks to the next backslash. */
const PIECE = `[^\\s${QUOTES}<>|*?;,:]*`
const UNQUOTED = `${PIECE}(?: ${PIECE}\\\\${PIECE})*`
/** How a share begins; the path of an object begins with a host and a namespace. */
const UNC = `\\\\\\\\(?![^\\\\${QUOTES}\\s]+\\\\root\\\\)`
const TLD = 'com|net|org|local|lan|corp|internal|intra|intern|test|example|home|arpa|invalid|[a-z]{2}'
const HEX_GROUP = '[0-9A-Fa-f]{1,4}'

interface Pattern {
  readonly kind: PrivateKind
  readonly source: string
}

/** In order: where two begin at the same place, the first counts. */
const PATTERNS: readonly Pattern[] = [
  { kind: 'sid', source: 'S-1-5-21(?:-\\d+)+' },
  { kind: 'guid', source: GUID },
  // The host of an object path; the rest of it is made of class names and keys.
  { kind: 'host', source: '(?<=\\\\\\\\)[^\\\\\\s?]+(?=\\\\root\\\\)' },
  // A text that begins with a path and is no sentence is one, blanks and all.
  { kind: 'path', source: `(?<=^\\s*)(?:[A-Za-z]:\\\\|${UNC})[^${QUOTES}<>|*\\n]*(?<![.!?\\s])(?=\\s*$)` },
  { kind: 'path', source: `(?<=[${QUOTES}])[A-Za-z]:\\\\[^${QUOTES}<>|*?\\n]*` },
  { kind: 'path', source: `(?<!${WORD})[A-Za-z]:\\\\${UNQUOTED}` },
  { kind: 'path', source: `(?<=[${QUOTES}])\\\\\\\\(?![^\\\\${QUOTES}]+\\\\root\\\\)[^${QUOTES}<>|*\\n]+` },
  {
    kind: 'path',
    source: `\\\\\\\\(?![^\\\\\\s]+\\\\root\\\\)(?:\\?\\\\)?[^\\s\\\\${QUOTES}]+\\\\${UNQUOTED}`,
  },
  {
    kind: 'account',
    source: `(?<![\\p{L}\\p{N}._-])[\\p{L}\\p{N}._%+-]+@[\\p{L}\\p{N}-]+(?:\\.[\\p{L}\\p{N}-]+)*`,
  },
  { kind: 'address', source: '(?<![0-9A-Fa-f:.-])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![0-9A-Fa-f:-])' },
  {
    kind: 'address',
    source: `(?<![\\p{L}\\p{N}:.])(?:(?:${HEX_GROUP}:){7}${HEX_GROUP}|(?:${HEX_GROUP}(?::${HEX_GROUP}){0,5})?::(?:${HEX_GROUP}(?::${HEX_GROUP}){0,5})?)(?![\\p{L}\\p{N}:])`,
  },
  {
    kind: 'address',
    source:
      '(?<![\\d.])(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?![\\d.]*\\d)',
  },
  // World-wide names of Fibre Channel.
  { kind: 'address', source: `(?<!${WORD})(?=\\d*[A-Fa-f])[0-9A-Fa-f]{16}(?!${WORD})` },
  {
    kind: 'domain-name',
    source: `(?<![\\p{L}\\p{N}._-])[\\p{L}\\p{N}-]+(?:(?:\\.[\\p{L}\\p{N}-]+)+\\.\\p{L}{2,}|\\.(?:${TLD}))(?![\\p{L}\\p{N}_-])`,
  },
  {
    kind: 'account',
    source: `(?<![\\p{L}\\p{N}\\\\._-])[\\p{L}\\p{N}][\\p{L}\\p{N}._-]{0,62}\\\\[\\p{L}\\p{N}._$-]+`,
  },
]

/** Of every Windows, so they say nothing of this one. */
const PUBLIC = /^(?:root|AUTHORITY|AUTORITÄT|BUILTIN|VORDEFINIERT|SERVICE|MACHINE|HKLM|HKEY_LOCAL_MACHINE)\\/i

export function isPublic(word: string): boolean {
  return PUBLIC.test(word)
}

/** Each alternative is a group, whose number says which pattern it is. */
const SOURCES = PATTERNS.map(({ source }) => `(${source})`).join('|')

/** The patterns, and names that are known, as one expression: what one of them takes is not looked at again. */
export function privateWords(names: readonly string[]): RegExp {
  const known = [...names].sort((one, other) => other.length - one.length).map(nameSource)
  return new RegExp([SOURCES, ...known.map(source => `(?:${source})`)].join('|'), 'giu')
}

/** Null for a name that is known. */
export function kindOfMatch(groups: readonly (string | undefined)[]): PrivateKind | null {
  const index = groups.findIndex(group => group !== undefined)
  return PATTERNS[index]?.kind ?? null
}

export const PATTERN_COUNT = PATTERNS.length

/** Whole words, where the name begins and ends with what words are made of. */
function nameSource(name: string): string {
  const literal = name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  const before = /^[A-Za-z0-9]/.test(name) ? '(?<![A-Za-z0-9_])' : ''
  const after = /[A-Za-z0-9]$/.test(name) ? '(?![A-Za-z0-9_])' : ''
  return `${before}${literal}${after}`
}

/** Pairs of quotes; an apostrophe between letters belongs to its word. */
const PAIRS: readonly (readonly [string, string])[] = [
  ["'", "'"],
  ['"', '"'],
  ['`', "['`]"],
  ['\u2018', '\u2019'],
  ['\u201a', '[\u2018\u2019]'],
  ['\u201c', '\u201d'],
  ['\u201e', '[\u201c\u201d]'],
  ['\u00ab', '\u00bb'],
  ['\u00bb', '\u00ab'],
  ['\u2039', '\u203a'],
  ['\u300c', '\u300d'],
  ['\u300e', '\u300f'],
  ['[\ue000\ue002]', '[\ue000\ue002]'],
  ['[\ue001\ue003]', '[\ue001\ue003]'],
]
const INNER = `(?:[^${QUOTES}\\n]|(?<=\\p{L})['\u2019\ue000\ue002](?=\\p{L}))`
const QUOTED = new RegExp(
  PAIRS.map(
    ([open, close]) =>
      `(?<!\\p{L}(?=['\u2019\ue000\ue002]))${open}(${INNER}{1,256})${close}(?!${WORD}(?<=['\u2019\ue000\ue002]${WORD}))`,
  ).join('|'),
  'gu',
)

/** What stands in quotes, with what follows it. */
export function* quotedIn(text: string): Generator<{ readonly inner: string; readonly after: string }> {
  for (const match of text.matchAll(QUOTED)) {
    const inner = match.slice(1).find(group => group !== undefined) ?? ''
    yield { inner, after: text.slice(match.index + match[0].length, match.index + match[0].length + 4) }
  }
}
