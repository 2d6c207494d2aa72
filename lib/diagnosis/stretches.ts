/** Where a number stands in a message: between brackets or quotation marks, in a path, in a name. */

/** Names of virtual machines and paths are shorter than this, which keeps every search here linear. */
const MAX_STRETCH = 300

const CLOSING: Readonly<Record<string, string>> = {
  "'": "'",
  '"': '"',
  '‘': '’',
  '“': '”',
  '„': '“',
  '«': '»',
  '「': '」',
  '『': '』',
}

export interface Stretch {
  /** Of the first character between the marks. */
  readonly start: number
  /** Of the closing mark. */
  readonly end: number
}

/**
 * What stands between quotation marks, in the order of the text. A mark opens only where no word ends and closes only
 * where no word begins, so that an apostrophe does neither.
 */
export function quotedStretches(text: string): Stretch[] {
  const found: Stretch[] = []
  OPENING_MARK.lastIndex = 0
  for (let match = OPENING_MARK.exec(text); match !== null; match = OPENING_MARK.exec(text)) {
    const at = match.index
    if (isWordCharacter(text, at - 1)) continue
    const end = closingMark(text, at + 1, CLOSING[text.charAt(at)] ?? '')
    if (end < 0) continue
    found.push({ start: at + 1, end })
    OPENING_MARK.lastIndex = end + 1
  }
  return found
}

const OPENING_MARK = /['"‘“„«「『]/g

function closingMark(text: string, from: number, close: string): number {
  const reach = text.slice(from, from + MAX_STRETCH)
  for (let at = reach.indexOf(close); at >= 0; at = reach.indexOf(close, at + 1)) {
    if (!isWordCharacter(text, from + at + 1)) return /[\r\n]/.test(reach.slice(0, at)) ? -1 : from + at
  }
  return -1
}

/** ASCII letters and digits and `_`; scripts that write without blanks put their letters next to a mark. */
export function isWordCharacter(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return (
    (unit >= 0x30 && unit <= 0x39) ||
    (unit >= 0x41 && unit <= 0x5a) ||
    (unit >= 0x61 && unit <= 0x7a) ||
    unit === 0x5f
  )
}

/** The stretch that a place lies in; stretches do not overlap. */
export function stretchAt(stretches: readonly Stretch[], offset: number): Stretch | null {
  let low = 0
  let high = stretches.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((stretches[middle]?.end ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  const found = stretches[low]
  return found !== undefined && found.start <= offset ? found : null
}

const PATH_START = /(?:^|[\s(['"‘“„«「=,;:])((?:[a-z]:[\\/]|\\\\[^\s\\]|[a-z][a-z0-9+.-]{1,20}:\/\/))/gi

/** Whether a place lies in a path or URL; without quotation marks a path may hold blanks as far as its last backslash. */
export function isInPath(text: string, start: number, end: number): boolean {
  const from = Math.max(0, start - MAX_STRETCH)
  const line = text.slice(from, start)
  const head = line.slice(Math.max(line.lastIndexOf('\n'), line.lastIndexOf('\r')) + 1)
  let pathStart = -1
  for (const match of head.matchAll(PATH_START)) pathStart = match.index + match[0].length
  if (pathStart < 0) return false
  const between = head.slice(pathStart)
  if (head.startsWith('://', pathStart - 3)) return !/\s/.test(between)
  if (/["<>|*?”“»」]/.test(between)) return false
  if (!/[\s:,;()=]/.test(between)) return true
  if (/[:;()]/.test(between)) return false
  return /^[^\\/:*?"<>|\r\n'()]{0,260}\\(?![\\rnt"])/.test(text.slice(end, end + MAX_STRETCH))
}

export function isPath(text: string): boolean {
  return /^(?:[a-z]:[\\/]|\\\\|\/|[a-z][a-z0-9+.-]{1,20}:\/\/)/i.test(text)
}

const OPENING_BRACKETS = '([{<【〔'
const CLOSING_BRACKETS = ')]}>】〕'

export interface Enclosure {
  readonly bracketed: boolean
  /** Where the brackets and quotation marks around begin and end, or the number itself. */
  readonly start: number
  readonly end: number
}

/** The brackets, and quotation marks, that hold nothing but this part of the text. */
export function enclosureOf(text: string, start: number, end: number): Enclosure {
  let from = start
  let to = end
  if (CLOSING[text.charAt(from - 1)] === text.charAt(to) && to < text.length) {
    from--
    to++
  }
  const open = OPENING_BRACKETS.indexOf(text.charAt(from - 1))
  const bracketed = from > 0 && to < text.length && open >= 0 && CLOSING_BRACKETS[open] === text.charAt(to)
  return bracketed ? { bracketed, start: from - 1, end: to + 1 } : { bracketed, start: from, end: to }
}
