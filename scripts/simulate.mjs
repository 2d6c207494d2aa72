#!/usr/bin/env node
/** npm run simulate -- <scenario.json> <command line arguments>: the command line tool against the simulator. */
import { join } from 'node:path'
import { prepare } from './lib/build/build.mjs'
import { runMain, Stop } from './lib/console.mjs'
import { mtimeOf } from './lib/files.mjs'
import { fromUser, root, userDirectory } from './lib/project.mjs'
import { defaultNodeVersion, exitCodeOf, runWindowsNode } from './lib/wine/windows-node.mjs'

await runMain(async ([scenario, ...args]) => {
  if (scenario === undefined) throw new Stop('usage: npm run simulate -- <scenario.json> <arguments>', 2)
  if (mtimeOf(fromUser(scenario)) < 0) throw new Stop(`no such file: ${fromUser(scenario)}`, 2)
  await prepare({ ts: true, native: true, simulator: true, runVersions: [defaultNodeVersion] })
  const result = await runWindowsNode({
    script: join(root, 'dist', 'lib', 'cli', 'main.js'),
    args,
    scenario: fromUser(scenario),
    cwd: userDirectory(),
  })
  return exitCodeOf(result)
})
