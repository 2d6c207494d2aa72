/** The process and the operating system as an examination sees them; tests put others in their place. */
import { execFile } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { connect } from 'node:net'
import { release } from 'node:os'
import { join } from 'node:path'
import type { NativeAddon } from '../wmi/addon'
import { type Located, locateAddon } from '../wmi/load'

export interface Surroundings {
  readonly platform: string
  /** Of the operating system, e.g. `10.0.20348`. */
  readonly release: string
  readonly arch: string
  readonly versions: Readonly<Record<string, string | undefined>>
  /** @throws PlatformError, LoadError */
  locateAddon(chosen: NativeAddon | string | undefined): Located
  /** The SIDs of the process's token that are enabled; null where that cannot be asked. */
  groups(timeoutMs: number): Promise<readonly string[] | null>
  /** How long the first answer of a subscription is waited for: a refusal that comes late comes with it. */
  readonly firstAnswerMs: number
  /** The addresses of a name. Rejects with the error of the resolver. */
  resolve(host: string): Promise<readonly string[]>
  /** Opens a TCP connection and closes it. Rejects with the error of the socket. */
  reach(host: string, port: number, signal: AbortSignal): Promise<void>
}

export const SURROUNDINGS: Surroundings = {
  platform: process.platform,
  release: release(),
  arch: process.arch,
  versions: process.versions,
  locateAddon,
  firstAnswerMs: 1_000,
  groups: groupsOfToken,
  resolve: async host => (await lookup(host, { all: true })).map(({ address }) => address),
  reach,
}

/** Groups for denying only are left out: that is what UAC makes of Administrators. */
async function groupsOfToken(timeoutMs: number): Promise<readonly string[] | null> {
  if (process.platform !== 'win32') return null
  const whoami = join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'whoami.exe')
  const text = await new Promise<string | null>(resolve => {
    execFile(
      whoami,
      ['/groups', '/fo', 'csv', '/nh'],
      { timeout: timeoutMs, windowsHide: true },
      (error, stdout) => resolve(error === null ? stdout : null),
    )
  })
  return text === null ? null : enabledGroups(text)
}

/** The last column names the attributes in the language of Windows, so only what cannot be translated counts. */
export function enabledGroups(csv: string): readonly string[] | null {
  const rows = csv.split(/\r?\n/).flatMap(line => {
    const columns = [...line.matchAll(/"([^"]*)"/g)].map(([, column]) => column ?? '')
    const sid = columns.find(column => /^S-1-\d+(?:-\d+)+$/.test(column))
    return sid === undefined ? [] : [{ sid, attributes: columns.at(-1) ?? '' }]
  })
  if (rows.length === 0) return null
  // A group that counts has three attributes at least (mandatory, enabled by default, enabled), one for denying only one.
  const counts = ({ sid, attributes }: (typeof rows)[number]) =>
    sid.startsWith('S-1-16-') || attributes.split(',').length >= 3
  return rows.filter(counts).map(({ sid }) => sid)
}

function reach(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal })
    socket.once('connect', () => {
      socket.destroy()
      resolve()
    })
    socket.once('error', reject)
  })
}
