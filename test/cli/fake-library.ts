/** Loaded before the program: takes the place of the library, with a session whose behaviour FAKE_SESSION names. */
import type { CliSession } from '../../lib/cli/run'
import { decodeErrorList } from '../../lib/diagnosis/error-list'
import type { WatchItem } from '../../lib/session/watch/items'
import { CAUSE, FAILED_JOB, ID, RUNNING_JOB } from './invented'
import { jobFrom, untilAborted } from './screen'

const behaviour = process.env.FAKE_SESSION
const ref = { className: 'Msvm_MigrationJob', instanceId: ID, path: '' }
const watching: WatchItem = { kind: 'state', state: 'watching', error: null, host: 'HV-01' }
const failure: WatchItem = {
  kind: 'failed',
  isLate: false,
  id: 'id',
  host: 'HV-01',
  virtualMachine: null,
  job: jobFrom(FAILED_JOB),
  result: { job: ref, returnValue: 0, ...decodeErrorList([CAUSE]) },
  error: null,
}

async function* watch({ signal = new AbortController().signal } = {}): AsyncGenerator<WatchItem> {
  // As the timer of a session with something to do, it keeps the process alive.
  const alive = setInterval(() => {}, 1000)
  try {
    if (behaviour === 'failures') for (let i = 0; i < 500; i++) yield failure
    else yield watching
    while (behaviour === 'endless' && !signal.aborted) {
      await new Promise(setImmediate)
      yield failure
    }
    await untilAborted(signal).catch(error => {
      if (behaviour !== 'deaf') throw error
    })
    yield watching
    await new Promise(() => {})
  } finally {
    clearInterval(alive)
  }
}

const session: Partial<CliSession> = {
  watch,
  async wait(_job, { signal = new AbortController().signal, onProgress } = {}) {
    const alive = setInterval(() => {}, 1000)
    onProgress?.(jobFrom(RUNNING_JOB))
    return untilAborted(signal).finally(() => clearInterval(alive))
  },
  async virtualMachineOf() {
    return { id: 'id', name: 'db-01' }
  },
  async close() {},
}

// What `index.js` exports is read when the program imports it, which is later.
Object.assign(require('../../lib/session/connect.js'), { connect: async () => session })
