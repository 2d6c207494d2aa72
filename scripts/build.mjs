#!/usr/bin/env node
/** npm run build -- [--ts] [--native] [--simulator] [--compiler gcc|clang]: everything without a flag. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { prepare } from './lib/build/build.mjs'
import { runMain, Stop } from './lib/console.mjs'
import { withLock } from './lib/lock.mjs'
import { platform } from './lib/platform.mjs'
import { addons, root } from './lib/project.mjs'

const FLAG = { type: 'boolean', default: false }

await runMain(async args => {
  const { values } = parseArgs({
    args,
    options: { ts: FLAG, native: FLAG, simulator: FLAG, compiler: { type: 'string' } },
  })
  const { compiler } = values
  const parts =
    values.ts || values.native || values.simulator ? values : { ts: true, native: true, simulator: true }
  if (compiler === undefined) return prepare(parts)

  if (!platform.compilers.includes(compiler)) {
    throw new Stop(`no compiler ${compiler} here, only ${platform.compilers.join(' and ')}`, 2)
  }
  await prepare({ ts: parts.ts, check: true })
  await withLock(async () => {
    // Beside the default build, which stays as it is.
    const outDir = join(root, 'build', compiler)
    if (parts.native) await platform.buildAddon(addons.native, { compiler, outDir })
    if (parts.simulator) await platform.buildAddon(addons.simulator, { compiler, outDir })
  })
})
