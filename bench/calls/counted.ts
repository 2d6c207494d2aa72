/**
 * What a call costs that no machine can hide, counted by the addon of scripts/lib/build/counting-addon.mjs: the product's own
 * objects with a counter before each function of interest.
 */
import { connect, type NativeAddon } from '../../lib/entries'
import { pipelined } from './measure'
import { JOB_PATH } from './scenario'

const WARM_UP = 200
const CALLS = 2_000
/** What needs not be exact: the counting itself, and threads that wake up meanwhile. */
const DIGITS = 1

/** Name, calls on the JavaScript thread, on others, bytes copied there, and by others. */
type Row = [name: string, js: number, others: number, jsBytes: number, otherBytes: number]

export interface Cost {
  readonly js: number
  readonly others: number
}

const GROUPS: readonly { readonly cost: string; readonly of: RegExp; readonly column: 1 | 3 }[] = [
  { cost: 'heap allocations', of: /^malloc$/, column: 1 },
  { cost: 'BSTRs made', of: /^SysAllocStringLen$/, column: 1 },
  { cost: 'locks taken', of: /^AcquireSRWLockExclusive$/, column: 1 },
  { cost: 'waits for work', of: /^SleepConditionVariableSRW$/, column: 1 },
  { cost: 'wake-ups of a worker', of: /^WakeConditionVariable$/, column: 1 },
  { cost: 'wake-ups of the event loop', of: /^napi_call_threadsafe_function$/, column: 1 },
  { cost: 'N-API calls', of: /^napi_(?!call_threadsafe_function$)/, column: 1 },
  { cost: 'calls from JavaScript', of: /^napi_get_cb_info$/, column: 1 },
  { cost: 'calls into JavaScript', of: /^napi_call_function$/, column: 1 },
  { cost: 'bytes copied', of: /./, column: 3 },
]

/** For one getErrorEx, with so many of them in flight. */
export async function countCosts(addonPath: string, inFlight: number): Promise<Record<string, Cost>> {
  const addon = require(addonPath) as NativeAddon & { counts(): Row[] }
  const session = await connect({ addon })
  const call = () => session.getErrorEx(JOB_PATH)
  await pipelined(call, inFlight, WARM_UP)
  const before = addon.counts()
  await pipelined(call, inFlight, CALLS)
  const after = addon.counts()
  await session.close()
  const each = (of: RegExp, column: number) => {
    const sum = (rows: readonly Row[]) =>
      rows.reduce((total, row) => total + (of.test(row[0]) ? Number(row[column]) : 0), 0)
    return Number(((sum(after) - sum(before)) / CALLS).toFixed(DIGITS))
  }
  return Object.fromEntries(
    GROUPS.map(({ cost, of, column }) => [cost, { js: each(of, column), others: each(of, column + 1) }]),
  )
}
