/** The package inside the bundle of an application, run in Windows node.exe. */
import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { cpSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { platform } from '../../scripts/lib/platform.mjs'
import { installedProject, onWindows, packagingTools, temporaryFolder, writeFiles } from './consumer.mjs'

const tools = await packagingTools()
const skip = platform.nodeVersions.length === 0 ? 'no Windows Node on this system' : tools.skip

const REPORT = `
  async function report(session) {
    const failed = await session.jobs({ failedOnly: true })
    const { errors, primary } = await session.getErrorEx(failed[0])
    await session.close()
    console.log(failed.length + ' failed: ' + errors[primary].message)
  }
`
const SOURCES = {
  'bundled.mjs': `import { connect } from 'hyperv-job-errors'
    import addon from 'hyperv-job-errors/win32-x64'
    ${REPORT}
    connect({ addon }).then(report)`,
  'forgotten.mjs': `import { connect } from 'hyperv-job-errors'
    connect().catch(error => console.log(error.code, error.message))`,
  'main.mjs': `import { connect } from 'hyperv-job-errors'
    ${REPORT}
    connect().then(report)`,
}

/** Writes the bundle of a source into a folder of its own, far from the package. Resolves to the bundle's path. */
const BUNDLERS = {
  async esbuild(source) {
    const outdir = temporaryFolder()
    await tools.require('esbuild').build({
      entryPoints: [source],
      outdir,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      loader: { '.node': 'copy' },
      logLevel: 'error',
    })
    return join(outdir, jsFile(outdir))
  },
  async webpack(source) {
    const outdir = temporaryFolder()
    const webpack = tools.require('webpack')
    const stats = await new Promise((resolve, reject) => {
      const options = {
        mode: 'production',
        target: 'node',
        entry: source,
        output: { path: outdir, filename: 'app.js' },
        module: { rules: [{ test: /\.node$/, loader: tools.require.resolve('node-loader') }] },
        node: { __dirname: false },
      }
      webpack(options, (error, stats) => (error ? reject(error) : resolve(stats)))
    })
    assert.deepEqual(stats.toJson({ all: false, errors: true }).errors, [])
    return join(outdir, 'app.js')
  },
}

describe('the package in a bundle', { skip }, () => {
  let folder
  before(async () => {
    folder = await installedProject()
    writeFiles(folder, SOURCES)
  })

  for (const [name, bundle] of Object.entries(BUNDLERS)) {
    test(`of ${name} takes the addon that the bundler has copied`, async () => {
      const script = await bundle(join(folder, 'bundled.mjs'))
      const { code, stdout, stderr } = await onWindows(script)
      assert.deepEqual([code, stderr], [0, ''])
      assert.match(stdout, /^4 failed: .*No credentials are available/)
    })

    test(`of ${name} says what to do when nobody named the addon, and looks nowhere`, async () => {
      const { stdout } = await onWindows(await bundle(join(folder, 'forgotten.mjs')))
      assert.match(stdout, /^ERR_LOAD cannot look for the native addon for win32-x64 from inside a bundle/)
      assert.match(stdout, /require\('hyperv-job-errors\/win32-x64'\)/)
    })
  }

  test('of Vite is left outside, as a main process is built', async () => {
    const { build } = await import(pathToFileURL(tools.path('vite', 'dist', 'node', 'index.js')))
    const outDir = join(folder, 'out')
    await build({
      root: folder,
      configFile: false,
      logLevel: 'error',
      build: { ssr: 'main.mjs', outDir, rollupOptions: { output: { format: 'cjs' } } },
    })
    const { code, stdout, stderr } = await onWindows(join(outDir, jsFile(outDir)))
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(stdout, /^4 failed: .*No credentials are available/)
  })

  test('of Vite, with all but the binary inside', async () => {
    const { build } = await import(pathToFileURL(tools.path('vite', 'dist', 'node', 'index.js')))
    const outDir = join(folder, 'inside')
    await build({
      root: folder,
      configFile: false,
      logLevel: 'error',
      ssr: { noExternal: true, external: ['hyperv-job-errors/win32-x64'] },
      build: {
        ssr: 'bundled.mjs',
        outDir,
        rollupOptions: { external: ['hyperv-job-errors/win32-x64'], output: { format: 'cjs' } },
      },
    })
    const { code, stdout, stderr } = await onWindows(join(outDir, jsFile(outDir)))
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(stdout, /^4 failed: .*No credentials are available/)
  })
})

describe('the package in an Electron application', { skip: tools.skip }, () => {
  let folder
  before(async () => {
    folder = await installedProject()
  })

  test('goes into an asar archive with the binaries beside it', async () => {
    const asar = tools.require('@electron/asar')
    const archive = join(temporaryFolder(), 'app.asar')
    await asar.createPackageWithOptions(folder, archive, { unpack: '**/*.node' })
    const names = asar.listPackage(archive).filter(name => /[\\/]hyperv-job-errors[\\/]/.test(name))
    const unpacked = names.filter(name => asar.statFile(archive, name.slice(1)).unpacked)
    const binaries = names.filter(name => name.endsWith('.node'))
    assert.equal(binaries.length, 2)
    assert.deepEqual(unpacked, binaries)
    const beside = readdirSync(`${archive}.unpacked`, { recursive: true }).filter(name =>
      name.endsWith('.node'),
    )
    assert.equal(beside.length, 2)
  })

  test('is nothing that electron-rebuild would build, unlike a module with a binding.gyp', async () => {
    cpSync(join(folder, 'node_modules', 'hyperv-job-errors'), join(folder, 'node_modules', 'other'), {
      recursive: true,
    })
    writeFiles(folder, {
      'node_modules/other/binding.gyp': '{}',
      'node_modules/other/package.json': JSON.stringify({ name: 'other', version: '1.0.0' }),
      'package.json': JSON.stringify({ name: 'app', dependencies: { 'hyperv-job-errors': '*', other: '*' } }),
    })
    const listed = await rebuildList(folder)
    assert.deepEqual(listed, ['other'])
  })
})

/** What electron-rebuild finds to build in a project; it is told to leave `other` alone. */
async function rebuildList(buildPath) {
  const folder = tools.path('@electron', 'rebuild', 'lib')
  const { Rebuilder } = await import(pathToFileURL(join(folder, 'rebuild.js')))
  const lifecycle = new EventEmitter()
  const found = once(lifecycle, 'modules-found')
  const rebuilder = new Rebuilder({
    buildPath,
    projectRootPath: buildPath,
    electronVersion: '38.0.0',
    platform: 'win32',
    arch: 'x64',
    ignoreModules: ['other'],
    lifecycle,
  })
  await rebuilder.rebuild()
  const [names] = await found
  return names
}

function jsFile(folder) {
  return readdirSync(folder).find(name => /\.[cm]?js$/.test(name))
}
