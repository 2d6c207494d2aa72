#!/usr/bin/env node
/** npm run win -- [options] <script> [args]: runs a script in Windows node.exe with the built addon. */
import { leadingOptions } from './lib/arguments.mjs'
import { prepare } from './lib/build/build.mjs'
import { runMain, Stop } from './lib/console.mjs'
import { mtimeOf } from './lib/files.mjs'
import { platform } from './lib/platform.mjs'
import { fromUser, userDirectory } from './lib/project.mjs'
import { defaultNodeVersion, exitCodeOf, runWindowsNode } from './lib/wine/windows-node.mjs'

const USAGE = `usage: npm run win -- [--node ${platform.nodeVersions.join('|')}] [--simulate <scenario.json>] [--no-build] <script> [arguments]`
const OPTIONS = {
  node: { type: 'string', default: defaultNodeVersion },
  simulate: { type: 'string' },
  'no-build': { type: 'boolean', default: false },
}

await runMain(async argv => {
  const { values, rest } = leadingOptions(argv, OPTIONS, USAGE)
  const [script, ...args] = rest
  if (script === undefined) throw new Stop(USAGE, 2)
  const nodeVersion = values.node
  if (nodeVersion !== defaultNodeVersion && !platform.nodeVersions.includes(nodeVersion))
    throw new Stop(`no Windows Node ${nodeVersion} here\n${USAGE}`, 2)
  const scenario = values.simulate === undefined ? undefined : fromUser(values.simulate)
  for (const file of [fromUser(script), scenario]) {
    if (file !== undefined && mtimeOf(file) < 0) throw new Stop(`no such file: ${file}`, 2)
  }
  const build = !values['no-build']
  await prepare({
    ts: build,
    native: build,
    simulator: build && scenario !== undefined,
    runVersions: [nodeVersion],
  })
  const result = await runWindowsNode({
    script: fromUser(script),
    args,
    scenario,
    nodeVersion,
    cwd: userDirectory(),
  })
  return exitCodeOf(result)
})
