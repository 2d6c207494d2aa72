/** The Wine prefix of the project: where it is, how it is made, with which environment programs run in it. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Stop, say } from '../console.mjs'
import { mtimeOf } from '../files.mjs'
import { run } from '../process.mjs'
import { cacheDir, root } from '../project.mjs'

// The `wine` wrapper prints a hint about 32 bits on each start, so the loader itself is called.
export const wineLoader = '/usr/lib/wine/wine64'
const SERVERS = ['/usr/lib/wine/wineserver64', '/usr/lib/wine/wineserver', '/usr/bin/wineserver']
/** Seconds for which the server outlives its last program: a cold start costs more than half a second. */
const SERVER_LINGERS = 120
const PREFIX = join(root, '.wine')
/** Changes when the steps that make a prefix change. */
const PREFIX_VERSION = '1'

export function wineEnvironment(extra) {
  // A home of its own: Wine needs a writable one and leaves things there. It does not pass HOME to Windows programs.
  const home = join(cacheDir, 'wine-home')
  mkdirSync(home, { recursive: true })
  return {
    ...process.env,
    ...extra,
    HOME: home,
    // Arguments and file names are converted by the locale: without UTF-8 they lose everything beyond ASCII.
    LC_ALL: 'C.UTF-8',
    WINEPREFIX: PREFIX,
    WINELOADER: wineLoader,
    WINEDEBUG: '-all',
  }
}

export function toWindowsPath(path) {
  return `Z:${path.replaceAll('/', '\\')}`
}

export async function ensurePrefix() {
  const stamp = join(PREFIX, 'ready')
  if (mtimeOf(stamp) >= 0 && readFileSync(stamp, 'utf8') === PREFIX_VERSION) return
  say('creating the Wine prefix')
  // A server that still serves the old folder would go on writing to it.
  if (mtimeOf(PREFIX) >= 0) await server('-k')
  rmSync(PREFIX, { recursive: true, force: true })
  mkdirSync(PREFIX, { recursive: true })
  await startServer()
  // Without these overrides a new prefix asks to download Mono and Gecko.
  const env = wineEnvironment({ WINEDLLOVERRIDES: 'mscoree,mshtml,winemenubuilder.exe=' })
  await step(['winecfg', '-v', 'win10'], env)
  // With the default debugger a crash on another thread than the main one ends with exit code 0.
  const key = 'HKLM\\Software\\Microsoft\\Windows NT\\CurrentVersion\\AeDebug'
  await step(['reg', 'add', key, '/v', 'Debugger', '/d', 'false', '/f'], env)
  writeFileSync(stamp, PREFIX_VERSION)
}

async function step(args, env) {
  const { code } = await run(wineLoader, args, { env, output: 'ignore', timeoutMs: 180_000 })
  if (code !== 0) throw new Stop(`cannot create the Wine prefix: ${args[0]} ended with exit code ${code}`)
}

/** Ends with an error when there is a server already, which is as good. */
export function startServer() {
  return server(`-p${SERVER_LINGERS}`)
}

function server(option) {
  const program = SERVERS.find(path => mtimeOf(path) >= 0)
  if (program === undefined) throw new Stop('there is no wineserver: is the package wine installed?')
  return run(program, [option], { env: wineEnvironment({}), output: 'ignore', timeoutMs: 20_000 })
}
