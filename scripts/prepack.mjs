#!/usr/bin/env node
/**
 * Before `npm pack` and `npm publish`: what is packed is built from what lies here. The binaries are only checked,
 * because those of a release are built elsewhere (npm run prebuild builds them here).
 */
import { prepare } from './lib/build/build.mjs'
import { runMain, Stop } from './lib/console.mjs'
import { checkPrebuild, newerSource, prebuilds } from './lib/package/prebuilds.mjs'

await runMain(async () => {
  await prepare({ ts: true })
  for (const [arch, { file }] of Object.entries(prebuilds)) {
    const problems = checkPrebuild(file, arch)
    const newer = newerSource(file)
    if (newer !== undefined) problems.push(`is older than ${newer}`)
    if (problems.length > 0) throw new Stop(`${file}: ${problems.join('; ')}; npm run prebuild builds it`)
  }
})
