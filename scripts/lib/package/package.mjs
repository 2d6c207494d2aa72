/**
 * Builds what the package runs, dist/package/: a few CommonJS files instead of the many of dist/lib/, because each file
 * costs time at import; ES modules that pass them on, so that both kinds share one instance; and the entries that name
 * a binary, for bundlers. The types are those of dist/lib/, rolled up.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { join, relative } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { typeScript } from '../build/typescript.mjs'
import { Stop, say } from '../console.mjs'
import { filesBelow, mtimeOf, signatureOf } from '../files.mjs'
import { root } from '../project.mjs'
import { prebuilds } from './prebuilds.mjs'
import { rollUpTypes } from './types.mjs'

const esm = join(root, 'build', 'esm')
const output = join(root, 'dist', 'package')
const stamp = join(root, 'dist', '.package')

/** Entry → its module below lib/; package.json says which there are. */
const ENTRIES = Object.fromEntries(entryNames().map(name => [name, `entries/${name}`]))
const PROGRAMS = { cli: 'cli/main' }
/** Tables that the modules beside them require by these names, when they need them. */
export const TABLES = {
  codes: 'diagnosis/data/codes',
  failures: 'diagnosis/data/failures',
  'hresult-symbols': 'base/hresult-symbols',
  'message-ids': 'diagnosis/data/message-ids',
  sources: 'diagnosis/data/sources',
}

/** Without indentation and comments, which the types have; names stay, for stack traces. */
const SHRINK = { minifyWhitespace: true, legalComments: 'none' }
/** The chunk of other packages, in which nobody of ours looks for a name. */
const FOREIGN = 'foreign'
const FOREIGN_FILES = /[\\/]node_modules[\\/]/
const isForeign = path => FOREIGN_FILES.test(path)

export async function buildPackage() {
  const sources = filesBelow(join(root, 'lib'), path => path.endsWith('.ts'))
  const settings = [
    'tsconfig.json',
    'tsconfig.package.json',
    'scripts/lib/package/package.mjs',
    'scripts/lib/package/types.mjs',
    'package-lock.json',
  ]
  const signature = signatureOf([...settings.map(name => join(root, name)), ...sources])
  const isBuilt = [stamp, output].every(path => mtimeOf(path) >= 0)
  if (isBuilt && readFileSync(stamp, 'utf8') === signature) return
  say('bundling the package')
  for (const path of [stamp, output, esm]) rmSync(path, { recursive: true, force: true })
  const { code, output: complaints } = await typeScript(['-p', join(root, 'tsconfig.package.json')])
  if (code !== 0) throw new Stop(`${complaints.trimEnd()}\nthe sources of the package do not compile`)
  await bundle()
  mkdirSync(join(output, 'esm'))
  const require = createRequire(import.meta.url)
  const valuesOf = name => Object.keys(require(join(output, 'cjs', `${name}.js`)))
  for (const name of Object.keys(ENTRIES)) writeModule(name, valuesOf(name))
  const { scenarioSchema } = require(join(output, 'cjs', 'testing.js'))
  write('scenario.schema.json', `${JSON.stringify(scenarioSchema)}\n`)
  for (const [arch, { file }] of Object.entries(prebuilds)) writeBinaryEntry(`win32-${arch}`, file)
  await rollUpTypes(ENTRIES, join(root, 'dist', 'lib'), join(output, 'types'), valuesOf)
  writeFileSync(stamp, signature)
}

/** Every module that package.json exports, as a file of lib/entries/. */
export function entryNames() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const modules = Object.keys(exports).filter(name => !/^\.\/(?:win32-\w+|[\w.]+\.json)$/.test(name))
  return modules.map(name => (name === '.' ? 'index' : name.slice(2)))
}

async function bundle() {
  // Not before they have been installed.
  const [{ rollup }, { transform }, { nodeResolve }, { default: commonjs }] = await Promise.all([
    import('rollup'),
    import('esbuild'),
    import('@rollup/plugin-node-resolve'),
    import('@rollup/plugin-commonjs'),
  ])
  const entries = Object.entries({ ...ENTRIES, ...PROGRAMS, ...TABLES })
  const build = await rollup({
    input: Object.fromEntries(entries.map(([name, module]) => [name, join(esm, `${module}.js`)])),
    external: (id, importer) => id === 'bindings' || (isBuiltin(id) && !isUnusedByCommander(id, importer)),
    plugins: [withoutChildProcess, nodeResolve(), commonjs({ include: FOREIGN_FILES })],
    onLog(_level, { message }) {
      throw new Stop(`cannot bundle the package: ${message}`)
    },
  })
  const { output: chunks } = await build.write({
    dir: join(output, 'cjs'),
    format: 'cjs',
    entryFileNames: '[name].js',
    chunkFileNames: 'shared-[name].js',
    manualChunks: chunkOf,
    plugins: [
      {
        name: 'shrink',
        renderChunk: (code, { name }) => transform(code, name === FOREIGN ? { minify: true } : SHRINK),
      },
      { name: 'deflate', renderChunk: (code, { name }) => (name in TABLES ? deflated(code) : null) },
    ],
    generatedCode: 'es2015',
    // Plain data properties: named imports of the ES modules rely on them.
    externalLiveBindings: false,
  })
  await build.close()
  writeLicences(chunks.flatMap(({ moduleIds }) => moduleIds))
}

/** A table is one long text, a tenth of the package as it stands, and read when it is needed. */
function deflated(code) {
  const module = {}
  new Function('exports', code)(module)
  const [[name, text], ...rest] = Object.entries(module)
  if (rest.length > 0 || typeof text !== 'string') throw new Stop(`a table exports one text, not ${name}`)
  const packed = deflateRawSync(text, { level: 9 }).toString('base64')
  const inflate = `require('node:zlib').inflateRawSync(Buffer.from('${packed}','base64')).toString()`
  return `'use strict'\nexports.${name}=${inflate}\n`
}

/** It serves commands that are programs of their own. We have none, and loading it takes 4 ms. */
function isUnusedByCommander(id, importer) {
  return id === 'node:child_process' && /node_modules[\\/]commander[\\/]/.test(importer ?? '')
}

const NOTHING = '\0nothing'
const withoutChildProcess = {
  name: 'without-child-process',
  resolveId: (id, importer) => (isUnusedByCommander(id, importer) ? NOTHING : null),
  load: id => (id === NOTHING ? 'export default {}' : null),
}

/** The licences of the packages whose code is in the bundle. */
function writeLicences(modules) {
  const folders = modules.map(id => /[^\0]*node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.[0])
  const texts = [...new Set(folders.filter(folder => folder !== undefined))].sort().map(folder => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const file = readdirSync(folder).find(entry => /^licen[cs]e/i.test(entry))
    if (file === undefined) throw new Stop(`${name} is bundled and has no licence file`)
    return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
  })
  const intro = 'The command line tool, cjs/cli.js and the files it loads, holds code of these packages.\n'
  write('LICENSE-thirdparty', [intro, ...texts].join(`\n${'-'.repeat(80)}\n\n`))
}

const tables = Object.values(TABLES).map(module => join(esm, `${module}.js`))

/** What an import loads is decided here and not by the bundler: decoding needs `core` alone, in one file. */
function chunkOf(path) {
  if (tables.includes(path)) return undefined
  if (isForeign(path)) return FOREIGN
  const [floor] = relative(esm, path).split(/[\\/]/)
  if (/^(?:base|cim|cimxml|records)$/.test(floor)) return 'core'
  // The errors are what the command line has to know before there is a session.
  if (/^(?:wmi[\\/](?:wbem-error|policy)|session[\\/]job-errors)\.js$/.test(relative(esm, path)))
    return 'core'
  if (/^(?:wmi|session)$/.test(floor)) return 'session'
  return floor === 'diagnosis' ? 'diagnosis' : undefined
}

function writeModule(name, names) {
  write(
    `esm/${name}.mjs`,
    `export {\n${names.map(name => `  ${name},\n`).join('')}} from '../cjs/${name}.js'\n`,
  )
  write(`esm/${name}.d.mts`, `export * from '../types/${name}.js'\n`)
}

/** The path stands there literally: only so do bundlers see it. */
function writeBinaryEntry(name, file) {
  const path = `../../../${relative(root, file).replaceAll('\\', '/')}`
  const type = extension => `import type { NativeAddon } from '../types/index${extension}'\n\n`
  const declaration = 'declare const addon: NativeAddon\n'
  write(`cjs/${name}.js`, `'use strict'\nmodule.exports = require('${path}')\n`)
  write(`cjs/${name}.d.ts`, `${type('')}${declaration}export = addon\n`)
  write(`esm/${name}.mjs`, `import addon from '../cjs/${name}.js'\n\nexport default addon\n`)
  write(`esm/${name}.d.mts`, `${type('.js')}${declaration}export default addon\n`)
}

function write(path, text) {
  writeFileSync(join(output, path), text)
}
