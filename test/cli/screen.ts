/** A CLI without a process: what it printed, and a session that answers from memory. */

import { type CliIo, type CliSession, type Connect, run } from '../../lib/cli/run'
import { parseJobRef } from '../../lib/object-path'
import { decodeErrorList } from '../../lib/records/error-list'
import { hasFailed, jobFromInstance } from '../../lib/records/job'
import { instanceFrom, type Values } from './instance'

export interface Printed {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface Script {
  readonly jobs?: readonly Values[]
  readonly raw?: readonly (string | null)[] | null
  readonly connectFails?: Error
  readonly fails?: Error
  readonly jobFails?: Error
}

/** What was asked of the fake session, in order. */
export type Calls = unknown[][]

export function fakeConnect(script: Script, calls: Calls = []): Connect {
  const jobs = (script.jobs ?? []).map(values => jobFromInstance(instanceFrom(values), null))
  const session: CliSession = {
    async jobs(options) {
      calls.push(['jobs', options])
      if (script.fails) throw script.fails
      return options?.failedOnly ? jobs.filter(hasFailed) : jobs
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
    async close() {
      calls.push(['close'])
    },
  }
  return async options => {
    calls.push(['connect', options])
    if (script.connectFails) throw script.connectFails
    return session
  }
}

export async function runCli(
  argv: readonly string[],
  options: { connect?: Connect; stdin?: string; colour?: boolean; width?: number } = {},
): Promise<Printed> {
  let out = ''
  let err = ''
  const io: CliIo = {
    stdout(text) {
      out += text
    },
    stderr(text) {
      err += text
    },
    readStdin: async () => options.stdin ?? '',
    colour: options.colour ?? false,
    width: options.width ?? 100,
  }
  const code = await run(argv, io, options.connect ?? fakeConnect({}))
  return { code, out, err }
}
