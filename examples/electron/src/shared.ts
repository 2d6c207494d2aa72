/**
 * What passes between the main process and the page: plain data that survives a structured clone. Types only, so that
 * the sandboxed preload needs no module but Electron's.
 */
import type { CancelResult, Job, JobOutcome, MsvmError, VirtualMachine } from 'hyperv-job-errors'

/** Texts for numbers, by field of the record they belong to. */
export type Labels<Of> = Partial<Readonly<Record<Extract<keyof Of, string>, string>>>

/** What a person can do about an error, in words. */
export interface Problem {
  /** The error's `code`, e.g. `ERR_WBEM`; null for an error of another kind. */
  readonly code: string | null
  /** The `category` of `ERR_WBEM`. */
  readonly category: string | null
  readonly title: string
  readonly message: string
  readonly steps: readonly string[]
}

export interface CodeView {
  readonly hex: string
  readonly symbol: string | null
}

/** What a failure is and what to do about it, where that is known. */
export interface Diagnosis {
  /** Its name, which is the same wherever it occurs. */
  readonly id: string
  /** How sure that is, and on which host to look. */
  readonly where: string
  readonly hint: string
  readonly url: string | null
}

export interface ErrorView {
  /** As the package gave it. */
  readonly record: MsvmError
  readonly labels: Labels<MsvmError>
  readonly codes: readonly CodeView[]
  /** Place in `raw` of the report. */
  readonly index: number
}

export interface UndecodableView {
  /** Place in `raw` of the report. */
  readonly index: number
  readonly rule: string
  /** Names line and column. */
  readonly message: string
}

/** The answer of GetErrorEx. */
export interface ReportView {
  /** null: WMI returned NULL. */
  readonly errors: readonly ErrorView[] | null
  readonly undecodable: readonly UndecodableView[]
  /** The CIM-XML texts as they came. */
  readonly raw: readonly (string | null)[]
  /** Index into `errors`. */
  readonly primary: number | null
  /** Of the job: by its primary error, or by another where that one says nothing. */
  readonly diagnosis: Diagnosis | null
}

export type Outcome = JobOutcome | 'vanished'

export interface JobView {
  /** Names the job in this window. */
  readonly key: string
  readonly host: string
  /** As the package gave it. */
  readonly job: Job
  /** `vanished`: removed by the host before its end was seen. */
  readonly outcome: Outcome
  readonly labels: Labels<Job> & { readonly jobType?: string; readonly migrationType?: string }
  /** What the job does, e.g. `Moving Virtual Machine`. */
  readonly title: string
  /** Milliseconds since 1970; null when the job does not say. */
  readonly startedAt: number | null
  /** Which virtual machine it is about, as far as the host says. */
  readonly virtualMachine: VirtualMachine | null
  readonly changedAt: number | null
  readonly elapsedMs: number | null
  /** null until the errors have been read. */
  readonly report: ReportView | null
  /** Why the errors could not be read. */
  readonly problem: Problem | null
}

export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'connected' }
  | { readonly state: 'reconnecting'; readonly since: number; readonly problem: Problem }
  | { readonly state: 'failed'; readonly problem: Problem }

export interface HostView {
  readonly name: string
  readonly connection: Connection
  /** Whether its jobs have been listed once. */
  readonly listed: boolean
}

/** Something that an administrator should know although nothing shows it in the list. */
export interface Notice {
  readonly id: number
  readonly host: string
  readonly at: number
  readonly text: string
}

export interface Snapshot {
  readonly revision: number
  readonly hosts: readonly HostView[]
  readonly jobs: readonly JobView[]
  readonly notices: readonly Notice[]
}

/** What changed since the revision before. */
export interface Update extends Snapshot {
  /** Those that are new or have changed. */
  readonly jobs: readonly JobView[]
  /** Keys of those that are no longer kept. */
  readonly removed: readonly string[]
}

export type CopyWhat = 'ticket' | 'raw'

/** What came of a request to cancel a job. */
export type CancelAnswer =
  | { readonly outcome: CancelResult['outcome']; readonly problem: null }
  | { readonly outcome: null; readonly problem: Problem }

/** `window.hyperv`: all that the page can ask for. */
export interface HyperVBridge {
  snapshot(): Promise<Snapshot>
  /** Calls back with every update from now on; the result ends that. */
  onUpdate(listener: (update: Update) => void): () => void
  /** Calls back with the key of a job that is to be shown, such as that of a notification which was clicked. */
  onOpen(listener: (key: string) => void): () => void
  /** Reads the errors of a job again; the outcome comes as an update. */
  readErrors(key: string): Promise<void>
  /** Copies to the clipboard: a text for a ticket, or the CIM-XML as it came. */
  copy(key: string, what: CopyWhat): Promise<void>
  /** Asks a running job to end. */
  cancel(key: string): Promise<CancelAnswer>
  /** Connects again to the hosts that failed. */
  retry(): Promise<void>
  dismiss(noticeId: number): Promise<void>
}

/** The names of the IPC channels; each side spells them out and the compiler compares. */
export interface Channels {
  readonly snapshot: 'hyperv:snapshot'
  readonly update: 'hyperv:update'
  readonly open: 'hyperv:open'
  readonly readErrors: 'hyperv:read-errors'
  readonly cancel: 'hyperv:cancel'
  readonly copy: 'hyperv:copy'
  readonly retry: 'hyperv:retry'
  readonly dismiss: 'hyperv:dismiss'
}
