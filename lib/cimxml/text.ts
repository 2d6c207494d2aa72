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

/** How many pieces may hang together, so that a long text of tiny pieces needs no memory for each of them. */
const PIECES_PER_CHUNK = 1024

/** Collects pieces of text; the result holds on to none of the strings they were cut from. */
export class TextBuilder {
  readonly #chunks: string[] = []
  #chunk = ''
  #pieces = 0

  /** Adds `text.substring(start, end)`. */
  addPart(text: string, start: number, end: number): void {
    if (start < end) this.add(text.substring(start, end))
  }

  add(piece: string): void {
    this.#chunk += piece
    this.#pieces += 1
    if (this.#pieces === PIECES_PER_CHUNK) {
      this.#chunks.push(copyOf(this.#chunk, 0, this.#chunk.length))
      this.#chunk = ''
      this.#pieces = 0
    }
  }

  toString(): string {
    if (this.#chunks.length > 0) return [...this.#chunks, this.#chunk].join('')
    return copyOf(this.#chunk, 0, this.#chunk.length)
  }
}
