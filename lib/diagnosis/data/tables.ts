/**
 * The tables behind the diagnosis, each read when its first row is asked for: importing the package and reading the
 * errors of a job must not wait for them.
 */
import { codeOfHex } from '../../base/symbols'

/** Counts up when rows are added, changed or removed. */
export const DATA_VERSION = 1

export interface CodeRow {
  readonly hresult: number
  readonly category: string
  readonly retryable: boolean
  readonly meaning: string
  /** Key of the source. */
  readonly source: string
}

/** Whether a message names a reason, only says that something failed, or reports no failure. */
export type MessageRole = 'cause' | 'wrapper' | 'neutral'

export interface MessageRow {
  readonly id: string
  readonly channel: string
  readonly role: MessageRole
  readonly severity: string
  /** false for a number that is reported but not documented. */
  readonly documented: boolean
  readonly meaning: string
  /** Key of the source. */
  readonly source: string
}

export type Side = 'source' | 'destination' | 'both' | 'client'

export interface FailureRow {
  readonly id: string
  readonly category: string
  readonly side: Side
  readonly retryable: boolean
  readonly confidence: 'high' | 'medium' | 'low'
  readonly codes: readonly string[]
  readonly genericCodes: readonly string[]
  readonly messageIds: readonly string[]
  readonly fragments: readonly string[]
  readonly support: readonly string[]
  readonly context: readonly string[]
  readonly hint: string
  /** Keys of sources, the one to read first. */
  readonly sources: readonly string[]
  readonly basis: 'page' | 'code'
  /** A generic code decides only beside a text of `support`. */
  readonly genericNeedsSupport?: boolean
  /** Its MessageIDs say less than any other record. */
  readonly yields?: boolean
}

export interface Source {
  readonly title: string
  readonly url: string
}

/** What a code stands for in {@link FailureRow}, and whether it has other causes too. */
export interface FailureOfCode {
  readonly failure: FailureRow
  readonly generic: boolean
}

interface FailureTables {
  readonly rows: readonly FailureRow[]
  readonly byCode: ReadonlyMap<number, FailureOfCode>
  readonly byMessageId: ReadonlyMap<string, FailureRow>
}

// `require` and not `import`: a table is a file of its own, in the package too, and is not read before it is used.
const load = {
  codes: () => require('./codes') as typeof import('./codes'),
  failures: () => require('./failures') as typeof import('./failures'),
  messageIds: () => require('./message-ids') as typeof import('./message-ids'),
  sources: () => require('./sources') as typeof import('./sources'),
}

/** Computes a value at its first use. */
function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

type CodeTuple = [code: string, category: string, retryable: boolean, source: string, meaning: string]
type MessageTuple = [
  id: string,
  channel: string,
  role: MessageRole,
  severity: string,
  documented: boolean,
  source: string,
  meaning: string,
]

const codes = lazy((): ReadonlyMap<number, CodeRow> => {
  const rows: CodeTuple[] = JSON.parse(load.codes().CODES)
  return new Map(
    rows.map(([code, category, retryable, source, meaning]) => {
      const hresult = codeOfHex(code)
      return [hresult, { hresult, category, retryable, meaning, source }]
    }),
  )
})

const messageRowsOnce = lazy((): readonly MessageRow[] => {
  const rows: MessageTuple[] = JSON.parse(load.messageIds().MESSAGE_IDS)
  return rows.map(([id, channel, role, severity, documented, source, meaning]) => ({
    id,
    channel,
    role,
    severity,
    documented,
    meaning,
    source,
  }))
})

const messagesById = lazy((): ReadonlyMap<string, MessageRow> => {
  // The first row of a number is the one that jobs carry.
  return new Map(
    messageRowsOnce()
      .toReversed()
      .map(row => [row.id, row]),
  )
})

const failures = lazy((): FailureTables => {
  const rows: FailureRow[] = JSON.parse(load.failures().FAILURES)
  const byCode = new Map<number, FailureOfCode>()
  const byMessageId = new Map<string, FailureRow>()
  for (const failure of rows) {
    for (const code of failure.codes) byCode.set(codeOfHex(code), { failure, generic: false })
    for (const code of failure.genericCodes) byCode.set(codeOfHex(code), { failure, generic: true })
    for (const id of failure.messageIds) byMessageId.set(id, failure)
  }
  return { rows, byCode, byMessageId }
})

const sources = lazy((): ReadonlyMap<string, Source> => {
  const rows: [key: string, title: string, url: string][] = JSON.parse(load.sources().SOURCES)
  return new Map(rows.map(([key, title, url]) => [key, { title, url }]))
})

export function codeRows(): Iterable<CodeRow> {
  return codes().values()
}

export function codeRowOf(hresult: number): CodeRow | null {
  return codes().get(hresult) ?? null
}

export function messageRows(): readonly MessageRow[] {
  return messageRowsOnce()
}

export function messageRowOf(id: string): MessageRow | null {
  return messagesById().get(id) ?? null
}

export function failureRows(): readonly FailureRow[] {
  return failures().rows
}

export function failureOfCode(hresult: number): FailureOfCode | null {
  return failures().byCode.get(hresult) ?? null
}

export function failureOfMessageId(id: string): FailureRow | null {
  return failures().byMessageId.get(id) ?? null
}

export function sourceOf(key: string): Source | null {
  return sources().get(key) ?? null
}

/** ITF codes belong to the interface that returns them: WMI's name for the number is not the name of vmms's error. */
const UNNAMED: ReadonlySet<number> = new Set([0x8004_2001, 0x8004_8054])

/** Whether the name that headers give a number is that of another component's error. */
export function isUnnamed(hresult: number): boolean {
  return UNNAMED.has(hresult)
}
