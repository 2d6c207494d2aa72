/**
 * Random histories of jobs, and what a watch makes of them. A history is a list of commands; some change the jobs of a
 * world, the others decide when and in which order the watch hears of it: events, listings that are older than their
 * answer, late events, and events that are lost.
 */
import fc from 'fast-check'
import { hasFailed, isEnded, type Job } from '../../../lib/entries'
import type { JobCalls } from '../../../lib/session/job-calls'
import { jobFromNative } from '../../../lib/session/native-job'
import { checkWatchOptions } from '../../../lib/session/options'
import type { Feed, FeedListener, JobEvent } from '../../../lib/session/watch/event-feed'
import { JobWatch } from '../../../lib/session/watch/job-watch'
import { nothingFound } from '../../support/error-list'
import { job as nativeJob } from '../../support/fake-host'

const IDS = ['A', 'B', 'C'] as const

export type Command =
  | {
      readonly do: 'create' | 'progress' | 'fail' | 'succeed' | 'touch' | 'blame' | 'remove'
      readonly id: string
    }
  /** Delivers the waiting event with this index, modulo their number. */
  | { readonly do: 'deliver'; readonly index: number }
  /** Loses what waits, and makes a listing begin; it is read from the world by `read`, and answers at `answer`. */
  | { readonly do: 'lose' | 'list' | 'read' | 'answer' }

export const history: fc.Arbitrary<readonly Command[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constantFrom('create', 'progress', 'fail', 'succeed', 'touch', 'blame', 'remove'),
        id: fc.constantFrom(...IDS),
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('deliver'), index: fc.nat(6) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('lose', 'list', 'read', 'answer') }) },
  ) as fc.Arbitrary<Command>,
  { maxLength: 40 },
)

/** What has to be reported: each end that is shown, once; a success may turn out to be a failure, once. */
export class Reference {
  readonly reported: string[] = []
  readonly #ends = new Map<unknown, 'failed' | 'ended'>()

  show(job: Job): void {
    if (!isEnded(job)) return
    const end = hasFailed(job) ? 'failed' : 'ended'
    const before = this.#ends.get(job.instanceId)
    if (before === 'failed' || before === end) return
    this.#ends.set(job.instanceId, end)
    this.reported.push(`${end} ${job.instanceId}`)
  }
}

/** The jobs of a host, and the events that have been raised and not delivered. */
class World {
  readonly jobs = new Map<string, Record<string, unknown>>()
  readonly gone = new Set<string>()
  readonly waiting: JobEvent[] = []
  #time = 0

  apply(command: Extract<Command, { id: string }>): void {
    const { id } = command
    const job = this.jobs.get(id)
    const ended = job !== undefined && job.JobState !== 4
    switch (command.do) {
      case 'create':
        // An InstanceID is never used again.
        if (job === undefined && !this.gone.has(id))
          this.#set(id, { JobState: 4, PercentComplete: 0, ErrorCode: 0 })
        return
      case 'progress':
        if (job && !ended) this.#set(id, { PercentComplete: (job.PercentComplete as number) + 1 })
        return
      case 'fail':
        if (job && !ended) this.#set(id, { JobState: 10, ErrorCode: 32768 })
        return
      case 'succeed':
        if (job && !ended) this.#set(id, { JobState: 7, ErrorCode: 0 })
        return
      case 'touch':
        if (ended) this.#set(id, { TimeOfLastStateChange: this.#clock() })
        return
      case 'blame':
        if (job?.JobState === 7) this.#set(id, { ErrorCode: 32768 })
        return
      case 'remove':
        if (job === undefined) return
        this.jobs.delete(id)
        this.gone.add(id)
        this.waiting.push({ kind: 'removed', job: recordOf(id, job) })
    }
  }

  snapshot(): Job[] {
    return [...this.jobs].map(([id, values]) => recordOf(id, values))
  }

  #set(id: string, values: Record<string, unknown>): void {
    const job = { ...this.jobs.get(id), ...values }
    this.jobs.set(id, job)
    this.waiting.push({ kind: 'present', job: recordOf(id, job) })
  }

  #clock(): string {
    this.#time += 1
    return `202611220930${String(this.#time).padStart(2, '0')}.000000+060`
  }
}

function recordOf(id: string, values: Record<string, unknown>): Job {
  return jobFromNative(nativeJob(id, values))
}

/** Lets everything go on that waits for nothing. */
async function settle(): Promise<void> {
  for (let i = 0; i < 12; i++) await Promise.resolve()
}

export interface Outcome {
  readonly expected: readonly string[]
  readonly ends: readonly string[]
  /** Percentages of jobs that have not ended, in the order of their items, by job. */
  readonly progress: ReadonlyMap<string, readonly number[]>
  /** Jobs that were reported to have vanished although their end had been reported before. */
  readonly contradictions: readonly string[]
}

/** Plays a history, ends it by a complete listing, and says what was and what should have been reported. */
export async function play(commands: readonly Command[], inOrder: boolean): Promise<Outcome> {
  const world = new World()
  const reference = new Reference()
  let listener: FeedListener | undefined
  let listing: { resolve(jobs: readonly Job[]): void; snapshot: readonly Job[] | undefined } | undefined
  const feed: Feed = {
    listen(_classes, given) {
      listener = given
      return () => {}
    },
  }
  const calls: JobCalls = {
    getErrorEx: async () => nothingFound(),
    job: () => Promise.reject(new Error('not asked')),
    execMethod: () => Promise.reject(new Error('not asked')),
    jobs: () =>
      new Promise(resolve => {
        listing = { resolve, snapshot: undefined }
      }),
  }
  const closed = new AbortController()
  const machines = { of: () => null, isUnknown: () => false, isWanted: () => false, find: async () => {} }
  const context = { host: 'HV-01', calls, timeoutMs: 1_000, feed, machines, closed: closed.signal }
  const settings = checkWatchOptions({ include: ['failed', 'ended', 'changed', 'gap'], maxQueued: 10_000 })
  const watch = new JobWatch(context, settings)

  const show = (event: JobEvent) => {
    reference.show(event.job)
    listener?.events([event])
  }
  const answer = () => {
    if (listing === undefined) return
    const { resolve, snapshot = world.snapshot() } = listing
    listing = undefined
    for (const job of snapshot) reference.show(job)
    resolve(snapshot)
  }
  for (const command of commands) {
    if ('id' in command) world.apply(command)
    else if (command.do === 'deliver') {
      const index = inOrder || world.waiting.length === 0 ? 0 : command.index % world.waiting.length
      const [event] = world.waiting.splice(index, 1)
      if (event !== undefined) show(event)
    } else if (command.do === 'lose') {
      world.waiting.length = 0
      listener?.lost(new Error('lost'))
      listener?.subscribed()
    } else if (command.do === 'list') listener?.subscribed()
    else if (command.do === 'read') {
      if (listing !== undefined) listing.snapshot ??= world.snapshot()
    } else answer()
    await settle()
  }
  world.waiting.length = 0
  listener?.subscribed()
  for (let i = 0; i < 3; i++) {
    answer()
    await settle()
  }
  closed.abort(new Error('the end'))

  const ends: string[] = []
  const progress = new Map<string, number[]>()
  const contradictions: string[] = []
  for (;;) {
    const { value: item } = await watch.next().catch(() => ({ value: undefined }))
    if (item === undefined) break
    if (!('id' in item)) continue
    const id = item.job.instanceId ?? ''
    if (item.kind === 'failed' || item.kind === 'ended') ends.push(`${item.kind} ${id}`)
    else if (ends.some(end => end.endsWith(` ${id}`))) contradictions.push(`${item.kind} ${id}`)
    if (item.kind === 'changed')
      progress.set(id, [...(progress.get(id) ?? []), item.job.percentComplete ?? -1])
  }
  return { expected: reference.reported.toSorted(), ends: ends.toSorted(), progress, contradictions }
}
