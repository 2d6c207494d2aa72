/** The bounded queue that keeps the items of a watch for a slow consumer. */
import type { WatchKind } from '../options'
import type { WatchItem } from './items'

/** What an item tells about the watch itself; undefined for one about a job. */
function topicOf(item: WatchItem): string | undefined {
  if (item.kind === 'state') return 'state'
  return item.kind === 'gap' && item.job === null ? item.reason : undefined
}

interface Consumer {
  resolve(result: IteratorResult<WatchItem, undefined>): void
  reject(error: unknown): void
}

/** What is dropped from a full queue is told as a gap, once the consumer has had the rest. */
export class ItemQueue {
  readonly #include: ReadonlySet<WatchKind>
  readonly #maxLength: number
  readonly #onGap: () => void
  readonly #items: WatchItem[] = []
  readonly #waiting: Consumer[] = []
  #dropped = 0
  #ended = false
  #failure: { readonly error: unknown } | undefined

  /** `onGap` is called when a gap has been told: a listing is to make up for it. */
  constructor(include: ReadonlySet<WatchKind>, maxLength: number, onGap: () => void) {
    this.#include = include
    this.#maxLength = maxLength
    this.#onGap = onGap
  }

  /** Whether something was dropped that has not been told yet. */
  get hasDropped(): boolean {
    return this.#dropped > 0
  }

  next(): Promise<IteratorResult<WatchItem, undefined>> {
    const item = this.#items.shift()
    if (item !== undefined) {
      if (this.#items.length === 0) this.#tellDropped()
      return Promise.resolve({ done: false, value: item })
    }
    if (this.#failure !== undefined) {
      const { error } = this.#failure
      this.#failure = undefined
      return Promise.reject(error)
    }
    if (this.#ended) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  /** Whether the item was taken, or nobody wants it. */
  push(item: WatchItem): boolean {
    if (this.#ended || !this.#include.has(item.kind)) return true
    const waiting = this.#waiting.shift()
    if (waiting !== undefined) {
      waiting.resolve({ done: false, value: item })
      return true
    }
    if (this.#items.length >= this.#maxLength) {
      const topic = topicOf(item)
      if (topic === undefined) {
        this.#dropped += 1
        return false
      }
      // Of the news about the watch itself the latest is enough, so that they fit into a full queue.
      const earlier = this.#items.findIndex(queued => topicOf(queued) === topic)
      if (earlier !== -1) this.#items.splice(earlier, 1)
    }
    this.#items.push(item)
    return true
  }

  /** Takes no more; what is in the queue can still be had. */
  end(): void {
    this.#ended = true
    for (const waiting of this.#waiting.splice(0)) waiting.resolve({ done: true, value: undefined })
  }

  /** Ends; whoever waits is told the error at once, else it comes after what is in the queue. */
  fail(error: unknown): void {
    const waiting = this.#waiting.shift()
    if (waiting === undefined) this.#failure = { error }
    else waiting.reject(error)
    this.end()
  }

  /** Ends, and forgets what is in the queue. */
  discard(): void {
    this.#items.length = 0
    this.#failure = undefined
    this.end()
  }

  /** The consumer has caught up: it is told what it missed, also after the end, when nothing else is. */
  #tellDropped(): void {
    if (this.#dropped === 0) return
    const dropped = this.#dropped
    this.#dropped = 0
    if (this.#include.has('gap')) {
      this.#items.push({ kind: 'gap', reason: 'slow-consumer', dropped, job: null })
    }
    if (!this.#ended) this.#onGap()
  }
}
