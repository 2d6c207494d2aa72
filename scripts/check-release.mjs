#!/usr/bin/env node
/** node scripts/check-release.mjs <tag>: whether this version may be published under that tag. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runMain, Stop } from './lib/console.mjs'
import { releaseProblems } from './lib/package/release.mjs'
import { root } from './lib/project.mjs'

await runMain(async ([tag, ...rest]) => {
  if (tag === undefined || rest.length > 0) throw new Stop('usage: node scripts/check-release.mjs <tag>', 2)
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const problems = releaseProblems(manifest, tag)
  for (const problem of problems) console.log(`FAILED ${problem}`)
  return problems.length === 0 ? 0 : 1
})
