/** Runs a script in Windows node.exe, where `hyperv-job-errors` is this project and a simulator may answer. */
import { join } from 'node:path'
import { platform } from '../platform.mjs'
import { root } from '../project.mjs'

const preload = join(root, 'scripts', 'lib', 'wine', 'preload.cjs')

/** What a shell reports for a program that called abort(). */
const ABORT_CODE = 134

/** The version for everything that does not ask for one. */
export const defaultNodeVersion = platform.nodeVersions.at(-1)

/**
 * Resolves to `{ code, crashed, timedOut }`. `script` and `scenario` are absolute paths of this system; with a
 * scenario the simulator is started before the script. `nodeArgs` go to node.exe itself.
 */
export function runWindowsNode({
  script,
  args = [],
  scenario,
  nodeVersion = defaultNodeVersion,
  nodeArgs = [],
  env = {},
  cwd = root,
  stdout = chunk => process.stdout.write(chunk),
  stderr = chunk => process.stderr.write(chunk),
  timeoutMs,
}) {
  const simulate = scenario === undefined ? {} : { HYPERV_JOB_ERRORS_SCENARIO: platform.toNodePath(scenario) }
  const command = [
    '--require',
    platform.toNodePath(preload),
    ...nodeArgs,
    platform.toNodePath(script),
    ...args,
  ]
  return platform.runNode(nodeVersion, command, {
    cwd,
    env: { ...terminalEnvironment(), ...env, ...simulate },
    stdout,
    stderr,
    timeoutMs,
  })
}

/** The exit code to pass on. A crash is a failure even of a program that ended with 0. */
export function exitCodeOf({ code, crashed }) {
  return crashed && code === 0 ? ABORT_CODE : code
}

/** node.exe writes to files: only these variables can tell it that a person watches a terminal of some width. */
function terminalEnvironment() {
  const terminals = ['stdout', 'stderr'].filter(name => process[name].isTTY)
  if (terminals.length === 0) return {}
  const colour = !process.stdout.isTTY || process.env.NO_COLOR ? {} : { FORCE_COLOR: '1' }
  const columns = String(process[terminals[0]].columns ?? 80)
  return { HYPERV_JOB_ERRORS_TTY: terminals.join(), COLUMNS: columns, ...colour }
}
