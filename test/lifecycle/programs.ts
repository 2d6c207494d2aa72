/** Small programs that a test runs in a process of their own: `node programs.js <name> [arguments]`. */
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { connect } from '../../lib'
import { crashOnMainThread, crashOnThread, type Scenario, startSimulator } from '../simulator'

const kJob = 'Msvm_MigrationJob.InstanceID="A"'

function scenario(hangMs: number): Scenario {
  return {
    jobs: [{ class: 'Msvm_MigrationJob', properties: { InstanceID: 'A' }, getErrorEx: [{ errors: [] }] }],
    faults: hangMs === 0 ? [] : [{ operation: 'execMethod', hangMs }],
  }
}

const kPrograms: Readonly<Record<string, () => void | Promise<void>>> = {
  /** Loads the addon and talks to the system's WMI. */
  async system() {
    const session = await connect({ namespace: 'root\\default' })
    const { returnValue } = await session.execMethod('StdRegProv', 'EnumKey', {
      hDefKey: 0x80000002,
      sSubKeyName: 'Software',
    })
    console.log(`ReturnValue ${returnValue}`)
  },

  crashThread() {
    crashOnThread()
    setTimeout(() => console.log('still alive'), 5_000)
  },

  crashMain() {
    crashOnMainThread()
  },

  abort() {
    process.abort()
  },

  /** Ends by itself: nobody closes the session. */
  async idle() {
    startSimulator(scenario(0))
    const session = await connect()
    await session.getErrorEx(kJob)
    console.log('done')
  },

  /** The pending call alone keeps the process alive. */
  async pending() {
    startSimulator(scenario(700))
    const session = await connect()
    void session.getErrorEx(kJob).then(() => console.log('answered'))
  },

  /** A call that was given up is still stuck when the process ends. */
  async stuck() {
    startSimulator(scenario(60_000))
    const session = await connect()
    await session.getErrorEx(kJob, { timeoutMs: 100 }).catch(error => console.log(error.code))
  },

  async exitInFlight() {
    startSimulator(scenario(60_000))
    const session = await connect()
    void session.getErrorEx(kJob)
    await delay(50)
    process.exit(7)
  },

  async throwInFlight() {
    startSimulator(scenario(60_000))
    const session = await connect()
    void session.getErrorEx(kJob)
    setTimeout(() => {
      throw new Error('uncaught on purpose')
    }, 50)
  },

  /** Reads files and counts timer turns while the only call hangs, with a single thread in libuv's pool. */
  async hungProvider() {
    startSimulator(scenario(60_000))
    const session = await connect()
    let settled = false
    session.getErrorEx(kJob, { timeoutMs: 30_000 }).catch(() => {
      settled = true
    })
    for (let i = 0; i < 20; i++) {
      await readFile(__filename)
      await delay(5)
    }
    console.log(settled ? 'settled' : 'alive')
    process.exit(0)
  },

  /** A Worker that loads the addon alone is terminated with a call in flight, several times over. */
  async terminateWorkers() {
    for (let i = 0; i < 10; i++) {
      const worker = new Worker(__filename, { workerData: 'inFlight' })
      await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
      const started = performance.now()
      await worker.terminate()
      if (performance.now() - started > 5_000) throw new Error('terminate waited for the call')
    }
    console.log('terminated')
  },
}

const kWorkers: Readonly<Record<string, () => Promise<void>>> = {
  async inFlight() {
    startSimulator(scenario(3_000))
    const session = await connect()
    void session.getErrorEx(kJob)
    parentPort?.postMessage('in flight')
  },
}

function main(name: string | undefined, programs: Readonly<Record<string, () => void | Promise<void>>>) {
  const program = name === undefined ? undefined : programs[name]
  if (program === undefined)
    throw new Error(`expected one of ${Object.keys(programs).join(', ')}, received ${name}`)
  return program()
}

void (isMainThread ? main(process.argv[2], kPrograms) : main(workerData, kWorkers))
