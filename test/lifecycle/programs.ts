/** Small programs that a test runs in a process of their own: `node programs.js <name> [arguments]`. */
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { ClosedError, connect } from '../../lib/entries'
import {
  crashOnMainThread,
  crashOnThread,
  initializeSecurity,
  oleInitialize,
  type Scenario,
  startSimulator,
} from '../../simulator'

const JOB = 'Msvm_MigrationJob.InstanceID="A"'

function scenario(hangMs: number): Scenario {
  return {
    jobs: ['A', 'B'].map(id => ({
      class: 'Msvm_MigrationJob',
      properties: { InstanceID: id },
      getErrorEx: [{ errors: [] }],
    })),
    faults: hangMs === 0 ? [] : [{ operation: 'execMethod', hangMs }],
  }
}

const PROGRAMS: Readonly<Record<string, () => void | Promise<void>>> = {
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
    await session.getErrorEx(JOB)
    console.log('done')
  },

  /** The pending call alone keeps the process alive. */
  async pending() {
    startSimulator(scenario(700))
    const session = await connect()
    void session.getErrorEx(JOB).then(() => console.log('answered'))
  },

  /** A call that was given up is still stuck when the process ends; ten more calls have worked meanwhile. */
  async stuck() {
    startSimulator({ ...scenario(0), faults: [{ operation: 'execMethod', calls: [1], hangMs: 60_000 }] })
    const session = await connect()
    const started = performance.now()
    const code = await session.getErrorEx(JOB, { timeoutMs: 200 }).catch(error => error.code)
    const elapsed = performance.now() - started
    for (let i = 0; i < 10; i++) await session.getErrorEx('B')
    console.log(code, elapsed >= 195 && elapsed < 2_000 ? 'in time' : elapsed)
  },

  /** Reads files and counts timer turns while the only call hangs, with a single thread in libuv's pool. */
  async hungProvider() {
    startSimulator(scenario(60_000))
    const session = await connect()
    let settled = false
    session.getErrorEx(JOB, { timeoutMs: 30_000 }).catch(() => {
      settled = true
    })
    for (let i = 0; i < 20; i++) {
      await readFile(__filename)
      await delay(5)
    }
    console.log(settled ? 'settled' : 'alive')
    process.exit(0)
  },

  /** Ends the process in a phase of a call: `end <phase> <ending>`. */
  async end() {
    const [phase = '', ending = ''] = process.argv.slice(3)
    await enter(phase as Phase)
    ENDINGS[ending]?.()
  },

  /** Workers, which alone load the addon, are terminated in a phase of a call: `terminate <phase> <rounds>`. */
  async terminate() {
    const [phase, rounds] = process.argv.slice(3)
    for (let i = 0; i < Number(rounds); i++) {
      const worker = new Worker(__filename, { workerData: phase })
      await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
      const started = performance.now()
      await worker.terminate()
      if (performance.now() - started > 5_000) throw new Error('terminate waited for the call')
    }
    console.log('terminated')
  },

  /** What other code may have done to COM before the first session: `hostile <what>…`. */
  async hostile() {
    const done = process.argv.slice(3).map(what => HOSTILE[what]?.())
    startSimulator(scenario(0))
    const session = await connect()
    const { errors } = await session.getErrorEx(JOB)
    await session.close()
    const system = await connect({ namespace: 'root\\default' })
    const { returnValue } = await system.execMethod('StdRegProv', 'EnumKey', {
      hDefKey: 0x80000002,
      sSubKeyName: '',
    })
    console.log(JSON.stringify({ done, errors, returnValue }))
  },
}

const HOSTILE: Readonly<Record<string, () => number>> = { oleInitialize, initializeSecurity }

type Phase = 'connecting' | 'queued' | 'executing' | 'delivering'

/** Resolves while calls are in the phase. */
async function enter(phase: Phase): Promise<void> {
  const hanging = { ...scenario(0), faults: [{ operation: 'execMethod', hangMs: 60_000 }] } as const
  const unexpected = (error: unknown) => {
    if (!(error instanceof ClosedError)) throw error
  }
  switch (phase) {
    case 'connecting': {
      startSimulator({ ...scenario(0), faults: [{ operation: 'connect', hangMs: 60_000 }] })
      connect().catch(unexpected)
      await delay(20)
      return
    }
    case 'queued': {
      startSimulator(hanging)
      const session = await connect({ maxWorkers: 1 })
      for (let i = 0; i < 10; i++) session.getErrorEx(JOB).catch(unexpected)
      return
    }
    case 'executing': {
      startSimulator(hanging)
      const session = await connect()
      session.getErrorEx(JOB).catch(unexpected)
      await delay(20)
      return
    }
    case 'delivering': {
      startSimulator(scenario(0))
      const session = await connect()
      await new Promise<void>(resolve => {
        const next = (): Promise<unknown> => session.getErrorEx(JOB).then(next, unexpected)
        for (let i = 0; i < 200; i++) void next()
        setTimeout(resolve, 5)
      })
    }
  }
}

const ENDINGS: Readonly<Record<string, () => void>> = {
  exit: () => process.exit(7),
  throw: () => {
    throw new Error('uncaught on purpose')
  },
  reject: () => {
    void Promise.reject(new Error('unhandled on purpose'))
  },
}

async function worker(phase: Phase): Promise<void> {
  await enter(phase)
  parentPort?.postMessage(phase)
}

function program(name: string | undefined): void | Promise<void> {
  const known = name === undefined ? undefined : PROGRAMS[name]
  if (known === undefined)
    throw new Error(`expected one of ${Object.keys(PROGRAMS).join(', ')}, received ${name}`)
  return known()
}

void (isMainThread ? program(process.argv[2]) : worker(workerData))
