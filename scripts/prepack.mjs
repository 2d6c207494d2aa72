#!/usr/bin/env node
/**
 * Before `npm pack` and `npm publish`: what is packed is built from what lies here. The binaries are only checked,
 * because those of a release are built elsewhere (npm run prebuild builds them here).
 */
import { dirname } from 'node:path'
import { prepare } from './lib/build.mjs'
import { runMain, Stop } from './lib/console.mjs'
import { filesBelow, mtimeOf } from './lib/files.mjs'
import { readGyp } from './lib/gyp.mjs'
import { checkPrebuild, prebuilds } from './lib/prebuilds.mjs'
import { addons } from './lib/project.mjs'

await runMain(async () => {
  await prepare({ ts: true })
  const folder = dirname(readGyp(addons.native.gyp).sources[0])
  const sources = [addons.native.gyp, ...filesBelow(folder, () => true)]
  for (const [arch, { file }] of Object.entries(prebuilds)) {
    const problems = checkPrebuild(file, arch)
    const newer = sources.find(source => mtimeOf(source) > mtimeOf(file))
    if (newer !== undefined) problems.push(`is older than ${newer}`)
    if (problems.length > 0) throw new Stop(`${file}: ${problems.join('; ')}; npm run prebuild builds it`)
  }
})
