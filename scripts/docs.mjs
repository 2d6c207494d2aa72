#!/usr/bin/env node
/** npm run docs: writes the documents that are made from tables. */
import { writeFileSync } from 'node:fs'
import { prepare } from './lib/build/build.mjs'
import { runMain } from './lib/console.mjs'
import { errorsDoc, renderErrors } from './lib/test/errors-doc.mjs'

await runMain(async () => {
  await prepare({ ts: true })
  writeFileSync(errorsDoc, renderErrors())
  return 0
})
