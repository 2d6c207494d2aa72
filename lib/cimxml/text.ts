/** Putting together the text that is kept. */

/** V8 copies a shorter substring; a longer one is a view that keeps the string it was cut from alive. */
const SHORTEST_VIEW = 13

/**
 * `text.substring(start, end)` as a string of its own: a kept message must not keep the whole document it came
 * in. What is sliced off a concatenation is cut from a copy, which is one unit longer than the result.
 */
export function copyOf(text: string, start: number, end: number): string {
  const part = text.substring(start, end)
  return part.length < SHORTEST_VIEW ? part : ` ${part}`.slice(1)
}

/** Whether the units from `start` on, which lie within the text, are `word`: quick, and with little garbage. */
export function isAt(text: string, start: number, word: string): boolean {
  // The engine compares several units at a time, which pays for the view it needs.
  if (word.length >= SHORTEST_VIEW) return text.substring(start, start + word.length) === word
  for (let i = 0; i < word.length; i++) {
    if (text.charCodeAt(start + i) !== word.charCodeAt(i)) return false
  }
  return true
}

/** How many pieces are joined at a time, so that a long text of tiny pieces needs no list of all of them. */
const PIECES_PER_CHUNK = 1024

/** Collects pieces of text; the result holds on to none of the strings they were cut from. */
export class TextBuilder {
  readonly #chunks: string[] = []
  #pieces: string[] = []

  /** Adds `text.substring(start, end)`. */
  addPart(text: string, start: number, end: number): void {
    if (start < end) this.add(text.substring(start, end))
  }

  add(piece: string): void {
    if (this.#pieces.length === PIECES_PER_CHUNK) {
      this.#chunks.push(this.#pieces.join(''))
      this.#pieces = []
    }
    this.#pieces.push(piece)
  }

  toString(): string {
    // A list of one is not written out by join but returned, so that it may be a view.
    const [first = '', second] = this.#pieces
    const rest = second === undefined ? copyOf(first, 0, first.length) : this.#pieces.join('')
    return this.#chunks.length === 0 ? rest : [...this.#chunks, rest].join('')
  }
}
