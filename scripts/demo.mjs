#!/usr/bin/env node
/** npm run demo: jobs of an invented host, read through WMI from the simulator, and one that fails while it is watched. */
import { join } from 'node:path'
import { prepare } from './lib/build/build.mjs'
import { runMain } from './lib/console.mjs'
import { root } from './lib/project.mjs'
import { defaultNodeVersion, exitCodeOf, runWindowsNode } from './lib/wine/windows-node.mjs'

await runMain(async () => {
  await prepare({ ts: true, native: true, simulator: true, runVersions: [defaultNodeVersion] })
  const result = await runWindowsNode({
    script: join(root, 'scripts', 'lib', 'wine', 'demo-main.cjs'),
    scenario: join(root, 'test', 'fixtures', 'demo.json'),
  })
  return exitCodeOf(result)
})
