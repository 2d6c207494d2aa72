/** One stream out of many queues, each in its turn, so that a busy one does not keep the others waiting. */

/** A queue that has a place in the turn while it holds something. */
export interface Source<T> {
  /** Takes the next item; there is one whenever the source has announced itself. */
  take(): T
  readonly isEmpty: boolean
}

interface Consumer<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void
  readonly reject: (error: unknown) => void
}

export class RoundRobin<T> {
  readonly #turn: Source<T>[] = []
  readonly #waiting: Consumer<T>[] = []
  #hasEnded = false
  #failure: { readonly error: unknown } | undefined

  /** To be called when a source that was empty is so no longer. */
  announce(source: Source<T>): void {
    if (this.#hasEnded) return
    this.#turn.push(source)
    while (this.#waiting.length > 0 && this.#turn.length > 0) {
      this.#waiting.shift()?.resolve({ done: false, value: this.#take() })
    }
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#turn.length > 0) return Promise.resolve({ done: false, value: this.#take() })
    if (this.#failure !== undefined) {
      const { error } = this.#failure
      this.#failure = undefined
      return Promise.reject(error)
    }
    if (this.#hasEnded) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  /** Ends the stream and drops what is in it. Whoever waits next, or already, gets the failure if there is one. */
  end(failure?: { readonly error: unknown }): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#turn.length = 0
    this.#failure = failure
    const first = failure === undefined ? undefined : this.#waiting.shift()
    if (first !== undefined) {
      this.#failure = undefined
      first.reject(failure?.error)
    }
    for (const { resolve } of this.#waiting.splice(0)) resolve({ done: true, value: undefined })
  }

  #take(): T {
    const source = this.#turn.shift()
    if (source === undefined) throw new Error('no source has announced itself')
    const item = source.take()
    if (!source.isEmpty) this.#turn.push(source)
    return item
  }
}
