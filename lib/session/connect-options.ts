/** The options of `connect`, checked before anything native runs. */
import { isAbsolute } from 'node:path'
import { lookInto, refuse, refuseSecret, requireInteger, takeOptions } from '../base/arguments'
import { InvalidArgumentError } from '../base/errors'
import { isAddon, type NativeAddon, type NativeSettings } from '../wmi/addon'
import { checkNamespace } from '../wmi/object-path'
import { CALL_OPTIONS, type CallOptions, checkSignal, checkTimeout } from './options'

/** Account for a remote host. Nothing of it appears in a message, a log or `inspect` output. */
export interface Credentials {
  /** `DOMAIN\user`, `user@domain`, or a bare user name with the domain in `authority`. */
  readonly user: string
  readonly password: string
  /** `ntlmdomain:<domain>` or `kerberos:<principal>`; not together with a domain in `user`. */
  readonly authority?: string
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
  /** How many calls of the session are made at a time, 1 to 64, default 4. All sessions share the threads. */
  readonly maxWorkers?: number
  /**
   * The native addon, instead of the one that is looked for in the package: what `hyperv-job-errors/win32-x64` or
   * `hyperv-job-errors/win32-arm64` exports, or the absolute path of its file. For applications that are bundled.
   */
  readonly addon?: NativeAddon | string
}

export const DEFAULT_NAMESPACE = 'root\\virtualization\\v2'
export const DEFAULT_TIMEOUT_MS = 30_000
const DEFAULT_MAX_WORKERS = 4
/** A session that needs more threads has another problem. */
const MAX_WORKERS = 64
/** Far more than a host has jobs; a queue as long as this means that nothing is being answered. */
const MAX_QUEUED = 10_000
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

export const CONNECT_OPTIONS = [
  'host',
  'namespace',
  'credentials',
  'locale',
  'maxWorkers',
  'addon',
  ...CALL_OPTIONS,
] as const

/** @throws InvalidArgumentError */
export function checkConnectOptions(
  options: ConnectOptions | undefined,
  defaultTimeoutMs = DEFAULT_TIMEOUT_MS,
): ConnectSettings {
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
    timeoutMs: checkTimeout(given.timeoutMs, defaultTimeoutMs),
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
