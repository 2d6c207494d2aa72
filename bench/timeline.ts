/**
 * npm run bench -- timeline: where the time of one getErrorEx goes, from the call to the line that awaited it, by the
 * addon's own edge: marks are taken where its functions are entered and left, and where it calls back. Calls one after
 * another, and calls with a pause before each, as most are: code and data have left the processor's caches by then.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { decodeErrorList } from '../lib/diagnosis/error-list'
import { connect } from '../lib/entries'
import type { NativeAddon, NativeFork, NativeSession, NativeSettings } from '../lib/wmi/addon'
import { loadAddon } from '../lib/wmi/load'
import { startSimulator } from '../simulator'
import { median } from '../test/support/quantile'
import { ERROR_TEXT, JOB_PATH, SCENARIO } from './calls/scenario'
import { keepResult, rounded } from './lib/results'

const CALLS = 2_000
const PAUSED_CALLS = 400
const PAUSE_MS = 5
const WARM_UP_CALLS = 500

/** Milliseconds of the call that is under way. */
const marks = { called: 0, entered: 0, left: 0, settled: 0, delivered: 0, resumed: 0 }

const PARTS = {
  'JavaScript, up to the addon': () => marks.entered - marks.called,
  'the addon takes the call': () => marks.left - marks.entered,
  'a thread, WMI, the way back': () => marks.settled - marks.left,
  'the transport takes the answer': () => marks.delivered - marks.settled,
  'decoding, up to the awaiting line': () => marks.resumed - marks.delivered,
  'all of it': () => marks.resumed - marks.called,
} as const
type Part = keyof typeof PARTS

/** The addon with marks at its edge. */
function marked(addon: NativeAddon): NativeAddon {
  class Session {
    constructor(settings: NativeSettings | NativeFork) {
      const session: NativeSession = new addon.Session(settings)
      const execMethod: NativeSession['execMethod'] = (...call) => {
        marks.entered = performance.now()
        const status = session.execMethod(...call)
        marks.left = performance.now()
        return status
      }
      // A native method wants its own object.
      const methods = Object.fromEntries(
        (
          ['connect', 'getObject', 'query', 'subscribe', 'nextEvents', 'abandon', 'close', 'stats'] as const
        ).map(name => [name, (session[name] as (...args: unknown[]) => unknown).bind(session)]),
      )
      Object.assign(this, methods, { execMethod })
    }
  }
  return {
    onSettle: (settle, later) =>
      addon.onSettle((ticket, failure, result) => {
        marks.settled = performance.now()
        settle(ticket, failure, result)
        marks.delivered = performance.now()
      }, later),
    settleMore: () => addon.settleMore(),
    Session: Session as unknown as NativeAddon['Session'],
  }
}

async function timeline(call: () => Promise<unknown>, count: number, pauseMs: number) {
  const parts = Object.entries(PARTS) as [Part, () => number][]
  const samples = new Map(parts.map(([part]) => [part, [] as number[]]))
  for (let i = 0; i < count; i++) {
    if (pauseMs > 0) await delay(pauseMs)
    marks.called = performance.now()
    await call()
    marks.resumed = performance.now()
    for (const [part, lengthOf] of parts) samples.get(part)?.push(lengthOf() * 1000)
  }
  return Object.fromEntries(Array.from(samples, ([part, values]) => [part, rounded(median(values))]))
}

/** The decoder alone, on a fresh text each time, in a loop. */
function decoding(): number {
  const bytes = Buffer.from(ERROR_TEXT, 'utf16le')
  const texts = Array.from({ length: CALLS }, () => [bytes.toString('utf16le')])
  const started = performance.now()
  for (const text of texts) decodeErrorList(text)
  return rounded(((performance.now() - started) * 1000) / CALLS)
}

async function main(): Promise<void> {
  startSimulator(SCENARIO, { recordCalls: false })
  const session = await connect({ addon: marked(loadAddon(undefined)) })
  const call = () => session.getErrorEx(JOB_PATH)
  await timeline(call, WARM_UP_CALLS, 0)
  const microseconds = {
    'one after another': await timeline(call, CALLS, 0),
    [`${PAUSE_MS} ms apart`]: await timeline(call, PAUSED_CALLS, PAUSE_MS),
  }
  await session.close()
  const decodingInALoop = decoding()
  console.table(microseconds)
  console.log(`decoding alone, in a loop: ${decodingInALoop} µs`)
  keepResult('timeline', { decodingInALoop, microseconds })
  process.exit()
}

main()
