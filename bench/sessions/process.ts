/** What this process costs the system, as Linux counts it: also for Windows node.exe under Wine. */
import { readdirSync, readFileSync } from 'node:fs'

const MARK = 'HYPERV_BENCH_MARK'

export interface ProcessCost {
  readonly threads: number
  /** Private address space, stacks as they are reserved among it, and resident memory; MiB. */
  readonly privateMb: number
  readonly residentMb: number
  /** File descriptors, which is what handles are under Wine; without those that its server holds. */
  readonly descriptors: number
  /** How often a thread went to sleep, since the start of those that are alive. */
  readonly sleeps: number
}

/** Null where there is no /proc, as on Windows. */
export function processCost(): ProcessCost | null {
  const folder = procFolder()
  if (folder === null) return null
  const status = readFileSync(`${folder}/status`, 'latin1')
  const threads = readdirSync(`${folder}/task`)
  const mb = (name: string) => numberOf(status, name) / 1024
  return {
    threads: threads.length,
    privateMb: mb('VmData'),
    residentMb: mb('VmRSS'),
    descriptors: readdirSync(`${folder}/fd`).length,
    sleeps: threads.reduce((sum, thread) => sum + sleepsOf(`${folder}/task/${thread}/status`), 0),
  }
}

/** A thread may have ended since it was listed. */
function sleepsOf(file: string): number {
  try {
    return numberOf(readFileSync(file, 'latin1'), 'voluntary_ctxt_switches')
  } catch {
    return 0
  }
}

function numberOf(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1])
}

let found: string | null | undefined

/** Under Wine a process has another id than Linux knows it by, and /proc/self is Wine's server. */
function procFolder(): string | null {
  found ??= findProcFolder()
  return found
}

function findProcFolder(): string | null {
  if (process.platform === 'linux') return '/proc/self'
  const proc = 'Z:/proc'
  try {
    const ids = readdirSync(proc).filter(name => /^\d+$/.test(name))
    const id = ids.find(name => isThisProcess(`${proc}/${name}`))
    return id === undefined ? null : `${proc}/${id}`
  } catch {
    return null
  }
}

/** Of the processes with this one's mark, the loader that started it has another command line. */
function isThisProcess(folder: string): boolean {
  const mark = process.env[MARK]
  if (mark === undefined) throw new Error(`expected a mark of this process in ${MARK}`)
  try {
    const isMarked = readFileSync(`${folder}/environ`, 'latin1').split('\0').includes(`${MARK}=${mark}`)
    return isMarked && readFileSync(`${folder}/comm`, 'latin1').startsWith('node.exe')
  } catch {
    return false
  }
}
