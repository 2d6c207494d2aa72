#!/usr/bin/env node
/** npm run check: types, lint, format and compiler warnings, all of them even when one fails. */
import { prepare } from './lib/build/build.mjs'
import { runMain } from './lib/console.mjs'
import { runChecks } from './lib/test/checks.mjs'

await runMain(async () => {
  await prepare({ check: true })
  const failed = await runChecks(line => console.log(line))
  return failed.length === 0 ? 0 : 1
})
