/** Which calls wait, and which fail with what. */
import { sameName } from './class-table'
import type { Fault } from './model'
import type { Operation } from './scenario'

/** A call that reaches the host. */
export interface Call {
  readonly operation: Operation
  readonly method: string | null
  /** The object path, the query, or the network resource. */
  readonly path: string | null
  /** What `connect` was called with, but for the password; null for other operations. */
  readonly connection: {
    readonly user: string | null
    readonly locale: string | null
    readonly authority: string | null
  } | null
}

/** What one call meets. Where several faults apply the waits add up, and the first failure wins. */
export interface Verdict {
  readonly hangMs: number
  /** Waits that only a test ends. */
  readonly holds: readonly Promise<void>[]
  readonly failure: Fault | null
}

interface Counted {
  readonly fault: Fault
  /** Calls so far that the fault is about. */
  seen: number
  readonly hold: Promise<void> | null
}

export class FaultPlan {
  readonly #faults: Counted[]

  constructor(faults: readonly Fault[]) {
    this.#faults = faults.map(fault => ({ fault, seen: 0, hold: null }))
  }

  /** Counts from now. The function takes the fault away again. */
  add(fault: Fault, hold: Promise<void> | null = null): () => void {
    const counted = { fault, seen: 0, hold }
    this.#faults.push(counted)
    return () => {
      const at = this.#faults.indexOf(counted)
      if (at !== -1) this.#faults.splice(at, 1)
    }
  }

  /** Counts the call. */
  judge(call: Call): Verdict {
    const met = this.#faults.filter(counted => {
      if (!isAbout(counted.fault, call)) return false
      counted.seen += 1
      return counted.fault.calls?.includes(counted.seen) ?? true
    })
    return {
      hangMs: met.reduce((sum, { fault }) => sum + fault.hangMs, 0),
      holds: met.map(({ hold }) => hold).filter(hold => hold !== null),
      failure: met.find(({ fault }) => fault.hresult !== null)?.fault ?? null,
    }
  }
}

function isAbout({ operation, method, object }: Fault, call: Call): boolean {
  if (operation !== call.operation) return false
  if (method !== null && !sameName(method, call.method ?? '')) return false
  return object === null || (call.path ?? '').includes(object)
}
