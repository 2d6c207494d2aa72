/** The simulated host: what happens on it, its faults, and which connections to it still stand. */
import { after } from './clock'
import { wbemFailure } from './failure'
import { type Call, FaultPlan } from './faults'
import { ScriptedMethods } from './methods'
import type { ScenarioModel } from './model'
import { Scene } from './scene'

/** A connection, shared by everything that was got through it: what is lost is lost together. */
export interface Generation {
  /** The HRESULT that ended it. */
  lost: number | null
}

export class Host {
  readonly model: ScenarioModel
  readonly scene: Scene
  readonly faults: FaultPlan
  readonly scripted: ScriptedMethods
  readonly calls: Call[] = []
  #generation: Generation = { lost: null }
  #isStopped = false
  /** Waits that a lost connection or the stop ends. */
  readonly #waits = new Set<() => void>()

  constructor(model: ScenarioModel) {
    this.model = model
    this.scene = new Scene(model)
    this.faults = new FaultPlan(model.faults)
    this.scripted = new ScriptedMethods(model.methods)
  }

  /** Of connections that are made now. */
  get generation(): Generation {
    return this.#generation
  }

  /**
   * The start of every operation: notes the call, then lets the faults have it.
   * @param generation - that of the caller's connection; null for the call that makes one
   * @throws OperationFailed
   */
  async enter(call: Call, generation: Generation | null): Promise<void> {
    this.calls.push(call)
    const { hangMs, holds, failure } = this.faults.judge(call)
    const fail = (hresult: number, description: string) =>
      wbemFailure(call.operation, hresult, { provider: 'Simulator', parameter: call.path, description })
    if (hangMs > 0) await this.wait(hangMs, generation)
    for (const hold of holds) await this.#until(generation, end => void hold.then(end))
    const lost = generation?.lost ?? null
    if (lost !== null) throw fail(lost, '')
    if (failure !== null) throw fail(failure.hresult ?? 0, failure.description)
  }

  /** For that time, until the connection is lost or until the host stops. */
  wait(ms: number, generation: Generation | null): Promise<void> {
    return ms === 0 ? Promise.resolve() : this.#until(generation, end => after(ms, end))
  }

  /** Everything that clients have fails with this status from now on; new connections work. */
  disconnect(hresult: number): void {
    this.#generation.lost = hresult
    this.#generation = { lost: null }
    this.scene.endSubscriptions(hresult)
    for (const end of [...this.#waits]) end()
  }

  stop(): void {
    this.#isStopped = true
    this.scene.stop()
    for (const end of [...this.#waits]) end()
  }

  /** `start` begins the wait proper, and gives what cancels it, if anything does. */
  #until(generation: Generation | null, start: (end: () => void) => (() => void) | undefined): Promise<void> {
    return new Promise(resolve => {
      if (this.#isStopped || (generation?.lost ?? null) !== null) return resolve()
      const end = () => {
        cancel?.()
        this.#waits.delete(check)
        resolve()
      }
      const check = () => {
        if (this.#isStopped || (generation?.lost ?? null) !== null) end()
      }
      this.#waits.add(check)
      const cancel = start(end)
    })
  }
}
