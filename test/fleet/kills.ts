/** Kills a process that uses a journal, again and again, and counts what was lost or came twice. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Random } from '../fuzz/random'

export interface KillReport {
  readonly kills: number
  /** Handed over at least once. */
  readonly delivered: number
  /** Confirmed to be on disk. */
  readonly added: number
  /** Never handed over. */
  readonly lost: readonly string[]
  /** Handed over after they were confirmed to be on disk. */
  readonly repeated: readonly string[]
  /** How often a process found the file damaged. */
  readonly damaged: number
}

const CHILD = join(__dirname, 'journal-child.js')
/** Entries a process may add before it is killed: it should never be through with them. */
const AHEAD = 400
/** After so many lines of its output, and a moment more, a process is killed: however fast the disk is, it does some work. */
const MAX_LINES = 60
const MAX_MOMENT_MS = 5
/** The file is replaced after a few lines, so that kills hit that too. */
const MAX_WASTE = 5

/** Kills so many processes, then lets one finish. */
export async function killJournals(file: string, kills: number, seed: number): Promise<KillReport> {
  const random = new Random(seed)
  const delivered = new Set<string>()
  const added = new Set<string>()
  const repeated: string[] = []
  let damaged = 0
  const take = (line: string) => {
    const [what, id = ''] = line.split(' ')
    if (what === 'damage') damaged++
    if (what === 'added') added.add(id)
    if (what !== 'deliver') return
    if (added.has(id)) repeated.push(id)
    delivered.add(id)
  }

  let first = 0
  for (let killed = 0; killed < kills; ) {
    const end = { lines: random.below(MAX_LINES), momentMs: random.below(MAX_MOMENT_MS) }
    if (await runChild([file, first, AHEAD, MAX_WASTE], end, take)) killed++
    // Some of what has been confirmed stays in range, so that a repetition shows.
    const latest = Math.max(0, ...Array.from(added, id => Number(id.split('-').at(-1))))
    first = Math.max(first, latest - AHEAD / 4)
  }
  const all = first + AHEAD
  await runChild([file, 0, all, MAX_WASTE], undefined, take)
  const lost = Array.from({ length: all }, (_, number) => idOf(number)).filter(id => !delivered.has(id))
  return { kills, delivered: delivered.size, added: added.size, lost, repeated, damaged }
}

function idOf(number: number): string {
  return `HV-01/job-${number}`
}

/** Resolves to whether the process was killed before it was through. */
function runChild(
  args: readonly (string | number)[],
  end: { readonly lines: number; readonly momentMs: number } | undefined,
  take: (line: string) => void,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, ...args.map(String)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let timer: NodeJS.Timeout | undefined
    let isKilled = false
    let lines = 0
    createInterface(child.stdout).on('line', line => {
      take(line)
      if (lines++ !== end?.lines) return
      timer = setTimeout(() => {
        isKilled = child.kill('SIGKILL')
      }, end.momentMs)
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (code === 0) resolve(false)
      else if (isKilled) resolve(true)
      else reject(new Error(`the process ended with ${signal ?? `exit code ${code}`}`))
    })
  })
}
