/** Lets a few begin at a time, in the order in which they came. */

export class StartLimit {
  readonly #patienceMs: number
  readonly #waiting: (() => void)[] = []
  #free: number

  /** Who is not through after `patienceMs` goes on, but does not count any more. */
  constructor(limit: number, patienceMs: number) {
    this.#free = limit
    this.#patienceMs = patienceMs
  }

  /**
   * Resolves when it is the caller's turn, to what the caller calls once it is through.
   * @throws the signal's reason
   */
  async acquire(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (this.#free > 0) this.#free -= 1
    else await this.#turn(signal)
    let isHeld = true
    const release = () => {
      if (!isHeld) return
      isHeld = false
      clearTimeout(timer)
      this.#pass()
    }
    const timer = setTimeout(release, this.#patienceMs)
    return release
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const take = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1)
        reject(signal.reason)
      }
      this.#waiting.push(take)
      signal.addEventListener('abort', leave, { once: true })
    })
  }

  #pass(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free += 1
    else next()
  }
}
