/** Whether this process can call WMI at all. */
import { PlatformError } from '../base/errors'
import type { NativeAddon } from '../wmi/addon'
import type { Located } from '../wmi/load'
import { type Finding, fail, failure, pass, skip } from './check'
import type { Surroundings } from './surroundings'

/** Of Windows 8 and Server 2012, the first with `root\virtualization\v2`. */
const MIN_RELEASE = [6, 2] as const
const MIN_NODE = [20, 19] as const
const ARCHITECTURES: readonly string[] = ['x64', 'arm64']

const ELSEWHERE =
  'run it on Windows; on other systems texts are decoded, and a host is simulated (--simulate, hyperv-job-errors/testing)'

/** An addon that is given may be none of Windows. */
export function platformCheck({ platform, release }: Surroundings, isAddonGiven: boolean): Finding {
  if (platform !== 'win32') {
    return isAddonGiven
      ? pass(`${platform} ${release}, and an addon that was given`)
      : fail(`${platform} ${release}`, ELSEWHERE)
  }
  return isAtLeast(release, MIN_RELEASE)
    ? pass(`Windows ${release}`)
    : fail(`Windows ${release}`, 'use Windows 8 or Windows Server 2012, or a later version')
}

export function architectureCheck({ arch }: Surroundings, isAddonGiven: boolean): Finding {
  if (ARCHITECTURES.includes(arch)) return pass(arch)
  if (isAddonGiven) return pass(`${arch}, and an addon that was given`)
  return fail(arch, `use a Node.js or Electron for ${ARCHITECTURES.join(' or ')}`)
}

export function runtimeCheck({ versions: { node = '0', electron } }: Surroundings): Finding {
  const detail = electron === undefined ? `Node.js ${node}` : `Electron ${electron} with Node.js ${node}`
  return isAtLeast(node, MIN_NODE)
    ? pass(detail)
    : fail(detail, `use Node.js ${MIN_NODE.join('.')} or later, or an Electron that has it`)
}

/** The addon too, for the checks that follow. */
export function addonCheck(
  surroundings: Surroundings,
  chosen: NativeAddon | string | undefined,
): { readonly finding: Finding; readonly located: Located | null } {
  try {
    const located = surroundings.locateAddon(chosen)
    return { finding: pass(whereFrom(located, chosen)), located }
  } catch (error) {
    const finding =
      error instanceof PlatformError ? skip('there is an addon for Windows only') : failure(error)
    return { finding, located: null }
  }
}

function whereFrom({ path }: Located, chosen: NativeAddon | string | undefined): string {
  if (path === null) return 'an addon that was given'
  if (chosen !== undefined) return `${path}: the file that was given`
  return /[\\/]prebuilds[\\/]/.test(path) ? `${path}: the package's own` : `${path}: built from the source`
}

/** Of a version such as `10.0.20348`; what is no number counts as 0. */
function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [first = 0, second = 0] = version.split('.').map(part => Number.parseInt(part, 10) || 0)
  return first > major || (first === major && second >= minor)
}
