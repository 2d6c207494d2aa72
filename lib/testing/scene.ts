/** What happens on the host: jobs that come, change and go, and the subscriptions to that. */
import { isEnded } from '../records/job'
import { type ClassDef, type ClassTable, sameName } from './class-table'
import { after, type Cancel } from './clock'
import { Hresult } from './failure'
import type { Instance, Location, PropertyValues } from './instance'
import type { JobAnswer, JobPlan, ScenarioModel } from './model'
import { type Change, isEvent, parseEventQuery, Subscription } from './subscription'

/** A job and what has become of it. */
export interface Life {
  readonly plan: JobPlan
  /** Null while it does not exist. */
  now: Instance | null
  /** Changed by other than its timeline, which from then on can only remove it. */
  isChanged: boolean
  /** Steps of its timeline to come. */
  readonly steps: Set<Cancel>
  readonly calls: { getErrorEx: number; getError: number }
  answers: readonly JobAnswer[]
}

/** An instance that a method is called on; `life` is null for one that is no job. */
export interface Target {
  readonly instance: Instance
  readonly life: Life | null
}

/** How a test or a caller names a job; without a class any job with that InstanceID. */
export interface JobName {
  readonly className: string | null
  readonly instanceId: string
}

/** Return values of RequestStateChange: Microsoft Learn, "RequestStateChange method of the Msvm_MigrationJob class". */
const COMPLETED = 0
const NOT_SUPPORTED = 32770
const INVALID_STATE = 32775

export class Scene {
  readonly #model: ScenarioModel
  readonly #lives = new Set<Life>()
  readonly #subscriptions = new Set<Subscription>()
  #droppedBefore = 0
  #isStopped = false

  constructor(model: ScenarioModel) {
    this.#model = model
    for (const plan of model.jobs) this.#begin(plan)
  }

  get classes(): ClassTable {
    return this.#model.classes
  }

  /** What exists now of a class and its subclasses. */
  instancesOf(cls: ClassDef): readonly Instance[] {
    const jobs = Array.from(this.#lives, ({ now }) => now).filter(now => now !== null)
    return [...jobs, ...this.#model.instances].filter(instance => instance.cls.isA(cls.name))
  }

  /** The instance of exactly that class which has those keys. */
  find(cls: ClassDef, keys: readonly (readonly [name: string, text: string])[]): Target | null {
    const fits = (instance: Instance | null) =>
      instance !== null &&
      sameName(instance.cls.name, cls.name) &&
      keys.every(([name, text]) => {
        const value = instance.value(name)
        return typeof value === 'string' && sameName(value, text)
      })
    for (const life of this.#lives)
      if (life.now !== null && fits(life.now)) return { instance: life.now, life }
    const instance = this.#model.instances.find(fits)
    return instance === undefined ? null : { instance, life: null }
  }

  /** A job by its name, also one that is still to come. */
  job({ className, instanceId }: JobName): Life | undefined {
    return [...this.#lives].find(
      ({ plan: { instance } }) =>
        (className === null || sameName(instance.cls.name, className)) &&
        sameName(String(instance.value('InstanceID')), instanceId),
    )
  }

  /** Its timeline counts from now. False: there is such a job already, or it is still to come. */
  add(plan: JobPlan): boolean {
    const className = plan.instance.cls.name
    if (this.job({ className, instanceId: String(plan.instance.value('InstanceID')) }) !== undefined)
      return false
    this.#begin(plan)
    return true
  }

  change(life: Life, now: Instance, values: PropertyValues): void {
    life.isChanged = true
    this.#become(life, now.with(values))
  }

  /** For good, whatever its timeline says. */
  remove(life: Life): void {
    for (const cancel of life.steps) cancel()
    this.#become(life, null)
    this.#lives.delete(life)
  }

  /** Ends a running job in that state. Returns the return value of RequestStateChange. */
  end({ life }: Target, jobState: number): number {
    const now = life?.now ?? null
    const state = now?.value('JobState')
    if (life === null || now === null || typeof state !== 'number' || isEnded({ jobState: state })) {
      return INVALID_STATE
    }
    // A scenario that does not say otherwise lets its jobs be cancelled.
    if (now.value('Cancellable') === false) return NOT_SUPPORTED
    this.change(life, now, [['JobState', jobState]])
    return COMPLETED
  }

  /** Sees what happens from now on; the HRESULT when it is refused. */
  subscribe(text: string, location: Location): Subscription | number {
    const { events, classes } = this.#model
    const query = parseEventQuery(text, classes)
    if (typeof query === 'number') return query
    // Documented for too much precision in the delivery of events, which asks for a larger tolerance.
    if (events.needsWithin && (query.withinSeconds ?? 0) === 0) return Hresult.RegistrationTooPrecise
    if (this.#isStopped) return Hresult.ShuttingDown
    if (this.#subscriptions.size >= (events.maxSubscriptions ?? Number.POSITIVE_INFINITY)) {
      return Hresult.QuotaViolation
    }
    const subscription = new Subscription(text, query, location, events)
    this.#subscriptions.add(subscription)
    return subscription
  }

  /** The oldest first. */
  get subscriptions(): readonly Subscription[] {
    return [...this.#subscriptions]
  }

  /** By all subscriptions, also those that have ended. */
  get droppedEvents(): number {
    return this.subscriptions.reduce((sum, { dropped }) => sum + dropped, this.#droppedBefore)
  }

  endSubscription(subscription: Subscription, status: number): void {
    subscription.fail(status)
    if (this.#subscriptions.delete(subscription)) this.#droppedBefore += subscription.dropped
  }

  endSubscriptions(status: number): void {
    for (const subscription of this.subscriptions) this.endSubscription(subscription, status)
  }

  /** Nothing happens by itself any more. */
  stop(): void {
    this.#isStopped = true
    for (const { steps } of this.#lives) for (const cancel of steps) cancel()
    this.endSubscriptions(Hresult.ShuttingDown)
  }

  #begin(plan: JobPlan): void {
    const life: Life = {
      plan,
      now: null,
      isChanged: false,
      steps: new Set(),
      calls: { getErrorEx: 0, getError: 0 },
      answers: plan.answers,
    }
    this.#lives.add(life)
    this.#become(life, plan.existsAtStart ? plan.instance : null)
    let planned = plan.instance
    let exists = plan.existsAtStart
    for (const step of plan.timeline) {
      planned = planned.with(step.set)
      exists = step.exists ?? exists
      const then = exists ? planned : null
      if (step.afterMs === 0) this.#become(life, then)
      else this.#schedule(life, step.afterMs, then)
    }
    this.#forgetIfOver(life)
  }

  #schedule(life: Life, afterMs: number, planned: Instance | null): void {
    const cancel = after(afterMs, () => {
      life.steps.delete(cancel)
      if (!life.isChanged || planned === null) this.#become(life, planned)
      this.#forgetIfOver(life)
    })
    life.steps.add(cancel)
  }

  #forgetIfOver(life: Life): void {
    if (life.now === null && life.steps.size === 0) this.#lives.delete(life)
  }

  #become(life: Life, now: Instance | null): void {
    const change: Change = { before: life.now, after: now }
    life.now = now
    if (isEvent(change)) for (const subscription of this.#subscriptions) subscription.offer(change)
  }
}
