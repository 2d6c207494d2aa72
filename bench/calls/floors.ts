/** The addon of bench/native: floors that no call can get below, and the AsyncWorker peer. */
import { join } from 'node:path'

export interface BenchAddon {
  /** To a worker thread and back, with nothing done there. */
  hop(): Promise<void>
  /** Microseconds of one GetErrorEx in a loop of `count` on a native thread; blocks. */
  rawCalls(path: string, count: number): number
  /** GetErrorEx by Napi::AsyncWorker with one connection for each pool thread. */
  asyncWorkerCall(path: string): Promise<(string | null)[] | null>
  /** null on Windows itself. */
  wineVersion(): string | null
}

export function loadFloors(): BenchAddon {
  return require(join(__dirname, '../../../build/bench/bench_floors.node')) as BenchAddon
}

/** A turn of the event loop: nothing asynchronous settles in less. */
export function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
