/** Projects that use the package as its users do: installed from the tarball that npm packs. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Stop } from '../../scripts/lib/console.mjs'
import { filesBelow } from '../../scripts/lib/files.mjs'
import { withLock } from '../../scripts/lib/lock.mjs'
import { ensurePackagingTools } from '../../scripts/lib/npm-packages.mjs'
import { npm, run } from '../../scripts/lib/process.mjs'
import { root } from '../../scripts/lib/project.mjs'
import { exitCodeOf, runWindowsNode } from '../../scripts/lib/wine/windows-node.mjs'

const QUIET = ['--no-audit', '--no-fund', '--no-update-notifier', '--ignore-scripts']
/** A job list with four failed jobs. */
export const demoScenario = join(root, 'test', 'fixtures', 'demo.json')

/** A new folder, removed when the process ends. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'packaging-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

/** Packs as `npm publish` would. Resolves to the path of the tarball. */
export async function pack() {
  const folder = temporaryFolder()
  const { code, output } = await npm(['pack', '--pack-destination', folder], { cwd: root })
  const [tarball] = filesBelow(folder, path => path.endsWith('.tgz'))
  if (code !== 0 || tarball === undefined) throw new Error(`npm pack failed: ${output}`)
  return tarball
}

/** A new project that depends on the tarball, not installed yet. */
export function makeProject(tarball, manifest = {}) {
  const folder = join(temporaryFolder(), 'app')
  mkdirSync(folder)
  const dependencies = { 'hyperv-job-errors': `file:${tarball}` }
  writeFiles(folder, {
    'package.json': JSON.stringify({
      name: 'app',
      version: '1.0.0',
      private: true,
      dependencies,
      ...manifest,
    }),
  })
  return folder
}

export function writeFiles(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

/** A project with the package installed by npm. */
export async function installedProject(tarball = undefined) {
  const folder = makeProject(tarball ?? (await pack()))
  await must(npm(['install', ...QUIET], { cwd: folder }))
  return folder
}

/** The output of a command that has to succeed. */
export async function must(running) {
  const { code, output } = await running
  if (code !== 0) throw new Error(`exit code ${code}:\n${output}`)
  return output
}

export function node(args, options) {
  return run(process.execPath, args, options)
}

/**
 * The test-only tools: `{ path(…names), require, skip }`. Without them `skip` says why, for the tests that need
 * them.
 */
export async function packagingTools() {
  try {
    const folder = await withLock(ensurePackagingTools)
    const modules = join(folder, 'node_modules')
    return {
      skip: false,
      path: (...names) => join(modules, ...names),
      require: createRequire(join(folder, 'package.json')),
    }
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    return { skip: error.message }
  }
}

/** Runs a script in Windows node.exe, with the simulated jobs. Resolves to `{ code, stdout, stderr }`. */
export async function onWindows(script, options = {}) {
  const output = { stdout: '', stderr: '' }
  const result = await runWindowsNode({
    script,
    cwd: dirname(script),
    scenario: demoScenario,
    timeoutMs: 60_000,
    ...options,
    stdout: chunk => {
      output.stdout += chunk
    },
    stderr: chunk => {
      output.stderr += chunk
    },
  })
  return { code: exitCodeOf(result), ...output }
}
