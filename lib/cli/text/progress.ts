/** The progress of a job on stderr: a line that is redrawn on a terminal, elsewhere a line now and then. */

import type { Job } from '../../records/job'
import type { VirtualMachine } from '../../session/virtual-machines'
import type { CliIo } from '../types'
import { jobTitle, percentText, stateText } from './job'
import { cutColumns } from './layout'
import { localTimeText, millisecondsText } from './time'

export interface Progress {
  show(job: Job, machine: VirtualMachine | null): void
  /** Leaves nothing on the terminal that is not to stay there. */
  end(): void
}

/** Shows a job once the name of its virtual machine is known, or known not to be. */
export class NamedProgress {
  readonly #progress: Progress
  readonly #find: (job: Job) => Promise<VirtualMachine | null>
  #machine: VirtualMachine | null | undefined
  #finding: Promise<void> | undefined
  readonly #waiting: Job[] = []

  /** @param find - never rejects */
  constructor(progress: Progress, find: (job: Job) => Promise<VirtualMachine | null>) {
    this.#progress = progress
    this.#find = find
  }

  show(job: Job): void {
    if (this.#machine !== undefined) {
      this.#progress.show(job, this.#machine)
      return
    }
    this.#waiting.push(job)
    this.#finding ??= this.#find(job).then(machine => {
      this.#machine = machine
      for (const waiting of this.#waiting) this.#progress.show(waiting, machine)
    })
  }

  async end(): Promise<void> {
    await this.#finding
    this.#progress.end()
  }
}

type Screen = Pick<CliIo, 'stderr' | 'terminalWidth'>

export function progressOn(screen: Screen): Progress {
  return screen.terminalWidth === null ? new ProgressLines(screen) : new ProgressBar(screen)
}

const TICK_MS = 1000
const BAR_WIDTH = 30
const MIN_BAR_WIDTH = 10
const CLEAR_LINE = '\r\x1b[K'

class ProgressBar implements Progress {
  readonly #screen: Screen
  readonly #start = performance.now()
  /** A person sees that time passes while the job does not move. */
  readonly #timer: NodeJS.Timeout
  #job: Job | undefined
  #machine: VirtualMachine | null = null

  constructor(screen: Screen) {
    this.#screen = screen
    this.#timer = setInterval(() => this.#draw(), TICK_MS)
  }

  show(job: Job, machine: VirtualMachine | null): void {
    this.#job = job
    this.#machine = machine
    this.#draw()
  }

  end(): void {
    clearInterval(this.#timer)
    if (this.#job !== undefined) this.#screen.stderr(CLEAR_LINE)
  }

  #draw(): void {
    if (this.#job === undefined) return
    // In the last column the terminal would begin another line.
    const columns = (this.#screen.terminalWidth ?? 0) - 1
    const waited = millisecondsText(performance.now() - this.#start)
    this.#screen.stderr(`${CLEAR_LINE}${barText(this.#job, this.#machine, waited, columns)}`)
  }
}

/** `[######....]  60% Running, 2m 05s, Migration of web-01 to HV-02`, cut at the end. */
export function barText(job: Job, machine: VirtualMachine | null, waited: string, columns: number): string {
  const bar = Math.min(BAR_WIDTH, Math.max(MIN_BAR_WIDTH, columns - 50))
  const percent = Math.min(100, Math.max(0, job.percentComplete ?? 0))
  const filled = Math.floor((bar * percent) / 100)
  const drawn = `[${'#'.repeat(filled)}${'.'.repeat(bar - filled)}]`
  const text = `${drawn} ${percentText(job).padStart(4)} ${stateText(job)}, ${waited}, ${jobTitle(job, machine)}`
  return cutColumns(text, columns)
}

/** Per cent between two lines of the same state. */
const STEP = 10

class ProgressLines implements Progress {
  readonly #screen: Screen
  #last: { readonly state: Job['jobState']; readonly step: number } | undefined

  constructor(screen: Screen) {
    this.#screen = screen
  }

  show(job: Job, machine: VirtualMachine | null): void {
    const step = Math.floor((job.percentComplete ?? 0) / STEP)
    const last = this.#last
    if (last !== undefined && last.state === job.jobState && last.step === step) return
    this.#last = { state: job.jobState, step }
    const percent = percentText(job).padStart(4)
    this.#screen.stderr(
      `${localTimeText(new Date())} ${percent} ${stateText(job)} ${jobTitle(job, machine)}\n`,
    )
  }

  end(): void {}
}
