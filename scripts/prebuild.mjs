#!/usr/bin/env node
/** npm run prebuild: the addon as it goes into the package, for each architecture, checked afterwards. */
import { prepare } from './lib/build/build.mjs'
import { runMain, Stop, say } from './lib/console.mjs'
import { checkPrebuild, prebuilds } from './lib/package/prebuilds.mjs'
import { platform } from './lib/platform.mjs'

await runMain(async () => {
  // npm runs this before `npm run build` as well, which has its use on every system.
  if (platform.nodeVersions.length === 0) return say(`no binaries can be built on ${process.platform}`)
  await prepare({ prebuilds: true })
  for (const [arch, { file }] of Object.entries(prebuilds)) {
    const problems = checkPrebuild(file, arch)
    if (problems.length > 0) throw new Stop(`${file}: ${problems.join('; ')}`)
    say(`wrote ${file}`)
  }
})
