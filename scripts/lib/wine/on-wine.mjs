/** The platform interface (see platform.mjs) on Debian and Ubuntu: cross compilers, and Windows node.exe in Wine. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { compilers, productCompiler } from '../build/compilers.mjs'
import { crossBuild } from '../build/cross-build.mjs'
import { buildProxies } from '../build/proxies.mjs'
import { ensureZig } from '../build/zig.mjs'
import { ensurePackages } from '../debian.mjs'
import { ensureWindowsNode, windowsNodeVersions } from '../npm-packages.mjs'
import { addons, root } from '../project.mjs'
import { ensurePrefix, toWindowsPath } from './wine.mjs'
import { runInWine } from './wine-run.mjs'

export const onWine = {
  nodeVersions: Object.keys(windowsNodeVersions),
  compilers: Object.keys(compilers),

  async setUpBuild() {
    await ensurePackages(['build'])
  },

  async setUpCheck() {
    await ensurePackages(['build', 'check'])
  },

  async setUpBrowser() {
    await ensurePackages(['browser'])
  },

  async setUpPrometheus() {
    await ensurePackages(['prometheus'])
  },

  async setUpRun(version) {
    await ensurePackages(['run'])
    await ensureWindowsNode(version)
    await ensurePrefix()
  },

  buildAddon(addon, { compiler = 'gcc', outDir = addon.outDir } = {}) {
    const isProduct = addon === addons.native && compiler === 'gcc'
    return crossBuild(addon, isProduct ? productCompiler : compilers[compiler], outDir)
  },

  async buildPrebuild(arch, file) {
    const outDir = arch === 'x64' ? addons.native.outDir : join(root, 'build', arch)
    await crossBuild(addons.native, arch === 'x64' ? productCompiler : await ensureZig(), outDir)
    copyFileSync(join(outDir, `${addons.native.name}.node`), file)
  },

  buildProxies,

  toNodePath: toWindowsPath,

  async runNode(version, args, options) {
    return runInWine(await ensureWindowsNode(version), args, options)
  },
}
