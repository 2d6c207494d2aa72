/** Processes that keep every processor busy, as on a host that migrates machines. */
import { type ChildProcess, spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** They end by themselves, should nobody be left to end them. */
const SPIN = 'const end = Date.now() + 600_000; while (Date.now() < end) {}'

export class Spinners {
  readonly #children: ChildProcess[] = []

  get count(): number {
    return this.#children.length
  }

  /** One of normal priority for each processor; resolves once all of them spin. */
  async start(): Promise<void> {
    while (this.#children.length < availableParallelism()) {
      this.#children.push(spawn(process.execPath, ['-e', SPIN], { stdio: 'ignore' }))
    }
    await Promise.all(this.#children.map(child => new Promise(resolve => child.once('spawn', resolve))))
    // Until they have loaded and begin to spin.
    await new Promise(resolve => setTimeout(resolve, 2_000))
  }

  stop(): void {
    for (const child of this.#children.splice(0)) child.kill('SIGKILL')
  }
}
