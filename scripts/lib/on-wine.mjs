/** The platform interface (see platform.mjs) on Debian and Ubuntu: cross compilers, and Windows node.exe in Wine. */
import { compilers } from './compilers.mjs'
import { crossBuild } from './cross-build.mjs'
import { ensurePackages } from './debian.mjs'
import { ensureWindowsNode, windowsNodeVersions } from './npm-packages.mjs'
import { buildProxies } from './proxies.mjs'
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

  async setUpRun(version) {
    await ensurePackages(['run'])
    await ensureWindowsNode(version)
    await ensurePrefix()
  },

  buildAddon(addon, { compiler = 'gcc', outDir = addon.outDir } = {}) {
    return crossBuild(addon, compiler, outDir)
  },

  buildProxies,

  toNodePath: toWindowsPath,

  async runNode(version, args, options) {
    return runInWine(await ensureWindowsNode(version), args, options)
  },
}
