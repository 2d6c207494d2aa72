/** The events of one notification query, from their change to the call that reads them. */
import type { NativeObject } from '../wmi/addon'
import { type ClassDef, ClassTable, sameName } from './class-table'
import { type Cancel, every, fileTimeNow } from './clock'
import { Hresult } from './failure'
import { Instance, type Location } from './instance'
import type { EventRules } from './model'
import { type Condition, parseQuery, type Query } from './wql'
import { matches } from './wql-match'

/** What became of an instance: null where it did not exist. */
export interface Change {
  readonly before: Instance | null
  readonly after: Instance | null
}

/** The part of the system classes that leads to the three events. */
const EVENT_CLASSES = new ClassTable({
  __SystemClass: { properties: {} },
  __IndicationRelated: { superclass: '__SystemClass', properties: {} },
  __Event: {
    superclass: '__IndicationRelated',
    properties: { SECURITY_DESCRIPTOR: 'uint8[]', TIME_CREATED: 'uint64' },
  },
  __InstanceOperationEvent: { superclass: '__Event', properties: { TargetInstance: 'object' } },
  __InstanceCreationEvent: { superclass: '__InstanceOperationEvent', properties: {} },
  __InstanceModificationEvent: {
    superclass: '__InstanceOperationEvent',
    properties: { PreviousInstance: 'object' },
  },
  __InstanceDeletionEvent: { superclass: '__InstanceOperationEvent', properties: {} },
})

const TARGET = 'TargetInstance'
const PREVIOUS = 'PreviousInstance'

function eventClassOf({ before, after }: Change): ClassDef | undefined {
  const what = before === null ? 'Creation' : after === null ? 'Deletion' : 'Modification'
  return EVENT_CLASSES.find(`__Instance${what}Event`)
}

export function isEvent({ before, after }: Change): boolean {
  if (before === null || after === null) return before !== after
  return !before.equals(after)
}

/** The query, or the HRESULT that refuses it. */
export function parseEventQuery(text: string, classes: ClassTable): Query | number {
  const query = parseQuery(text)
  if (query === null || (query.withinSeconds ?? 0) < 0) return Hresult.UnparsableQuery
  const eventClass = EVENT_CLASSES.find(query.className)
  if (eventClass === undefined || !eventClass.isA('__InstanceOperationEvent')) {
    // A class of instances has no events of its own.
    return classes.find(query.className) === undefined ? Hresult.InvalidClass : Hresult.InvalidQuery
  }
  // Only whole events here, though WMI has columns of events.
  if (query.columns !== null) return Hresult.InvalidQuery
  // Without a class WMI would have to watch each instance of the namespace.
  if (query.where === null || !namesClass(query.where)) return Hresult.RegistrationTooBroad
  return refusalOf(query.where, classes) ?? query
}

/** Whether each event that fulfils the condition is one of a class it names. */
function namesClass(condition: Condition): boolean {
  switch (condition.kind) {
    case 'isa':
      return true
    case 'and':
      return namesClass(condition.left) || namesClass(condition.right)
    case 'or':
      return namesClass(condition.left) && namesClass(condition.right)
    default:
      return false
  }
}

/** Conditions are on the instances of an event alone; a property that these lack is no error. */
function refusalOf(condition: Condition, classes: ClassTable): number | null {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return refusalOf(condition.left, classes) ?? refusalOf(condition.right, classes)
    case 'not':
      return refusalOf(condition.condition, classes)
    default: {
      const { object } = condition
      const isInstance = object !== null && [TARGET, PREVIOUS].some(name => sameName(name, object))
      if (!isInstance) return Hresult.InvalidQuery
      const isUnknown = condition.kind === 'isa' && classes.find(condition.className) === undefined
      return isUnknown ? Hresult.InvalidClass : null
    }
  }
}

export class Subscription {
  readonly text: string
  readonly #query: Query
  readonly #location: Location
  readonly #dropAfter: number
  /** Since the last poll, one for an instance, in the order of its first change; null where nothing is polled. */
  readonly #unpolled: Map<string, Change> | null
  readonly #stopPolling: Cancel | undefined
  readonly #queue: NativeObject[] = []
  readonly #waiting = new Set<() => void>()
  #status: number | null = null
  /** Events that found the queue full. */
  dropped = 0

  constructor(text: string, query: Query, location: Location, rules: EventRules) {
    this.text = text
    this.#query = query
    this.#location = location
    this.#dropAfter = rules.dropAfter ?? Number.POSITIVE_INFINITY
    const seconds = rules.needsWithin ? query.withinSeconds : null
    this.#unpolled = seconds === null ? null : new Map()
    this.#stopPolling = seconds === null ? undefined : every(seconds * 1000, () => this.#poll())
  }

  /** What ended it; null while it lives. */
  get status(): number | null {
    return this.#status
  }

  /** Events that nobody has read yet. */
  get waiting(): number {
    return this.#queue.length
  }

  /** Takes note of a change of whatever instance. */
  offer(change: Change): void {
    const unpolled = this.#unpolled
    if (unpolled === null) {
      this.#enqueue(change)
      return
    }
    const path = (change.after ?? change.before)?.path ?? ''
    const { before } = unpolled.get(path) ?? change
    unpolled.set(path, { before, after: change.after })
  }

  /** At most so many of the waiting events, the oldest first. */
  take(count: number): NativeObject[] {
    return this.#queue.splice(0, count)
  }

  /** Calls back once, at the next event or at the end. */
  onChange(callback: () => void): Cancel {
    this.#waiting.add(callback)
    return () => this.#waiting.delete(callback)
  }

  /** Nothing waits any more and reading fails. The first status stays. */
  fail(status: number): void {
    if (this.#status !== null) return
    this.#status = status
    this.#stopPolling?.()
    this.#queue.length = 0
    this.#wake()
  }

  #poll(): void {
    const changes = [...(this.#unpolled?.values() ?? [])]
    this.#unpolled?.clear()
    for (const change of changes) this.#enqueue(change)
  }

  #enqueue(change: Change): void {
    if (!isEvent(change) || !this.#wants(change)) return
    if (this.#queue.length >= this.#dropAfter) {
      this.dropped += 1
      return
    }
    this.#queue.push(eventOf(change))
    this.#wake()
  }

  #wants(change: Change): boolean {
    const { className, where } = this.#query
    if (where === null || eventClassOf(change)?.isA(className) !== true) return false
    const target = change.after ?? change.before
    const previous = change.after === null ? null : change.before
    const scope = (object: string | null) => (sameName(object ?? '', TARGET) ? target : previous)
    return matches(where, scope, this.#location)
  }

  #wake(): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const callback of waiting) callback()
  }
}

function eventOf(change: Change): NativeObject {
  const cls = eventClassOf(change)
  if (cls === undefined) throw new Error('every change has an event class')
  const target = (change.after ?? change.before)?.toNative() ?? null
  const previous = change.after === null ? null : (change.before?.toNative() ?? null)
  const values: [string, NativeObject | bigint | null][] = [
    ['TIME_CREATED', fileTimeNow()],
    [TARGET, target],
  ]
  if (previous !== null) values.push([PREVIOUS, previous])
  return new Instance(cls).with(values).toNative()
}
