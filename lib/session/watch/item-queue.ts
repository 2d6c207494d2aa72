/** The bounded queue that keeps the items of a watch for a slow consumer. Every step takes the same time, however long it is. */
import { publishGap } from '../../base/channels'
import { type Link, LinkedList } from '../../base/linked-list'
import type { WatchKind } from '../options'
import type { GapItem, WatchItem } from './items'

/** What an item says about the watch itself; undefined for one about a job. */
function topicOf(item: WatchItem): string | undefined {
  if (item.kind === 'state') return 'state'
  return item.kind === 'gap' && item.job === null ? item.reason : undefined
}

interface Consumer {
  resolve(result: IteratorResult<WatchItem, undefined>): void
  reject(error: unknown): void
}

/** What is dropped from a full queue is reported as a gap, once the consumer has received the rest. */
export class ItemQueue {
  readonly #include: ReadonlySet<WatchKind>
  readonly #maxLength: number
  readonly #host: string
  readonly #onGap: () => void
  readonly #items = new LinkedList<WatchItem>()
  /** The latest item in the queue of each topic. */
  readonly #topics = new Map<string, Link<WatchItem>>()
  readonly #waiting = new LinkedList<Consumer>()
  #dropped = 0
  #ended = false
  #failure: { readonly error: unknown } | undefined

  /** `onGap` is called when a gap has been reported: a listing is to make up for it. */
  constructor(include: ReadonlySet<WatchKind>, maxLength: number, host: string, onGap: () => void) {
    this.#include = include
    this.#maxLength = maxLength
    this.#host = host
    this.#onGap = onGap
  }

  /** Whether something was dropped that has not been reported yet. */
  get hasDropped(): boolean {
    return this.#dropped > 0
  }

  get isFull(): boolean {
    return this.#items.length >= this.#maxLength
  }

  next(): Promise<IteratorResult<WatchItem, undefined>> {
    const link = this.#items.shift()
    if (link !== undefined) {
      this.#forget(link)
      if (this.#items.length === 0) this.#reportDropped()
      return Promise.resolve({ done: false, value: link.item })
    }
    if (this.#failure !== undefined) {
      const { error } = this.#failure
      this.#failure = undefined
      return Promise.reject(error)
    }
    if (this.#ended) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
    })
  }

  /** Whether the item was taken, or nobody wants it. */
  push(item: WatchItem): boolean {
    if (this.#ended) return true
    if (item.kind === 'gap') publishGapItem(item)
    if (!this.#include.has(item.kind)) return true
    const waiting = this.#waiting.shift()?.item
    if (waiting !== undefined) {
      waiting.resolve({ done: false, value: item })
      return true
    }
    const topic = topicOf(item)
    if (this.isFull) {
      if (topic === undefined) {
        this.#dropped += 1
        return false
      }
      // Of the news about the watch itself the latest is enough, so that they fit into a full queue.
      const earlier = this.#topics.get(topic)
      if (earlier !== undefined) {
        this.#items.remove(earlier)
        this.#forget(earlier)
      }
    }
    const link = this.#items.push(item)
    if (topic !== undefined) this.#topics.set(topic, link)
    return true
  }

  /** Takes no more; what is in the queue is still delivered. */
  end(): void {
    this.#ended = true
    for (let waiting = this.#waiting.shift(); waiting !== undefined; waiting = this.#waiting.shift()) {
      waiting.item.resolve({ done: true, value: undefined })
    }
  }

  /** Ends; whoever waits gets the error at once, else it comes after what is in the queue. */
  fail(error: unknown): void {
    const waiting = this.#waiting.shift()?.item
    if (waiting === undefined) this.#failure = { error }
    else waiting.reject(error)
    this.end()
  }

  /** Ends, and forgets what is in the queue. */
  discard(): void {
    this.#items.clear()
    this.#topics.clear()
    this.#failure = undefined
    this.end()
  }

  /** The link is in the list no longer. */
  #forget(link: Link<WatchItem>): void {
    const topic = topicOf(link.item)
    if (topic !== undefined && this.#topics.get(topic) === link) this.#topics.delete(topic)
  }

  /** The consumer has caught up: it hears what it missed, also after the end, when nothing else is said. */
  #reportDropped(): void {
    if (this.#dropped === 0) return
    const dropped = this.#dropped
    this.#dropped = 0
    const gap: GapItem = { kind: 'gap', reason: 'slow-consumer', dropped, job: null, host: this.#host }
    publishGapItem(gap)
    if (this.#include.has('gap')) this.#items.push(gap)
    if (!this.#ended) this.#onGap()
  }
}

function publishGapItem({ host, reason, dropped, job }: GapItem): void {
  publishGap(() => ({ host, reason, dropped, job: job?.path ?? null }))
}
