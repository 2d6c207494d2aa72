/**
 * Watches the jobs of this host for as long as it runs: one line of JSON on stdout for whatever happens. A job that
 * has failed is told again when the watch had to begin anew, for WMI keeps it for five minutes.
 */
const os = require('node:os')
const { setTimeout: delay } = require('node:timers/promises')
const { connect } = require('hyperv-job-errors')

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 60_000

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => stop.abort())

function tell(item) {
  const line = { time: new Date(), host: os.hostname(), ...item }
  const plain = (_key, value) => {
    if (typeof value === 'bigint') return value.toString()
    return value instanceof Error ? { ...value, message: value.message } : value
  }
  process.stdout.write(`${JSON.stringify(line, plain)}\n`)
}

/** Returns only when it is told to stop. `onItem` is called for each item that was told. */
async function watchJobs(onItem) {
  const session = await connect({ signal: stop.signal })
  try {
    for await (const item of session.watch({ classes: 'all', signal: stop.signal })) {
      onItem()
      tell(item)
    }
  } finally {
    await session.close()
  }
}

async function main() {
  tell({ kind: 'started' })
  let waitMs = FIRST_WAIT_MS
  while (!stop.signal.aborted) {
    try {
      // A watch brings a lost connection back by itself; it ends by an error when that makes no sense.
      await watchJobs(() => {
        waitMs = FIRST_WAIT_MS
      })
    } catch (error) {
      if (stop.signal.aborted) break
      tell({ kind: 'retrying', waitMs, error })
      await delay(waitMs, undefined, { signal: stop.signal }).catch(() => {})
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
    }
  }
  tell({ kind: 'stopped' })
}

main()
