/** A queue whose every step takes the same time, however long it is; any item of it can be taken out. */

/** Stands for an item in its list. */
export interface Link<Item> {
  readonly item: Item
  /** @internal */
  before: Link<Item> | undefined
  /** @internal */
  after: Link<Item> | undefined
}

export class LinkedList<Item> {
  #first: Link<Item> | undefined
  #last: Link<Item> | undefined
  #length = 0

  get length(): number {
    return this.#length
  }

  push(item: Item): Link<Item> {
    const link: Link<Item> = { item, before: this.#last, after: undefined }
    if (this.#last === undefined) this.#first = link
    else this.#last.after = link
    this.#last = link
    this.#length += 1
    return link
  }

  /** Takes the first one out. */
  shift(): Link<Item> | undefined {
    const link = this.#first
    if (link !== undefined) this.remove(link)
    return link
  }

  /** The link must be in this list. */
  remove(link: Link<Item>): void {
    if (link.before === undefined) this.#first = link.after
    else link.before.after = link.after
    if (link.after === undefined) this.#last = link.before
    else link.after.before = link.before
    // Once it is old it would keep whatever comes after it from the collections of young objects.
    link.before = undefined
    link.after = undefined
    this.#length -= 1
  }

  clear(): void {
    this.#first = undefined
    this.#last = undefined
    this.#length = 0
  }
}
