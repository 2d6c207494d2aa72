/** Line and branch coverage of lib/, from what V8 wrote during the unit tests. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { filesBelow } from '../files.mjs'
import { run } from '../process.mjs'
import { root } from '../project.mjs'

/** Pure code that every decoded record goes through: each line and branch of it is tested. */
const COMPLETE = ['dist/lib/cim', 'dist/lib/cimxml', 'dist/lib/records']
const c8 = join(root, 'node_modules', 'c8', 'bin', 'c8.js')
const rawDir = join(root, 'coverage', 'tmp')

/** The environment in which tests leave their coverage. */
export function startCoverage() {
  rmSync(rawDir, { recursive: true, force: true })
  return { NODE_V8_COVERAGE: rawDir }
}

/** A module that no test loads would not be in the figures at all, so each is loaded once. */
function loadAll() {
  const modules = COMPLETE.flatMap(folder => filesBelow(join(root, folder), path => path.endsWith('.js')))
  const script = `for (const path of ${JSON.stringify(modules)}) require(path)`
  return run(process.execPath, ['-e', script], {
    cwd: root,
    env: { ...process.env, NODE_V8_COVERAGE: rawDir },
  })
}

/** Prints the summary; resolves to the complaint when a part that must be covered completely is not. */
export async function reportCoverage(print) {
  await loadAll()
  const summary = await runC8([
    'report',
    '--include',
    'dist/lib/**',
    '--reporter',
    'text-summary',
    '--reporter',
    'html',
  ])
  print(summary.output.trimEnd())
  const includes = COMPLETE.flatMap(folder => ['--include', `${folder}/**`])
  const complete = await runC8([
    ...['report', ...includes, '--reporter', 'text'],
    ...['--check-coverage', '--lines', '100', '--branches', '100', '--functions', '0', '--statements', '0'],
  ])
  return complete.code === 0 ? undefined : complete.output.trimEnd()
}

function runC8(args) {
  return run(process.execPath, [c8, ...args, '--temp-directory', rawDir], {
    cwd: root,
  })
}
