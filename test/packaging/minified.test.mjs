/** The errors of the package inside a minified bundle, which renames every class. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { installedProject, packagingTools, temporaryFolder, writeFiles } from './consumer.mjs'

const tools = await packagingTools()

const SOURCE = `
  import { connect, HyperVError, InvalidArgumentError, isHyperVError, WbemError } from 'hyperv-job-errors'
  import { decodeInstance, DecodeError } from 'hyperv-job-errors/cimxml'

  const failure = { hresult: 0x80041003, operation: 'ExecMethod', description: null, extendedOperation: null,
    parameterInfo: null, providerName: null }
  const thrown = work => { try { work() } catch (error) { return error } }
  const errors = [
    [await connect({ maxWorkers: 0 }).catch(error => error), InvalidArgumentError],
    [thrown(() => decodeInstance('<x')), DecodeError],
    [new WbemError(failure), WbemError],
  ]
  console.log(JSON.stringify(errors.map(([error, made]) =>
    [error.name, error.code, error instanceof made && error instanceof HyperVError, isHyperVError(error),
      error.stack.startsWith(error.name), JSON.parse(JSON.stringify(error)).name])))
`
const EXPECTED = [
  ['InvalidArgumentError', 'ERR_INVALID_ARG'],
  ['DecodeError', 'ERR_CIMXML'],
  ['WbemError', 'ERR_WBEM'],
].map(([name, code]) => [name, code, true, true, true, name])

/** Writes the minified bundle of a source into `outdir`, as one ES module. */
const BUNDLERS = {
  async esbuild(source, outdir) {
    const options = { bundle: true, minify: true, platform: 'node', format: 'esm', logLevel: 'error' }
    const banner = {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    }
    await tools
      .require('esbuild')
      .build({ ...options, banner, entryPoints: [source], outfile: join(outdir, 'app.mjs') })
  },
  async webpack(source, outdir) {
    const options = {
      mode: 'production',
      target: 'node',
      entry: source,
      experiments: { outputModule: true },
      output: { path: outdir, filename: 'app.mjs', module: true },
    }
    const stats = await new Promise((resolve, reject) => {
      tools.require('webpack')(options, (error, done) => (error ? reject(error) : resolve(done)))
    })
    assert.deepEqual(stats.toJson({ all: false, errors: true }).errors, [])
  },
  async vite(source, outdir) {
    const { build } = await import(pathToFileURL(tools.path('vite', 'dist', 'node', 'index.js')))
    await build({
      root: join(source, '..'),
      configFile: false,
      logLevel: 'error',
      ssr: { noExternal: true },
      build: {
        ssr: source,
        outDir: outdir,
        emptyOutDir: true,
        minify: true,
        rollupOptions: { output: { entryFileNames: 'app.mjs' } },
      },
    })
  },
}

describe('errors in a minified bundle', { skip: tools.skip }, () => {
  let folder
  before(async () => {
    folder = await installedProject()
    writeFiles(folder, { 'errors.mjs': SOURCE })
  })

  for (const [name, bundle] of Object.entries(BUNDLERS)) {
    test(`of ${name} keep name, code, class and mark`, async () => {
      const outdir = temporaryFolder()
      await bundle(join(folder, 'errors.mjs'), outdir)
      const code = readdirSync(outdir).map(file => readFileSync(join(outdir, file), 'utf8'))
      assert.ok(!code.some(text => /class WbemError\b/.test(text)), 'the bundle is not minified')
      const { stdout, stderr } = spawnSync(process.execPath, [join(outdir, 'app.mjs')], { encoding: 'utf8' })
      assert.deepEqual([stderr, JSON.parse(stdout || 'null')], ['', EXPECTED])
    })
  }
})
