#!/usr/bin/env node
/** npm run docs: writes what is made from tables, from types and from the results of benchmarks. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { prepare } from './lib/build/build.mjs'
import { runMain } from './lib/console.mjs'
import { apiDocs, renderApi } from './lib/docs/api.mjs'
import { errorsDoc, renderErrors } from './lib/docs/errors-doc.mjs'
import { plotFolder, renderPlots } from './lib/docs/plots.mjs'

await runMain(async () => {
  await prepare({ ts: true })
  writeFileSync(errorsDoc, renderErrors())
  await renderApi(apiDocs)
  for (const [file, svg] of Object.entries(await renderPlots())) writeFileSync(join(plotFolder, file), svg)
  return 0
})
