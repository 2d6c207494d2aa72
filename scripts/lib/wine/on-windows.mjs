/** The platform interface (see platform.mjs) on Windows: Visual Studio through node-gyp, and the node that runs us. */
import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readGyp } from '../build/gyp.mjs'
import { Stop, say } from '../console.mjs'
import { filesBelow, mtimeOf, signatureOf } from '../files.mjs'
import { run } from '../process.mjs'
import { root } from '../project.mjs'

const ownMajor = process.versions.node.split('.')[0]

export const onWindows = {
  nodeVersions: [ownMajor],
  compilers: ['msvc'],

  async setUpBuild() {
    // node-gyp says itself, and better, what is missing of Python and Visual Studio.
  },

  async setUpCheck() {
    // The compiler's own warnings are all there is to check with; nothing to install.
  },

  async setUpBrowser() {
    throw new Stop('the tests in Chromium run on Debian and Ubuntu only')
  },

  async setUpPrometheus() {
    throw new Stop('Prometheus is run on Debian and Ubuntu only')
  },

  async setUpRun(version) {
    if (version !== ownMajor)
      throw new Stop(`Node ${version} is not the one that runs this (${process.version})`)
  },

  async buildAddon(addon, { outDir = addon.outDir } = {}) {
    const output = join(outDir, `${addon.name}.node`)
    const stamp = join(outDir, `${addon.name}.sources`)
    const folders = new Set(readGyp(addon.gyp).sources.map(source => dirname(source)))
    const sources = [...folders].flatMap(folder => filesBelow(folder, path => /\.(?:cc|h)$/.test(path)))
    const signature = `${process.version} ${signatureOf([addon.gyp, ...sources])}`
    if (mtimeOf(output) >= 0 && mtimeOf(stamp) >= 0 && readFileSync(stamp, 'utf8') === signature) return ''
    say(`building ${addon.name} with node-gyp`)
    const nodeGyp = join(root, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js')
    const result = await run(process.execPath, [nodeGyp, 'rebuild', '-C', dirname(addon.gyp)])
    if (result.code !== 0) throw new Stop(`${result.output}\n${addon.name} does not build`)
    // node-gyp always builds beside the binding.gyp.
    const built = join(dirname(addon.gyp), 'build', 'Release', `${addon.name}.node`)
    mkdirSync(outDir, { recursive: true })
    if (built !== output) copyFileSync(built, output)
    writeFileSync(stamp, signature)
    return (result.output.match(/^.*\bwarning C\d+:.*$/gm) ?? []).join('\n')
  },

  /** prebuildify knows itself where the file belongs. The linker keeps symbols in a file of their own. */
  async buildPrebuild(arch) {
    const tool = join(root, 'node_modules', 'prebuildify', 'bin.js')
    const args = [tool, '--napi', '--name', 'node.napi', '--arch', arch]
    const tag = arch === 'arm64' ? ['--tag-armv', '8'] : []
    const { code } = await run(process.execPath, [...args, ...tag], { cwd: root, output: 'inherit' })
    if (code !== 0) throw new Stop(`prebuildify ended with exit code ${code}`)
  },

  async buildProxies() {
    // Made with Wine's tools only: the tests that need them skip themselves here.
  },

  toNodePath: path => path,

  runNode(_version, args, { cwd, env, stdout, stderr, timeoutMs = 0 }) {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, args, {
        cwd,
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: timeoutMs,
      })
      child.stdout.on('data', stdout)
      child.stderr.on('data', stderr)
      child.on('error', reject)
      child.on('close', (code, signal) => {
        resolve({
          code: code ?? 1,
          crashed: (code ?? 0) >= 0xc0000000,
          timedOut: signal !== null && timeoutMs > 0,
        })
      })
    })
  },
}
