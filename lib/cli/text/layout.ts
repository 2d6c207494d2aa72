/** Lines and columns; widths are those of a terminal, on which an ideograph takes two columns. */
import stringWidth from 'string-width'

const ASCII = /^[\x20-\x7e]*$/

/** The columns that a text without line ends and colours takes. */
export function columnsOf(text: string): number {
  return ASCII.test(text) ? text.length : stringWidth(text)
}

export function padColumns(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)))
}

let segmenter: Intl.Segmenter | undefined

/** What a person takes for one character each, so that none is cut in two. Made when needed: that takes 10 ms. */
function* charactersOf(text: string): Generator<string> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  for (const { segment } of segmenter.segment(text)) yield segment
}

/** The text, or as much of its start as fits with an ellipsis after it. */
export function cutColumns(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text
  return `${startOf(text, columns - 1)}…`
}

/** As many whole characters as fit, at least one. */
function startOf(text: string, columns: number): string {
  let start = ''
  let used = 0
  for (const segment of charactersOf(text)) {
    used += columnsOf(segment)
    if (used > columns && start !== '') break
    start += segment
  }
  return start
}

/**
 * The text in lines of at most `columns` where blanks allow it. A long word is left whole to be copied, unless it
 * holds wide characters: languages written without blanks break between any two.
 */
export function wrap(text: string, columns: number): string[] {
  return text.split('\n').flatMap(paragraph => wrapParagraph(paragraph, columns))
}

function wrapParagraph(paragraph: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  let used = 0
  for (const word of paragraph.split(/ +/)) {
    const width = columnsOf(word)
    const isWide = width > word.length
    const gap = line === '' ? 0 : 1
    if (isWide && used + gap + width > columns) {
      const pieces = piecesOf(word, columns, used + gap)
      line += (gap === 1 && pieces[0] !== '' ? ' ' : '') + pieces[0]
      for (const piece of pieces.slice(1)) {
        lines.push(line)
        line = piece
      }
      used = columnsOf(line)
    } else if (line !== '' && used + gap + width > columns) {
      lines.push(line)
      line = word
      used = width
    } else {
      line += ' '.repeat(gap) + word
      used += gap + width
    }
  }
  return [...lines, line]
}

/** A word cut at the end of the line, of which some columns are taken, and of as many lines as it needs. */
function piecesOf(word: string, columns: number, taken: number): string[] {
  const pieces = ['']
  let used = taken
  for (const segment of charactersOf(word)) {
    const width = columnsOf(segment)
    if (used + width > columns) {
      pieces.push('')
      used = 0
    }
    pieces[pieces.length - 1] += segment
    used += width
  }
  return pieces
}

export function indent(lines: readonly string[], by: number): string {
  return lines.map(line => `${' '.repeat(line === '' ? 0 : by)}${line}\n`).join('')
}
