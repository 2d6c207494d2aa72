/** What the agent is to do: a JSON file, and environment variables that go before it. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { ConnectOptions } from 'hyperv-job-errors'
import { simulate } from 'hyperv-job-errors/testing'

export interface AgentConfig {
  readonly hosts: readonly ConnectOptions[]
  readonly classes: 'all' | readonly string[]
  readonly journal: string
  /** Where /metrics, /healthz and /readyz are; null: nowhere. */
  readonly http: { readonly address: string; readonly port: number } | null
  /** A file for windows_exporter's textfile collector; null: none. */
  readonly textfile: string | null
  readonly otlp: {
    /** The collector, e.g. `http://127.0.0.1:4318`; null: only Prometheus is served. */
    readonly endpoint: string | null
    readonly headers: Readonly<Record<string, string>>
    readonly timeoutMs: number
  }
  /** Failures that wait for the collector before no more are taken. */
  readonly maxPending: number
  readonly maxConnecting: number
  readonly includeRaw: boolean
}

/** The configuration is at fault: the message says what to mend. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

type Environment = Readonly<Record<string, string | undefined>>
type Plain = Readonly<Record<string, unknown>>

const DEFAULT_ADDRESS = '127.0.0.1'
/** Registered for OpenTelemetry's Prometheus endpoint. */
const DEFAULT_PORT = 9464
const KEYS = [
  'hosts',
  'classes',
  'journal',
  'http',
  'textfile',
  'otlp',
  'maxPending',
  'maxConnecting',
  'includeRaw',
]
const HOST_KEYS = ['host', 'namespace', 'credentials', 'timeoutMs', 'maxWorkers', 'simulate']

/** @throws ConfigError */
export function readConfig(file: string | undefined, env: Environment): AgentConfig {
  const folder = file === undefined ? process.cwd() : dirname(resolve(file))
  const given = file === undefined ? {} : readJson(file)
  refuseUnknown(given, KEYS, 'the configuration')
  const otlp = plainObject(given.otlp ?? {}, 'otlp')
  refuseUnknown(otlp, ['endpoint', 'headers', 'timeoutMs'], 'otlp')
  const path = (value: string) => resolve(folder, value)
  const journal = env.HYPERV_AGENT_JOURNAL ?? optionalText(given.journal, 'journal')
  const textfile = env.HYPERV_AGENT_TEXTFILE ?? optionalText(given.textfile, 'textfile')
  return {
    hosts: hostsOf(given.hosts, env, path),
    classes: classesOf(env.HYPERV_AGENT_CLASSES?.split(',') ?? given.classes ?? 'all'),
    journal: path(journal ?? 'hyperv-job-agent.journal'),
    http: httpOf(env.HYPERV_AGENT_HTTP ?? given.http),
    textfile: textfile === undefined ? null : path(textfile),
    otlp: {
      endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT ?? optionalText(otlp.endpoint, 'otlp.endpoint') ?? null,
      headers: texts(otlp.headers ?? {}, 'otlp.headers'),
      timeoutMs: integer(otlp.timeoutMs ?? 10_000, 'otlp.timeoutMs', 1, 600_000),
    },
    maxPending: integer(given.maxPending ?? 1_000, 'maxPending', 1, 1_000_000),
    maxConnecting: integer(given.maxConnecting ?? 8, 'maxConnecting', 1, 1_000),
    includeRaw: flag(given.includeRaw ?? false, 'includeRaw'),
  }
}

/** This computer, unless hosts are named. */
function hostsOf(given: unknown, env: Environment, path: (value: string) => string): ConnectOptions[] {
  if (env.HYPERV_AGENT_HOSTS !== undefined) {
    const names = env.HYPERV_AGENT_HOSTS.split(',').map(name => name.trim())
    return names.filter(name => name !== '').map(host => ({ host }))
  }
  if (given === undefined) return [{}]
  if (!Array.isArray(given)) return refuse('hosts', 'an array', given)
  return given.map((entry, index) => hostOf(entry, `hosts[${index}]`, env, path))
}

function hostOf(
  entry: unknown,
  name: string,
  env: Environment,
  path: (value: string) => string,
): ConnectOptions {
  if (typeof entry === 'string') return { host: entry }
  const { credentials, simulate: scenario, ...rest } = plainObject(entry, name)
  refuseUnknown(plainObject(entry, name), HOST_KEYS, name)
  const options = rest as ConnectOptions
  if (scenario !== undefined) {
    const file = path(text(scenario, `${name}.simulate`))
    return { ...options, addon: simulate(readJson(file) as Parameters<typeof simulate>[0]) }
  }
  if (credentials === undefined) return options
  return { ...options, credentials: credentialsOf(credentials, `${name}.credentials`, env, path) }
}

/** A password stands in an environment variable or in a file that only the service may read, never in the configuration. */
function credentialsOf(
  given: unknown,
  name: string,
  env: Environment,
  path: (value: string) => string,
): NonNullable<ConnectOptions['credentials']> {
  const credentials = plainObject(given, name)
  refuseUnknown(credentials, ['user', 'authority', 'passwordEnv', 'passwordFile'], name)
  const user = text(credentials.user, `${name}.user`)
  const authority = optionalText(credentials.authority, `${name}.authority`)
  const variable = optionalText(credentials.passwordEnv, `${name}.passwordEnv`)
  const file = optionalText(credentials.passwordFile, `${name}.passwordFile`)
  if ((variable === undefined) === (file === undefined)) {
    throw new ConfigError(`expected either passwordEnv or passwordFile in \`${name}\``)
  }
  const password = variable === undefined ? readText(path(file ?? '')).replace(/\r?\n$/, '') : env[variable]
  if (password === undefined) throw new ConfigError(`the environment variable ${variable} is not set`)
  return { user, password, ...(authority === undefined ? {} : { authority }) }
}

function httpOf(given: unknown): AgentConfig['http'] {
  if (given === 'off' || given === null || given === false) return null
  if (given === undefined) return { address: DEFAULT_ADDRESS, port: DEFAULT_PORT }
  if (typeof given === 'string') {
    const [, address, port] = /^(.*):(\d+)$/.exec(given) ?? []
    if (address === undefined) return refuse('http', '<address>:<port> or off', given)
    return { address, port: integer(Number(port), 'http', 0, 65_535) }
  }
  const http = plainObject(given, 'http')
  refuseUnknown(http, ['address', 'port'], 'http')
  return {
    address: optionalText(http.address, 'http.address') ?? DEFAULT_ADDRESS,
    port: integer(http.port ?? DEFAULT_PORT, 'http.port', 0, 65_535),
  }
}

function classesOf(given: unknown): AgentConfig['classes'] {
  if (given === 'all' || (Array.isArray(given) && given[0] === 'all')) return 'all'
  if (Array.isArray(given) && given.every(name => typeof name === 'string')) return given
  return refuse('classes', "'all' or an array of names", given)
}

function readJson(file: string): Plain {
  const content = readText(file)
  try {
    return plainObject(JSON.parse(content), file)
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError(`${file} is not JSON: ${messageOf(error)}`)
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigError(`cannot read ${file}: ${messageOf(error)}`)
  }
}

function refuse(name: string, expected: string, value: unknown): never {
  const type = value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`
  throw new ConfigError(`expected ${expected} for \`${name}\`, received ${type}`)
}

function refuseUnknown(given: Plain, known: readonly string[], where: string): void {
  const unknown = Object.keys(given).find(key => !known.includes(key))
  if (unknown !== undefined) {
    throw new ConfigError(`\`${unknown}\` is not a setting of ${where}; there are ${known.join(', ')}`)
  }
}

function plainObject(value: unknown, name: string): Plain {
  const fits = typeof value === 'object' && value !== null && !Array.isArray(value)
  return fits ? (value as Plain) : refuse(name, 'an object', value)
}

function text(value: unknown, name: string): string {
  return typeof value === 'string' && value !== '' ? value : refuse(name, 'a text', value)
}

function optionalText(value: unknown, name: string): string | undefined {
  return value === undefined || value === null ? undefined : text(value, name)
}

function texts(value: unknown, name: string): Record<string, string> {
  const entries = Object.entries(plainObject(value, name))
  return Object.fromEntries(entries.map(([key, one]) => [key, text(one, `${name}.${key}`)]))
}

function integer(value: unknown, name: string, min: number, max: number): number {
  const fits = typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
  return fits ? value : refuse(name, `an integer from ${min} to ${max}`, value)
}

function flag(value: unknown, name: string): boolean {
  return typeof value === 'boolean' ? value : refuse(name, 'true or false', value)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
