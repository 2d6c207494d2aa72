/** A CLI without a process: what it printed, and a session that answers from memory. */

import { type CliIo, type CliSession, type Connect, run } from '../../lib/cli/run'
import { decodeErrorList } from '../../lib/diagnosis/error-list'
import { hasFailed, type Job, jobFromInstance } from '../../lib/records/job'
import type { CancelResult } from '../../lib/session/cancel'
import type { WatchItem } from '../../lib/session/watch/items'
import { parseJobRef } from '../../lib/wmi/object-path'
import { instanceFrom, type Values } from './instance'

export interface Printed {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface Script {
  readonly jobs?: readonly Values[]
  /** The names of virtual machines by their ids; other texts than a GUID are names already. */
  readonly machines?: Readonly<Record<string, string>>
  readonly raw?: readonly (string | null)[] | null
  readonly connectFails?: Error
  readonly fails?: Error
  readonly jobFails?: Error
  /** What `watch` and `wait` of the session do; a watch ends with its signal. */
  readonly watch?: (host: FakeHost) => AsyncIterable<WatchItem>
  readonly wait?: (host: FakeHost) => Promise<Job>
  readonly cancel?: CancelResult
}

/** What a scripted `watch` or `wait` can do. */
export interface FakeHost {
  readonly signal: AbortSignal
  readonly onProgress: (job: Job) => void
}

/** A promise that a signal ends, as it ends all that waits in a session. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
    if (signal.aborted) reject(signal.reason)
  })
}

export function jobFrom(values: Values): Job {
  return jobFromInstance(instanceFrom(values), `job ${values.InstanceID}`)
}

/** What was asked of the fake session, in order. */
export type Calls = unknown[][]

export function fakeConnect(script: Script, calls: Calls = []): Connect {
  const jobs = (script.jobs ?? []).map(values => jobFromInstance(instanceFrom(values), null))
  const session: CliSession = {
    async jobs({ signal: _, ...options } = {}) {
      calls.push(['jobs', options])
      if (script.fails) throw script.fails
      return options.failedOnly ? jobs.filter(hasFailed) : jobs
    },
    async job(job) {
      calls.push(['job', job])
      const found = jobs[0]
      if (script.jobFails || found === undefined) throw script.jobFails ?? new Error('the fake has no job')
      return found
    },
    async getErrorEx(job) {
      calls.push(['getErrorEx', job])
      const ref = parseJobRef(job, 'root\\virtualization\\v2')
      if (script.fails) throw script.fails
      return { job: ref, returnValue: 0, ...decodeErrorList(script.raw ?? null) }
    },
    async *watch(options) {
      const { signal = new AbortController().signal, ...rest } = options ?? {}
      calls.push(['watch', rest])
      if (script.fails) throw script.fails
      yield* script.watch?.({ signal, onProgress() {} }) ?? []
      await untilAborted(signal)
    },
    async wait(job, options) {
      const { signal = new AbortController().signal, onProgress = () => {} } = options ?? {}
      calls.push(['wait', job])
      if (script.fails) throw script.fails
      const ended = await (script.wait?.({ signal, onProgress }) ?? untilAborted(signal))
      return { ...ended, virtualMachine: null }
    },
    async cancel(job, how) {
      calls.push(['cancel', job, how])
      if (script.fails || script.cancel === undefined)
        throw script.fails ?? new Error('the fake cancels nothing')
      return script.cancel
    },
    async virtualMachineOf(job) {
      const id = 'virtualSystemName' in job ? job.virtualSystemName : null
      return id ? { id, name: script.machines?.[id] ?? (/^[0-9A-F-]{36}$/.test(id) ? null : id) } : null
    },
    async close() {
      calls.push(['close'])
    },
  }
  return async ({ signal: _, ...options }) => {
    calls.push(['connect', options])
    if (script.connectFails) throw script.connectFails
    return session
  }
}

export interface CliOptions {
  readonly connect?: Connect
  readonly stdin?: string | Uint8Array
  readonly isStdinTerminal?: boolean
  readonly colour?: boolean
  readonly width?: number
  readonly tableWidth?: number
  readonly terminalWidth?: number
  /** Presses Ctrl-C. */
  readonly interruption?: AbortController
  /** Called with everything that was printed so far, on stdout and then on stderr. */
  readonly onOutput?: (printed: string) => void
  readonly drained?: () => Promise<void>
}

/** A terminal in memory, and what was printed on it so far. */
export function ioFor(options: CliOptions): {
  readonly io: CliIo
  readonly printed: () => Omit<Printed, 'code'>
} {
  const { interruption = new AbortController(), drained = async () => {} } = options
  let out = ''
  let err = ''
  const io: CliIo = {
    stdout(text) {
      out += text
      options.onOutput?.(out + err)
    },
    stderr(text) {
      err += text
      options.onOutput?.(out + err)
    },
    drained,
    readStdin: async () => Buffer.from(options.stdin ?? ''),
    isStdinTerminal: options.isStdinTerminal ?? false,
    interruption: () => interruption.signal,
    colour: options.colour ?? false,
    width: options.width ?? 100,
    tableWidth: options.tableWidth ?? Number.POSITIVE_INFINITY,
    terminalWidth: options.terminalWidth ?? null,
  }
  return { io, printed: () => ({ out, err }) }
}

export async function runCli(argv: readonly string[], options: CliOptions = {}): Promise<Printed> {
  const { io, printed } = ioFor(options)
  const code = await run(argv, io, options.connect ?? fakeConnect({}))
  return { code, ...printed() }
}
