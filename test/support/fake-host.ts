/** A fake addon that answers as a host with jobs does; a script overrides what it wants to. */
import type { NativeObject } from '../../lib/wmi/addon'
import { type Answer, deferred, FakeAddon, type FakeCall, HANGS, instance, properties } from './fake-addon'

export const CLASS = 'Msvm_MigrationJob'
export const FAILED = { JobState: 10, ErrorCode: 32768 }

export function pathOf(id: string): string {
  return `${CLASS}.InstanceID="${id}"`
}

export function job(id: string, values: Readonly<Record<string, unknown>> = {}): NativeObject {
  return instance(
    CLASS,
    { InstanceID: id, JobState: 4, PercentComplete: 0, ErrorCode: 0, ...values },
    pathOf(id),
  )
}

export function event(kind: 'Creation' | 'Modification' | 'Deletion', target: NativeObject): NativeObject {
  return {
    className: `__Instance${kind}Event`,
    path: null,
    properties: ['TargetInstance', 13, target],
  }
}

/** Events that `nextEvents` delivers, in the batches in which they are raised. */
export class Events {
  readonly #batches: NativeObject[][] = []
  #waiting: ReturnType<typeof deferred<NativeObject[]>> | undefined

  raise(...events: NativeObject[]): void {
    if (this.#waiting === undefined) this.#batches.push(events)
    else this.#waiting.resolve(events)
    this.#waiting = undefined
  }

  next(): Promise<NativeObject[]> {
    const batch = this.#batches.shift()
    if (batch !== undefined) return Promise.resolve(batch)
    this.#waiting = deferred<NativeObject[]>()
    return this.#waiting.promise
  }
}

export const NO_ERRORS = properties({ ReturnValue: 0, Errors: null })

/** `override` answers undefined for what it leaves to the host. */
export function fakeHost(
  jobs: Map<string, NativeObject> = new Map(),
  override: (call: FakeCall) => Answer = () => undefined,
  options?: { readonly maxStuck?: number },
): FakeAddon & { readonly events: Events } {
  const events = new Events()
  const script = async (call: FakeCall) => {
    const answer = await override(call)
    if (answer !== undefined) return answer
    switch (call.operation) {
      case 'connect':
      case 'subscribe':
        return undefined
      case 'query':
        return call.object.includes(CLASS) ? [...jobs.values()] : []
      case 'getObject':
        return jobs.get(call.object) ?? HANGS
      case 'execMethod':
        return NO_ERRORS
      case 'nextEvents':
        return events.next()
    }
  }
  return Object.assign(new FakeAddon(script, options), { events })
}

export function after<Value>(ms: number, value: Value): Promise<Value> {
  return new Promise(resolve => {
    setTimeout(() => resolve(value), ms)
  })
}
