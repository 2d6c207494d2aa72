/** Says why the native addon could not be loaded, and what to do about it. */
import { closeSync, openSync, readSync } from 'node:fs'

/** COFF machine types ("PE Format", Microsoft Learn) by what `process.arch` calls them. */
const MACHINES: Readonly<Record<number, string>> = { 332: 'ia32', 34404: 'x64', 43620: 'arm64' }

const DOCUMENTATION = 'docs/troubleshooting.md of hyperv-job-errors'

/** Without failures nothing was tried: the code runs from the bundle of an application. */
export function explainLoadFailure(failures: readonly { path: string; cause: unknown }[]): string {
  const target = `win32-${process.arch}`
  if (failures.length === 0) {
    return (
      `cannot look for the native addon for ${target} from inside a bundle: keep hyperv-job-errors out of the bundle, ` +
      `or call connect({ addon: require('hyperv-job-errors/${target}') }) (see ${DOCUMENTATION})`
    )
  }
  const reasons = failures.map(({ path, cause }) => reasonOf(path, cause))
  const lines = failures.map(({ path }, index) => `  ${path}: ${reasons[index]?.text}`)
  const fixes = [...new Set(reasons.flatMap(reason => reason.fixes))].map(fix => `  - ${fix}`)
  return [`cannot load the native addon for ${target}:`, ...lines, 'What may help:', ...fixes].join('\n')
}

interface Reason {
  readonly text: string
  readonly fixes: readonly string[]
}

const REINSTALL = 'install hyperv-job-errors again: its package holds the binaries, and no script has to run'
const ANTIVIRUS = 'see whether an antivirus or application control program has removed or blocked the file'
const ASAR = 'in Electron, unpack native addons from the asar archive (asarUnpack: "**/*.node")'
const READ = `read ${DOCUMENTATION}`

function reasonOf(path: string, cause: unknown): Reason {
  const machine = machineOf(path)
  if (machine === undefined) return { text: 'not found', fixes: [REINSTALL, ANTIVIRUS, ASAR, READ] }
  if (machine === null) return { text: 'not a Windows binary', fixes: [REINSTALL, READ] }
  if (machine !== process.arch) {
    return {
      text: `built for ${machine}, and this process is ${process.arch}`,
      fixes: [
        'run a Node.js or Electron of the same architecture; x64 programs also run on Windows on ARM, as x64',
        READ,
      ],
    }
  }
  const message = cause instanceof Error ? cause.message : String(cause)
  return { text: message.split('\n')[0] ?? '', fixes: [ANTIVIRUS, ASAR, REINSTALL, READ] }
}

/** For which architecture a file is built: undefined when it cannot be read, null when it is no Windows binary. */
function machineOf(path: string): string | null | undefined {
  const head = Buffer.alloc(4096)
  try {
    const file = openSync(path, 'r')
    try {
      readSync(file, head, 0, head.length, 0)
    } finally {
      closeSync(file)
    }
  } catch {
    return undefined
  }
  const header = head.readUInt32LE(0x3c)
  const fits = head.toString('latin1', 0, 2) === 'MZ' && header <= head.length - 6
  if (!fits || head.toString('latin1', header, header + 4) !== 'PE\0\0') return null
  const machine = head.readUInt16LE(header + 4)
  return MACHINES[machine] ?? `machine 0x${machine.toString(16)}`
}
