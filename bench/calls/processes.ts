/** What is measured in a process of its own: programs that an agent would otherwise spawn, and a cold start. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = join(__dirname, '../../..')

/** No program here takes a second: one that takes so long hangs. */
const TIMEOUT_MS = 20_000

/**
 * Programs that ask the system's own WMI for one property of one instance of Win32_OperatingSystem. They cannot see
 * the simulator, which is in our process, so this is a small query of about the same weight, not the same one.
 */
export const spawnPeers: ReadonlyMap<string, () => Promise<void>> = new Map([
  ['cscript', () => answers('cscript.exe', ['//nologo', join(root, 'bench/calls/operating-system.vbs')])],
  ['wmic', () => answers('wmic.exe', ['os', 'get', 'Caption'])],
])

async function answers(program: string, args: readonly string[]): Promise<void> {
  const { stdout } = await run(program, args, { encoding: 'latin1', timeout: TIMEOUT_MS })
  // The UTF-16 of some programs ends up here with a NUL after each letter.
  if (!/windows/i.test(stdout.replaceAll('\0', ''))) throw new Error(`${program} did not answer`)
}

/** Milliseconds in a fresh process. `connect` loads the addon as well. */
export type ColdStart = Readonly<
  Record<'import of an empty module' | 'import of the package' | 'connect' | 'first call', number>
>

export async function coldStart(): Promise<ColdStart> {
  const script = join(__dirname, 'cold-start.js')
  const { stdout } = await run(process.execPath, [script], { encoding: 'utf8', timeout: TIMEOUT_MS })
  return JSON.parse(stdout) as ColdStart
}
