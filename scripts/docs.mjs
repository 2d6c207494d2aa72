#!/usr/bin/env node
/** npm run docs: writes what is made from tables, from types and from the results of benchmarks. */
import { prepare } from './lib/build/build.mjs'
import { runMain } from './lib/console.mjs'
import { writeGenerated } from './lib/docs/generated.mjs'

await runMain(async () => {
  await prepare({ ts: true })
  await writeGenerated()
  return 0
})
