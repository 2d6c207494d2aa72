#!/usr/bin/env node
/** npm run bench -- <name> [arguments]: a benchmark of bench/, in the Node that it is about. */
import { spawn } from 'node:child_process'
import { basename, join } from 'node:path'
import { prepare } from './lib/build/build.mjs'
import { buildCountingAddon } from './lib/build/counting-addon.mjs'
import { runMain, Stop, say } from './lib/console.mjs'
import { filesBelow } from './lib/files.mjs'
import { withLock } from './lib/lock.mjs'
import { ensureKoffi } from './lib/npm-packages.mjs'
import { platform } from './lib/platform.mjs'
import { root } from './lib/project.mjs'
import { defaultNodeVersion, exitCodeOf, runWindowsNode } from './lib/wine/windows-node.mjs'

/** Pure benchmarks, which run in the host's own Node; all others need the addon. */
const ON_HOST = ['decode', 'diagnosis']

await runMain(async ([name, ...args]) => {
  const folder = join(root, 'bench')
  const names = filesBelow(folder, path => path === join(folder, basename(path)) && path.endsWith('.ts')).map(
    path => basename(path, '.ts'),
  )
  if (!names.includes(name)) throw new Stop(`usage: npm run bench -- <${names.join('|')}> [arguments]`, 2)
  const script = join(root, 'dist', 'bench', `${name}.js`)
  if (ON_HOST.includes(name)) {
    await prepare({ ts: true })
    const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' })
    return new Promise(resolve => child.on('exit', code => resolve(code ?? 1)))
  }
  await prepare({ ts: true, native: true, simulator: true, bench: true, runVersions: [defaultNodeVersion] })
  const env =
    name === 'calls'
      ? { ...(await koffiEnvironment()), ...countingEnvironment() }
      : // OLE Automation keeps no BSTRs for reuse: the soak counts them.
        { HYPERV_BENCH_MARK: String(process.pid), OANOCACHE: '1' }
  return exitCodeOf(await runWindowsNode({ script, args, env }))
})

/** On Windows itself there is no cross compiler to link it with. */
function countingEnvironment() {
  if (process.platform !== 'linux') return {}
  return { HYPERV_BENCH_COUNTING: platform.toNodePath(buildCountingAddon()) }
}

/** Without koffi the bench reports the peer as missing, and why. */
async function koffiEnvironment() {
  try {
    return { HYPERV_JOB_ERRORS_KOFFI: platform.toNodePath(await withLock(ensureKoffi)) }
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    say(error.message)
    return {}
  }
}
