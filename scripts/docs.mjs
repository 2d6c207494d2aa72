#!/usr/bin/env node
/** npm run docs: writes the documents that are made from tables and from types. */
import { writeFileSync } from 'node:fs'
import { prepare } from './lib/build/build.mjs'
import { runMain } from './lib/console.mjs'
import { apiDocs, renderApi } from './lib/docs/api.mjs'
import { errorsDoc, renderErrors } from './lib/docs/errors-doc.mjs'

await runMain(async () => {
  await prepare({ ts: true })
  writeFileSync(errorsDoc, renderErrors())
  await renderApi(apiDocs)
  return 0
})
