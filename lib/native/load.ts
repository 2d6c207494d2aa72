/** Finds and loads the native addon of this platform; nothing in the environment can redirect it. */
import { resolve } from 'node:path'
import bindings from 'bindings'
import { LoadError, PlatformError } from '../errors'
import type { NativeAddon } from './types'

const kRoot = resolve(__dirname, '../../..')

/** File names as prebuildify gives them: electron-rebuild recognises only these. */
const kPrebuilds: Readonly<Record<string, string>> = {
  x64: 'prebuilds/win32-x64/node.napi.node',
  arm64: 'prebuilds/win32-arm64/node.napi.armv8.node',
}

/** A binary of the package first, then the one that a checkout has built. */
function candidates(arch: string): string[] {
  const prebuild = kPrebuilds[arch]
  const built = resolve(kRoot, 'build/Release/hyperv_job_errors.node')
  return prebuild === undefined ? [built] : [resolve(kRoot, prebuild), built]
}

/** Throws {@link PlatformError} outside Windows and {@link LoadError} when no binary loads. */
export function loadAddon(): NativeAddon {
  if (process.platform !== 'win32') {
    throw new PlatformError(
      `expected Windows to connect to Hyper-V, this is ${process.platform}: only decoding works here`,
    )
  }
  const paths = candidates(process.arch)
  try {
    // `try` holds absolute paths alone, so that none of the default places of `bindings` is looked at.
    return bindings({ bindings: 'hyperv_job_errors', module_root: kRoot, try: paths.map(path => [path]) })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new LoadError(
      `expected a native addon for win32-${process.arch} at ${paths.join(' or ')}: ${reason}`,
      { cause },
    )
  }
}
