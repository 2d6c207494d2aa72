#!/usr/bin/env node
/** node scripts/check-pack.mjs: what `npm pack` would pack, and nothing else. Run it after a build and a prebuild. */
import { runMain } from './lib/console.mjs'
import { checkPack, listPack } from './lib/package/pack.mjs'

await runMain(async () => {
  const pack = await listPack()
  const problems = checkPack(pack)
  for (const problem of problems) console.log(`FAILED ${problem}`)
  if (problems.length > 0) return 1
  const { size, unpackedSize, files } = pack
  console.log(`ok     ${files.length} files, ${size} bytes packed, ${unpackedSize} bytes installed`)
})
