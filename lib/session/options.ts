/** The options of the public functions, checked before anything native runs. */
import { isAbsolute } from 'node:path'
import { isAbortSignal } from '../base/abort'
import { lookInto, refuse, refuseSecret, requireInteger, takeArray, takeOptions } from '../base/arguments'
import { InvalidArgumentError } from '../base/errors'
import { JOB_CLASS_NAMES } from '../cim/names'
import type { Job } from '../records/job'
import { isAddon, type NativeAddon, type NativeSettings } from '../wmi/addon'
import { checkNamespace } from '../wmi/object-path'

/** Account for a remote host. Nothing of it appears in a message, a log or `inspect` output. */
export interface Credentials {
  /** `DOMAIN\user`, `user@domain`, or a bare user name with the domain in `authority`. */
  readonly user: string
  readonly password: string
  /** `ntlmdomain:<domain>` or `kerberos:<principal>`; not together with a domain in `user`. */
  readonly authority?: string
}

/** Options of every operation. */
export interface CallOptions {
  /** Milliseconds from the call to its rejection with `ERR_TIMEOUT`; default: the session's. */
  readonly timeoutMs?: number
  /** Aborting rejects at once with the signal's reason; an aborted signal makes no call. */
  readonly signal?: AbortSignal
}

export interface ConnectOptions extends CallOptions {
  /** Host name or address; default: this computer. */
  readonly host?: string
  /** Default `root\virtualization\v2`. */
  readonly namespace?: string
  /** For another host only: WMI refuses credentials for the local computer. */
  readonly credentials?: Credentials
  /** `MS_<hex LCID>`, e.g. `MS_409`; default: the process's. */
  readonly locale?: string
  /** Also the default of every call of the session. Milliseconds, default 30,000. */
  readonly timeoutMs?: number
  /** Worker threads of the session, 1 to 64, default 4. */
  readonly maxWorkers?: number
  /**
   * The native addon, instead of the one that is looked for in the package: what `hyperv-job-errors/win32-x64` or
   * `hyperv-job-errors/win32-arm64` exports, or the absolute path of its file. For applications that are bundled.
   */
  readonly addon?: NativeAddon | string
}

export interface JobsOptions extends CallOptions {
  /** Job classes to list, `'all'` for the six that have GetErrorEx; default: migration jobs. */
  readonly classes?: 'all' | readonly string[]
  /** Only jobs that have ended without success. */
  readonly failedOnly?: boolean
}

export interface WaitOptions {
  /** Called with the job when its state or percentage has changed, at first with what it is now. */
  readonly onProgress?: (job: Job) => void
  readonly signal?: AbortSignal
  /** Milliseconds until `wait` rejects with `ERR_TIMEOUT`; default: no limit. The job itself goes on. */
  readonly timeoutMs?: number
}

/** What a watch can deliver: see `WatchItem`. */
export type WatchKind = 'failed' | 'ended' | 'changed' | 'gap' | 'state'

export interface WatchOptions {
  /** Job classes to watch, `'all'` for the six that have GetErrorEx; default: migration jobs. */
  readonly classes?: 'all' | readonly string[]
  /** Kinds of items to deliver; default: all but `changed`. */
  readonly include?: readonly WatchKind[]
  /** Items kept for a slow consumer before some are dropped, which a `gap` tells; default 1,000. */
  readonly maxQueued?: number
  /** Aborting ends the iteration with the signal's reason. */
  readonly signal?: AbortSignal
}

export interface CloseOptions {
  /** How long pending calls may take to end before they are given up. Milliseconds, default 5,000. */
  readonly timeoutMs?: number
}

export const DEFAULT_NAMESPACE = 'root\\virtualization\\v2'
export const DEFAULT_TIMEOUT_MS = 30_000
export const DEFAULT_CLOSE_MS = 5_000
export const MIGRATION_JOB_CLASS = 'Msvm_MigrationJob'
const DEFAULT_MAX_WORKERS = 4
/** A session that needs more threads has another problem. */
const MAX_WORKERS = 64
/** Far more than a host has jobs; a queue as long as this means that nothing is being answered. */
const MAX_QUEUED = 10_000
const WATCH_KINDS: readonly WatchKind[] = ['failed', 'ended', 'changed', 'gap', 'state']
const DEFAULT_WATCH_QUEUE = 1_000
const MAX_WATCH_QUEUE = 1_000_000
/** The longest delay that `setTimeout` takes. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1
/** Longer than any name or principal Windows allows. */
const MAX_TEXT_LENGTH = 1024

/** Control and format characters, such as those that turn the direction of a text, and lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/** A non-empty text that shows what it is; the value itself is never shown. */
function text(name: string, value: unknown): string {
  const fine =
    typeof value === 'string' && value !== '' && value.length <= MAX_TEXT_LENGTH && !UNPRINTABLE.test(value)
  return fine
    ? value
    : refuseSecret(name, `a non-empty string of at most ${MAX_TEXT_LENGTH} printable characters`, value)
}

function optionalText(name: string, value: unknown): string | null {
  return value === undefined ? null : text(name, value)
}

function checkTimeout(value: unknown, fallback: number): number {
  return value === undefined ? fallback : requireInteger('timeoutMs', value, 1, MAX_TIMEOUT_MS)
}

const CALL_OPTIONS = ['timeoutMs', 'signal'] as const

/** @throws InvalidArgumentError */
export function checkCallOptions(
  options: CallOptions | undefined,
  defaultTimeoutMs: number,
): { readonly timeoutMs: number; readonly signal: AbortSignal | undefined } {
  const { timeoutMs, signal } = takeOptions('options', options, CALL_OPTIONS)
  return { timeoutMs: checkTimeout(timeoutMs, defaultTimeoutMs), signal: checkSignal(signal) }
}

/** @throws InvalidArgumentError */
export function checkCloseOptions(options: CloseOptions | undefined): number {
  return checkTimeout(takeOptions('options', options, ['timeoutMs']).timeoutMs, DEFAULT_CLOSE_MS)
}

function checkSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined || isAbortSignal(signal)) return signal
  return refuse('signal', 'an AbortSignal', signal)
}

/** @throws InvalidArgumentError */
export function checkWaitOptions(options: WaitOptions | undefined): {
  readonly onProgress: WaitOptions['onProgress'] | undefined
  readonly signal: AbortSignal | undefined
  readonly timeoutMs: number | undefined
} {
  const { onProgress, signal, timeoutMs } = takeOptions('options', options, [
    'onProgress',
    'signal',
    'timeoutMs',
  ])
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    refuse('onProgress', 'a function', onProgress)
  }
  return {
    onProgress,
    signal: checkSignal(signal),
    timeoutMs: timeoutMs === undefined ? undefined : checkTimeout(timeoutMs, timeoutMs),
  }
}

/** @throws InvalidArgumentError */
export function checkJobsOptions(
  options: JobsOptions | undefined,
  defaultTimeoutMs: number,
): {
  readonly classes: readonly string[]
  /** An older host lacks some of `'all'`; a class that was asked for by name must be there. */
  readonly mayBeMissing: boolean
  readonly failedOnly: boolean
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
} {
  const given = takeOptions('options', options, ['classes', 'failedOnly', ...CALL_OPTIONS])
  const { classes, failedOnly = false, timeoutMs, signal } = given
  if (typeof failedOnly !== 'boolean') refuse('failedOnly', 'a boolean', failedOnly)
  return {
    classes: checkJobClasses(classes),
    mayBeMissing: classes === 'all',
    failedOnly,
    timeoutMs: checkTimeout(timeoutMs, defaultTimeoutMs),
    signal: checkSignal(signal),
  }
}

/** {@link WatchOptions}, checked and complete. */
export interface WatchSettings {
  readonly classes: readonly string[]
  /** See `checkJobsOptions`. */
  readonly mayBeMissing: boolean
  readonly include: ReadonlySet<WatchKind>
  readonly maxQueued: number
  readonly signal: AbortSignal | undefined
}

/** @throws InvalidArgumentError */
export function checkWatchOptions(options: WatchOptions | undefined): WatchSettings {
  const known = ['classes', 'include', 'maxQueued', 'signal'] as const
  const { classes, include, maxQueued, signal } = takeOptions('options', options, known)
  return {
    classes: checkJobClasses(classes),
    mayBeMissing: classes === 'all',
    include: checkInclude(include),
    maxQueued: requireInteger('maxQueued', maxQueued ?? DEFAULT_WATCH_QUEUE, 1, MAX_WATCH_QUEUE),
    signal: checkSignal(signal),
  }
}

function checkInclude(include: unknown): ReadonlySet<WatchKind> {
  if (include === undefined) return new Set(WATCH_KINDS.filter(kind => kind !== 'changed'))
  const kinds = takeArray('include', include)?.map(given => WATCH_KINDS.find(kind => kind === given))
  const expected = `an array of ${WATCH_KINDS.join(', ')}`
  return new Set((kinds ?? [undefined]).map(kind => kind ?? refuse('include', expected, include)))
}

/** Each class once, whatever the letters' case. */
function checkJobClasses(classes: unknown): readonly string[] {
  if (classes === undefined) return [MIGRATION_JOB_CLASS]
  if (classes === 'all') return JOB_CLASS_NAMES
  const expected = `'all' or an array of ${JOB_CLASS_NAMES.join(', ')}`
  const given = takeArray('classes', classes)
  if (given === undefined || given.length === 0) refuse('classes', expected, classes)
  const known = given.map(text =>
    typeof text === 'string'
      ? JOB_CLASS_NAMES.find(name => name.toLowerCase() === text.toLowerCase())
      : undefined,
  )
  return [...new Set(known.map(name => name ?? refuse('classes', expected, classes)))]
}

/** A name in letters, digits, dots and hyphens of any script, or an IPv4 or IPv6 address. */
const HOST = /^(?:[\p{L}\p{M}\p{N}._-]+|\[?[0-9A-Fa-f:.]+(?:%\w+)?\]?)$/u

function checkHost(value: unknown): string | null {
  const host = optionalText('host', value)
  if (host !== null && !HOST.test(host)) refuseSecret('host', 'a host name or address', value)
  return host
}

function checkLocale(value: unknown): string | null {
  const locale = optionalText('locale', value)
  if (locale !== null && !/^MS_[0-9A-Fa-f]{1,5}$/.test(locale)) {
    refuseSecret('locale', 'MS_ and a hexadecimal LCID, e.g. MS_409', value)
  }
  return locale
}

function checkCredentials(value: Credentials | undefined, host: string | null) {
  if (value === undefined) return { user: null, password: null, authority: null }
  if (typeof value !== 'object' || value === null) refuseSecret('credentials', 'an object', value)
  if (host === null) {
    throw new InvalidArgumentError(
      'expected `host` together with `credentials`: WMI refuses credentials for the local computer',
    )
  }
  const given = takeOptions('credentials', value, ['user', 'password', 'authority'])
  const user = checkUser(given.user)
  const authority = checkAuthority(given.authority)
  if (authority !== null && /[\\@]/.test(user)) {
    throw new InvalidArgumentError(
      'expected the domain in `credentials.user` or in `credentials.authority`, received both',
    )
  }
  return { user, password: checkPassword(given.password), authority }
}

function checkUser(value: unknown): string {
  const user = text('credentials.user', value)
  const fits = /^(?:[^\\@]+|[^\\@]+\\[^\\]+|[^\\]+@[^\\@]+)$/.test(user)
  return fits ? user : refuseSecret('credentials.user', 'DOMAIN\\user, user@domain or a user name', value)
}

/** Any characters, since a password may hold any; NUL would end it. */
function checkPassword(value: unknown): string {
  // Its type's usual form is not shown either: a password may be given as a number by mistake.
  if (typeof value === 'string' && value.length <= MAX_TEXT_LENGTH && !value.includes('\0')) return value
  const expected = `a string of at most ${MAX_TEXT_LENGTH} characters without NUL`
  throw new InvalidArgumentError(
    `expected ${expected} for \`credentials.password\`, received ${value === null ? 'null' : typeof value}`,
  )
}

function checkAuthority(value: unknown): string | null {
  const authority = optionalText('credentials.authority', value)
  if (authority !== null && !/^(?:ntlmdomain|kerberos):[^\s:].*$/i.test(authority)) {
    refuseSecret('credentials.authority', 'ntlmdomain:<domain> or kerberos:<principal>', value)
  }
  return authority
}

/** {@link ConnectOptions}, checked and complete. */
export interface ConnectSettings {
  readonly native: NativeSettings
  readonly addon: NativeAddon | string | undefined
  /** Also of every call. */
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

const CONNECT_OPTIONS = [
  'host',
  'namespace',
  'credentials',
  'locale',
  'maxWorkers',
  'addon',
  ...CALL_OPTIONS,
] as const

/** @throws InvalidArgumentError */
export function checkConnectOptions(options: ConnectOptions | undefined): ConnectSettings {
  const given = takeOptions('options', options, CONNECT_OPTIONS)
  const host = checkHost(given.host)
  return {
    native: {
      host,
      namespace: given.namespace === undefined ? DEFAULT_NAMESPACE : checkNamespace(given.namespace),
      ...checkCredentials(given.credentials, host),
      locale: checkLocale(given.locale),
      maxWorkers: requireInteger('maxWorkers', given.maxWorkers ?? DEFAULT_MAX_WORKERS, 1, MAX_WORKERS),
      maxQueued: MAX_QUEUED,
    },
    addon: checkAddon(given.addon),
    timeoutMs: checkTimeout(given.timeoutMs, DEFAULT_TIMEOUT_MS),
    signal: checkSignal(given.signal),
  }
}

function checkAddon(addon: unknown): NativeAddon | string | undefined {
  if (addon === undefined) return undefined
  if (typeof addon === 'string' && isAbsolute(addon) && !addon.includes('\0')) return addon
  return lookInto('addon', () => isAddon(addon))
    ? (addon as NativeAddon)
    : refuse('addon', 'the native addon or an absolute path', addon)
}
