/** One process that runs `server.ts`, as its parent sees it. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Answer, Request } from './protocol'

interface Waiting {
  resolve(result: unknown): void
  reject(error: Error): void
}

/** Under Wine about one spawn in two thousand fails at once, for no reason it can name. */
const ATTEMPTS = 3

function start(attempt = 1): ChildProcess {
  try {
    // Without our own flags: a preloaded module and a test reporter are none of the server's business.
    return fork(join(__dirname, 'server.js'), [], {
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
  } catch (error) {
    if (attempt === ATTEMPTS) throw error
    return start(attempt + 1)
  }
}

export class ServerProcess {
  readonly #child = start()
  readonly #ended = once(this.#child, 'exit')
  readonly #waiting = new Map<number, Waiting>()
  #requests = 0

  /** Returns at once; requests wait until the process has started. */
  constructor() {
    this.#child.on('message', ({ id, result, error }: Answer) => {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (error === undefined) waiting?.resolve(result)
      else waiting?.reject(new Error(`the server process: ${error}`))
    })
    this.#child.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the server process has ended'))
      this.#waiting.clear()
    })
  }

  /** Of the system that runs node.exe; undefined when the process could not be started. */
  get pid(): number | undefined {
    return this.#child.pid
  }

  request(request: Request): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#requests += 1
      const id = this.#requests
      this.#waiting.set(id, { resolve, reject })
      this.#child.send({ id, request }, error => {
        if (error === null) return
        this.#waiting.delete(id)
        reject(error)
      })
    })
  }

  /** Ends the process as a crash does, and waits until it is gone. Does nothing when it is. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}
