/** Records that the addon produced, and a session that gives them again. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deserialize } from 'node:v8'
import {
  DecodeError,
  type GetErrorExResult,
  type Job,
  MethodError,
  type VirtualMachine,
  type WatchItem,
} from '../../lib/entries'
import type { Scenario } from '../../simulator'
import { hostWithEverything, machineNames } from './scenario'

const root = join(__dirname, '..', '..', '..')

export interface RecordedJob {
  readonly job: Job
  readonly answer:
    | (Omit<GetErrorExResult, 'undecodable'> & {
        readonly undecodable: readonly {
          readonly index: number
          readonly raw: string | null
          readonly error: Pick<DecodeError, 'rule' | 'message' | 'offset' | 'line' | 'column'>
        }[]
      })
    | null
  readonly failure: Pick<MethodError, 'operation' | 'returnValue' | 'returnName'> | null
}

export interface Recorded {
  readonly node: string
  readonly platform: string
  readonly jobs: readonly RecordedJob[]
}

/** What a script of this folder prints in Windows node.exe with a simulator. */
export function runInWindows(name: string, host: Scenario): string {
  const folder = mkdtempSync(join(tmpdir(), 'electron-test-'))
  try {
    const scenario = join(folder, 'scenario.json')
    writeFileSync(scenario, JSON.stringify(host))
    const win = [join(root, 'scripts', 'win.mjs'), '--no-build', '--simulate', scenario]
    const script = join(root, 'dist', 'test', 'electron', `${name}.js`)
    return execFileSync(process.execPath, [...win, script], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 60_000,
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The records that the addon gives of every job. */
export function record(): Recorded {
  const text = runInWindows('recorder', hostWithEverything())
  return deserialize(Buffer.from(text, 'base64')) as Recorded
}

/** What the addon answered for one job: the result, or the error to throw. */
export function answerOf({ answer, failure }: RecordedJob): GetErrorExResult {
  if (failure !== null) throw new MethodError(failure.operation, failure.returnValue, failure.returnName)
  if (answer === null) throw new Error('nothing was recorded')
  const undecodable = answer.undecodable.map(({ index, raw, error }) => ({
    index,
    raw,
    error: new DecodeError(error.rule, error.message, error),
  }))
  return { ...answer, undecodable }
}

const NAMES = machineNames()

/** As the host names the machine of a job. */
function machineOf(job: Job): VirtualMachine | null {
  const id = 'virtualSystemName' in job ? job.virtualSystemName : null
  return id ? { id, name: NAMES.get(id) ?? null } : null
}

/** The watch item of a job as it was recorded. */
export function itemOf(recorded: RecordedJob, failed: boolean): WatchItem {
  const { job } = recorded
  const virtualMachine = machineOf(job)
  if (!failed)
    return { id: 'id', host: 'HV-01', virtualMachine, kind: 'ended', result: null, error: null, job }
  try {
    return {
      id: 'id',
      host: 'HV-01',
      virtualMachine,
      kind: 'failed',
      isLate: false,
      job,
      result: answerOf(recorded),
      error: null,
    }
  } catch (error) {
    return {
      id: 'id',
      host: 'HV-01',
      virtualMachine,
      kind: 'failed',
      isLate: false,
      job,
      result: null,
      error: error instanceof Error ? error : new Error(String(error)),
    }
  }
}

/** A session whose host is under the test's control. */
export class ReplayedSession {
  readonly recorded: Map<string, RecordedJob>
  closed = false
  watches = 0
  /** The ids of jobs that somebody asked to end. */
  readonly cancelled: (string | null | undefined)[] = []
  readonly #items: WatchItem[] = []
  #wake: (() => void) | undefined
  #end: { readonly error: unknown } | null = null

  constructor(jobs: readonly RecordedJob[]) {
    this.recorded = new Map(jobs.map(entry => [`${entry.job.instanceId}`, entry]))
  }

  async jobs(): Promise<readonly Job[]> {
    return Array.from(this.recorded.values(), ({ job }) => job)
  }

  async virtualMachineOf(job: Job): Promise<VirtualMachine | null> {
    return machineOf(job)
  }

  async getErrorEx({ instanceId }: Job): Promise<GetErrorExResult> {
    const recorded = this.recorded.get(`${instanceId}`)
    if (recorded === undefined) throw new Error(`no job ${instanceId}`)
    return answerOf(recorded)
  }

  async cancel({ instanceId }: Job): Promise<{ outcome: 'accepted' }> {
    this.cancelled.push(instanceId)
    return { outcome: 'accepted' }
  }

  async *watch({ signal }: { signal: AbortSignal }): AsyncGenerator<WatchItem> {
    this.watches += 1
    signal.addEventListener('abort', () => this.fail(signal.reason))
    for (;;) {
      const item = this.#items.shift()
      if (item !== undefined) yield item
      else if (this.#end !== null) throw this.#end.error
      else await new Promise<void>(resolve => (this.#wake = resolve))
    }
  }

  deliver(...items: readonly WatchItem[]): void {
    this.#items.push(...items)
    this.#wake?.()
  }

  /** Ends the watch for good. */
  fail(error: unknown): void {
    this.#end ??= { error }
    this.#wake?.()
  }

  async close(): Promise<void> {
    this.closed = true
  }
}
