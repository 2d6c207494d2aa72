/**
 * What is known of the jobs that a watch sees, and what is news of them.
 *
 * An end is identified by the job, its class and InstanceID, and its change to an ended state: it is reported once,
 * however often and in whatever order events, listings and late answers show it, and whatever else of the job changes
 * afterwards. An end is final: nothing that shows the job before it is news. The one thing that follows an end is that a
 * success turns out to be a failure, because its ErrorCode is set later; that is reported once as well, the reverse never.
 */
import { now } from '../../base/clock'
import { hasFailed, isBehind, isEnded, type Job } from '../../records/job'

export type News =
  | { readonly kind: 'failed' | 'ended' | 'changed'; readonly job: Job }
  /** Removed before its end was seen; `job` as it was last seen. */
  | { readonly kind: 'vanished'; readonly job: Job }

/** An event may come late, and a class may be missing for a moment: a job that has gone is remembered for so long. */
const GONE_MS = 5 * 60_000

interface Seen {
  /** As it was seen last. */
  readonly job: Job
  /** What was reported of its end. */
  readonly end: 'failed' | 'ended' | null
  /** Of a job that has not ended: equal marks are the same news. */
  readonly mark: string
  /** When it was seen last, on the ledger's own clock. */
  readonly at: number
  /** When it went, on the clock of `now()`; null while it is there. */
  readonly goneAt: number | null
}

export function keyOf({ className, instanceId, path }: Job): string {
  return `${className}|${instanceId ?? path}`
}

/** What people look at. */
function markOf(job: Job): string {
  return `${job.jobState}|${job.percentComplete}|${job.jobStatus}|${job.errorCode}`
}

export class Ledger {
  readonly #seen = new Map<string, Seen>()
  readonly #report: (news: News) => void
  /** Counts what happens: events and listings. */
  #clock = 0

  constructor(report: (news: News) => void) {
    this.#report = report
  }

  present(job: Job): void {
    this.#clock += 1
    this.#meet(job, this.#isGone(job))
  }

  /** `job` as it was at the end. */
  removed(job: Job): void {
    this.#clock += 1
    this.#forget(job)
  }

  /** To be given to {@link listed} with what the listing finds. */
  listingBegins(): number {
    this.#clock += 1
    return this.#clock
  }

  /** What was seen since the listing began is newer than what it says, but for an end. */
  listed(jobs: readonly Job[], began: number): void {
    const present = new Set(jobs.map(keyOf))
    for (const [key, { job, at, goneAt }] of this.#seen) {
      if (goneAt === null && at <= began && !present.has(key)) this.#forget(job)
    }
    for (const job of oldestFirst(jobs)) {
      const seen = this.#seen.get(keyOf(job))
      const isOlder = seen !== undefined && seen.at > began
      if (isOlder && !isEnded(job)) continue
      this.#meet(job, isOlder && seen.goneAt !== null)
    }
  }

  /** The news of a job was not taken: the next listing finds it again. */
  unsee(job: Job): void {
    this.#seen.delete(keyOf(job))
  }

  forgetLongGone(): void {
    const limit = now() - GONE_MS
    for (const [key, { goneAt }] of this.#seen) {
      if (goneAt !== null && goneAt <= limit) this.#seen.delete(key)
    }
  }

  #isGone(job: Job): boolean {
    const seen = this.#seen.get(keyOf(job))
    return seen !== undefined && seen.goneAt !== null
  }

  #meet(job: Job, isGone: boolean): void {
    const key = keyOf(job)
    const seen = this.#seen.get(key)
    const before = seen?.end ?? null
    if (before !== null && !isEnded(job)) {
      // An end is final. A listing that finds the job there says that it has not gone.
      if (seen !== undefined)
        this.#seen.set(key, { ...seen, at: this.#clock, goneAt: isGone ? seen.goneAt : null })
      return
    }
    // Nor does its progress go back: an event may be older than the listing that came before it.
    if (seen !== undefined && isBehind(job, seen.job)) return
    const end = before === 'failed' || hasFailed(job) ? 'failed' : isEnded(job) ? 'ended' : null
    const mark = markOf(job)
    const goneAt = isGone ? (seen?.goneAt ?? now()) : null
    this.#seen.set(key, { job, end, mark, at: this.#clock, goneAt })
    if (end !== null) {
      if (end !== before) this.#report({ kind: end, job })
    } else if (seen?.mark !== mark) {
      this.#report({ kind: 'changed', job })
    }
  }

  /** Its last state may show an end that nothing showed before. */
  #forget(job: Job): void {
    const key = keyOf(job)
    const before = this.#seen.get(key)
    const wasThere = before === undefined || before.goneAt === null
    if (isEnded(job)) this.#meet(job, !wasThere)
    const seen = this.#seen.get(key) ?? { job, end: null, mark: markOf(job) }
    const goneAt = before?.goneAt ?? now()
    this.#seen.set(key, { ...seen, at: this.#clock, goneAt })
    if (wasThere && seen.end === null) this.#report({ kind: 'vanished', job: seen.job })
  }
}

/** The objects of those that ended first are removed first. */
function oldestFirst(jobs: readonly Job[]): readonly Job[] {
  const time = (job: Job) => (isEnded(job) ? (job.timeOfLastStateChange ?? '') : '')
  // The texts of one host compare as their times do.
  return [...jobs].sort((one, other) => (time(one) < time(other) ? -1 : time(one) > time(other) ? 1 : 0))
}
