/** Sets up what a task needs and builds it; cheap when nothing is missing and nothing changed. */
import { mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { withLock } from '../lock.mjs'
import { ensureNodeModules } from '../npm-packages.mjs'
import { buildPackage } from '../package/package.mjs'
import { newerSource, prebuilds as prebuildTable } from '../package/prebuilds.mjs'
import { platform } from '../platform.mjs'
import { addons } from '../project.mjs'
import { buildAgentExample } from './agent.mjs'
import { buildElectronExample } from './electron.mjs'
import { buildTypeScript } from './typescript.mjs'

/** `runVersions`: the majors of Windows Node that will be run afterwards. */
export function prepare({
  ts = false,
  native = false,
  simulator = false,
  proxies = false,
  bench = false,
  electron = false,
  agent = false,
  prebuilds = false,
  check = false,
  runVersions = [],
}) {
  return withLock(async () => {
    await ensureNodeModules()
    if (check) await platform.setUpCheck()
    if (native || simulator || proxies || bench || prebuilds) await platform.setUpBuild()
    for (const version of runVersions) await platform.setUpRun(version)
    if (ts) {
      await buildTypeScript()
      await buildPackage()
    }
    if (native) {
      dropStalePrebuilds()
      await platform.buildAddon(addons.native)
    }
    if (simulator) await platform.buildAddon(addons.simulator)
    if (proxies) await platform.buildProxies()
    if (bench) await platform.buildAddon(addons.bench)
    if (electron) await buildElectronExample()
    if (agent) await buildAgentExample()
    if (prebuilds) await buildPrebuilds()
  })
}

/** The loader takes a binary of the package first, whatever has been built since. */
function dropStalePrebuilds() {
  for (const { file } of Object.values(prebuildTable)) {
    if (newerSource(file) !== undefined) rmSync(file, { force: true })
  }
}

async function buildPrebuilds() {
  for (const [arch, { file }] of Object.entries(prebuildTable)) {
    mkdirSync(dirname(file), { recursive: true })
    await platform.buildPrebuild(arch, file)
  }
}
