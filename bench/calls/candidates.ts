/** The candidates of one run, set up and proven to answer the same. */
import { deepEqual } from 'node:assert/strict'
import { deadlineOf } from '../../lib/base/deadline'
import { decodeErrorList } from '../../lib/diagnosis/error-list'
import { connect, type Session } from '../../lib/entries'
import { checkConnectOptions, DEFAULT_TIMEOUT_MS } from '../../lib/session/connect-options'
import { reading } from '../../lib/wmi/operations'
import { Transport } from '../../lib/wmi/transport'
import { type BenchAddon, turn } from './floors'
import { connectKoffi } from './koffi-peer'
import type { Call } from './measure'
import { coldStart, spawnPeers } from './processes'
import { ERROR_TEXT, JOB_PATH } from './scenario'

export interface Candidates {
  /** By name: timed one call after the other, and, where it says so, several in flight. */
  readonly calls: ReadonlyMap<string, { readonly call: Call; readonly pipelined: boolean }>
  /** Programs that answered. */
  readonly spawns: ReadonlyMap<string, () => Promise<void>>
  /** Peers that could not be measured, with the reason. */
  readonly missing: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** `koffi`: the folder where it is installed. */
export async function setUp(floors: BenchAddon, koffi: string | undefined): Promise<Candidates> {
  const session = await connect()
  const transport = await connectTransport()
  const calls = new Map<string, { call: Call; pipelined: boolean }>()
  const missing: Record<string, string> = {}

  calls.set('event-loop turn', { call: turn, pipelined: false })
  calls.set('thread hop', { call: floors.hop, pipelined: true })
  calls.set('native part', { call: () => nativePart(transport), pipelined: true })
  calls.set('getErrorEx', { call: () => session.getErrorEx(JOB_PATH), pipelined: true })
  // The peers decode as the package does: only the way to the texts differs.
  const asyncWorker = async () => decodeErrorList(await floors.asyncWorkerCall(JOB_PATH))
  calls.set('AsyncWorker', { call: asyncWorker, pipelined: true })
  try {
    if (koffi === undefined) throw new Error('npm could not install it')
    const peer = connectKoffi(koffi, JOB_PATH)
    const blocking = async () => decodeErrorList(peer.callSync())
    const call = async () => decodeErrorList(await peer.callAsync())
    await provesEqual(session, blocking)
    calls.set('koffi', { call, pipelined: true })
    calls.set('koffi, blocking', { call: blocking, pipelined: false })
  } catch (error) {
    missing.koffi = reasonOf(error)
  }
  for (const name of ['AsyncWorker', 'koffi']) {
    const candidate = calls.get(name)
    if (candidate !== undefined) await provesEqual(session, candidate.call)
  }

  const spawns = new Map<string, () => Promise<void>>()
  for (const [name, call] of spawnPeers) {
    try {
      await call()
      spawns.set(name, call)
    } catch (error) {
      missing[name] = reasonOf(error)
    }
  }
  await coldStart()

  return {
    calls,
    spawns,
    missing,
    async close() {
      transport.close()
      await session.close()
    },
  }
}

/** The first line: messages of failed programs go on with paths of this machine. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== undefined) return `does not start or fails (${code})`
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
}

async function provesEqual(session: Session, call: Call): Promise<void> {
  const { job, returnValue, ...list } = await session.getErrorEx(JOB_PATH)
  deepEqual(list.raw, [ERROR_TEXT])
  deepEqual(await call(), list)
}

/** What a session has under it, for the native part alone. */
async function connectTransport(): Promise<Transport> {
  const transport = new Transport(checkConnectOptions({}).native)
  const target = { operation: 'connect', object: 'the simulator' }
  await transport.connect(target, deadline())
  return transport
}

const OUT_NAMES = ['ReturnValue', 'Errors']

/** As Session.getErrorEx calls it; the property triples are not looked at. */
function nativePart(transport: Transport): Promise<unknown> {
  return transport.run(reading(JOB_PATH, 'GetErrorEx', OUT_NAMES), deadline())
}

function deadline() {
  return deadlineOf({ timeoutMs: DEFAULT_TIMEOUT_MS, signal: undefined })
}
