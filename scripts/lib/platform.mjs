/**
 * The one place that knows on which system the scripts run. A platform is
 * - `nodeVersions`: majors of Windows Node that can be run; `compilers`: names that buildAddon takes,
 * - `setUpBuild()`, `setUpCheck()`, `setUpRun(version)`: install what is missing, or throw a Stop that says why not,
 * - `setUpBrowser()`: installs Chromium, or throws a Stop that says why not,
 * - `setUpPrometheus()`: installs prometheus and promtool, or throws a Stop that says why not,
 * - `buildAddon(addon, { compiler, outDir })`: builds `<outDir>/<name>.node`, resolves to the compiler's warnings,
 * - `buildPrebuild(arch, file)`: builds the product's addon for the package, and writes it to the file,
 * - `buildProxies()`: builds what the simulator in a process of its own needs, where it can be had,
 * - `toNodePath(path)`: an absolute path as Windows node.exe spells it,
 * - `runNode(version, args, { cwd, env, stdout, stderr, timeoutMs })`: runs Windows node.exe to its end, resolves to
 *   `{ code, crashed, timedOut, interrupted }`; a signal to us ends it, and is then in `interrupted`.
 */
import { Stop } from './console.mjs'
import { onWindows } from './wine/on-windows.mjs'
import { onWine } from './wine/on-wine.mjs'

function refuse() {
  throw new Stop(
    `the native part needs Windows, or Debian or Ubuntu on x64 (this is ${process.platform}-${process.arch}); ` +
      'hyperv-job-errors/cimxml and hyperv-job-errors/diagnosis work on every system',
  )
}

const elsewhere = {
  nodeVersions: [],
  compilers: [],
  setUpBuild: async () => refuse(),
  // The checks of TypeScript remain, and need nothing but node_modules.
  setUpCheck: async () => {},
  setUpBrowser: async () => refuse(),
  setUpPrometheus: async () => refuse(),
  setUpRun: async () => refuse(),
  buildAddon: async () => refuse(),
  buildPrebuild: async () => refuse(),
  buildProxies: async () => refuse(),
  toNodePath: path => path,
  runNode: async () => refuse(),
}

function choose() {
  if (process.platform === 'win32') return onWindows
  return process.platform === 'linux' && process.arch === 'x64' ? onWine : elsewhere
}

export const platform = choose()
