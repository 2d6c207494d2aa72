/** Finds and loads the native addon of this platform; nothing in the environment can redirect it. */
import { extname, resolve } from 'node:path'
import { LoadError, PlatformError } from '../base/errors'
import { isAddon, type NativeAddon } from './addon'
import { explainLoadFailure } from './load-failure'

/**
 * This module lies three folders below the root of the package, in a checkout as in the published bundle. Inside the
 * bundle of an application it lies anywhere: a path made from there would be a guess, which others might put a file at.
 */
const HOME = /[\\/]dist[\\/](?:lib[\\/]wmi|package[\\/]cjs)$/

/** File names as prebuildify gives them: electron-rebuild recognises only these. */
const PREBUILDS: Readonly<Record<string, string>> = {
  x64: 'prebuilds/win32-x64/node.napi.node',
  arm64: 'prebuilds/win32-arm64/node.napi.armv8.node',
}

/** A binary of the package first, then the one that a checkout has built. */
function candidates(arch: string): string[] {
  if (!HOME.test(__dirname)) return []
  const prebuild = PREBUILDS[arch]
  const files = [...(prebuild === undefined ? [] : [prebuild]), 'build/Release/hyperv_job_errors.node']
  return files.map(file => resolve(__dirname, '../../..', file))
}

/** The addon, and where it came from. */
export interface Located {
  readonly addon: NativeAddon
  /** Of its file; null for one that the caller gave. */
  readonly path: string | null
}

/**
 * Throws {@link PlatformError} outside Windows, unless an addon is given, and {@link LoadError} when no binary loads.
 * @param chosen - the addon itself, or the absolute path of its file, instead of the one that the package holds
 */
export function loadAddon(chosen?: NativeAddon | string): NativeAddon {
  return locateAddon(chosen).addon
}

/** Like {@link loadAddon}, and says which file it was. */
export function locateAddon(chosen?: NativeAddon | string): Located {
  if (typeof chosen === 'object') return { addon: chosen, path: null }
  if (chosen === undefined && process.platform !== 'win32') {
    throw new PlatformError(
      `expected Windows to connect to Hyper-V, this is ${process.platform}: decoding works here, and a host simulated by hyperv-job-errors/testing`,
    )
  }
  const paths = chosen === undefined ? candidates(process.arch) : [chosen]
  const failures: { path: string; cause: unknown }[] = []
  for (const path of paths) {
    try {
      return { addon: loadFile(path), path }
    } catch (cause) {
      failures.push({ path, cause })
    }
  }
  throw new LoadError(explainLoadFailure(failures), { cause: failures[0]?.cause })
}

function loadFile(path: string): NativeAddon {
  const loaded = extname(path) === '.node' ? loadBinding(path) : loadLibrary(path)
  if (isAddon(loaded)) return loaded
  throw new Error('it loads and is not the addon of hyperv-job-errors')
}

/** `bindings` is loaded here, so that importing the package does not pay for it. */
function loadBinding(path: string): unknown {
  const bindings: typeof import('bindings') = require('bindings')
  // `try` holds an absolute path alone, so that none of the default places of `bindings` is looked at.
  return bindings({ bindings: 'hyperv_job_errors', module_root: resolve(path, '..'), try: [[path]] })
}

/** Node.js goes by the ending, as it is written, and would run a file of any other as JavaScript. */
function loadLibrary(path: string): unknown {
  const target = { exports: {} }
  process.dlopen(target, path)
  return target.exports
}
