/** What npm packs, and what must be true of it. */
import { readFileSync } from 'node:fs'
import { join, posix, relative } from 'node:path'
import { Stop } from '../console.mjs'
import { npm } from '../process.mjs'
import { root } from '../project.mjs'
import { entryNames, TABLES } from './package.mjs'
import { prebuilds } from './prebuilds.mjs'
import { typeFiles } from './types.mjs'

const MAX_INSTALLED_BYTES = 1_600_000
/** Run by npm when somebody installs the package. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare', 'preprepare', 'postprepare']
/** Parts that the entries share; the bundler names them. */
const SHARED = /^dist\/package\/cjs\/shared-[\w-]+\.js$/
const BINARIES = Object.keys(prebuilds).map(arch => `win32-${arch}`)
/** Of one file to another, as in `from './errors'` and `require('../x.js')`. */
const REFERENCE = /(?:\bfrom\s*|\brequire\(|\bimport\()\s*['"](\.{1,2}\/[^'"]+)['"]/g

/** `{ size, unpackedSize, files: [path], manifest, read(path) }`. */
export async function listPack() {
  // npm's own messages go to the same place as its answer.
  const { code, output } = await npm(['pack', '--dry-run', '--json', '--ignore-scripts', '--silent'], {
    cwd: root,
  })
  const start = output.indexOf('[\n')
  if (code !== 0 || start < 0) throw new Stop(`npm pack failed: ${output.trim()}`)
  const [{ size, unpackedSize, files }] = JSON.parse(output.slice(start))
  const read = path => readFileSync(join(root, path), 'utf8')
  const manifest = JSON.parse(read('package.json'))
  return { size, unpackedSize, files: files.map(({ path }) => path), manifest, read }
}

/** The complaints about a pack; none when it may be published. */
export function checkPack({ unpackedSize, files, manifest, read }) {
  const expected = expectedFiles()
  const missing = expected.filter(path => !files.includes(path))
  const stray = files.filter(path => !expected.includes(path) && !SHARED.test(path))
  const scripts = INSTALL_SCRIPTS.filter(name => manifest.scripts?.[name] !== undefined)
  const dependencies = Object.keys(manifest.dependencies ?? {})
  return [
    ...missing.map(path => `does not hold ${path}`),
    ...stray.map(path => `holds ${path}`),
    ...scripts.map(name => `has the script ${name}, which runs when the package is installed`),
    ...(dependencies.join() === 'bindings' ? [] : [`depends on ${dependencies.join(', ') || 'nothing'}`]),
    ...targetsOf(manifest)
      .filter(path => !files.includes(path))
      .map(path => `names ${path} in package.json, and does not hold it`),
    ...files
      .filter(path => /\.(?:m?js|d\.m?ts)$/.test(path))
      .flatMap(path => checkText(path, read(path), files)),
    ...lostLinks('README.md', read('README.md'), files),
    ...(unpackedSize < MAX_INSTALLED_BYTES
      ? []
      : [`takes ${unpackedSize} bytes, ${MAX_INSTALLED_BYTES} or more`]),
  ]
}

function expectedFiles() {
  const path = file => relative(root, file).replaceAll('\\', '/')
  const both = name => [`cjs/${name}.js`, `esm/${name}.mjs`, `esm/${name}.d.mts`]
  const code = [
    'cjs/cli.js',
    'LICENSE-thirdparty',
    'scenario.schema.json',
    ...Object.keys(TABLES).map(name => `cjs/${name}.js`),
    ...[...entryNames(), ...BINARIES].flatMap(both),
    ...BINARIES.map(name => `cjs/${name}.d.ts`),
    ...typeFiles(entryNames()).map(file => `types/${file}`),
  ]
  return [
    ...['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'SECURITY.md'],
    ...['electron', 'fleet', 'testing', 'troubleshooting', 'verification'].map(name => `docs/${name}.md`),
    ...code.map(name => `dist/package/${name}`),
    ...Object.values(prebuilds).map(({ file }) => path(file)),
  ]
}

/** Every file that `main`, `types`, `bin` and `exports` name. */
function targetsOf({ main, types, bin, exports }) {
  const leaves = value =>
    typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [value]
  return leaves([main, types, bin, exports])
    .filter(path => path !== undefined)
    .map(path => posix.normalize(path))
}

/** Links of the page that npm shows, to what is not packed. */
function lostLinks(path, text, files) {
  const targets = [...text.matchAll(/\]\(([^)#\s]+)/g)].map(([, target]) => target)
  const lost = targets.filter(target => !/^\w+:/.test(target) && !files.includes(target))
  return lost.map(target => `${path} links to ${target}, which is not packed`)
}

/** A source map or another file that a file refers to, and that is not packed. */
function checkText(path, text, files) {
  const maps = text.includes('//# sourceMappingURL=') ? [`${path} refers to a source map`] : []
  const references = [...text.matchAll(REFERENCE)].map(([, reference]) => reference)
  const lost = references.filter(reference => {
    const target = posix.join(posix.dirname(path), reference)
    const names = [
      target,
      `${target}.js`,
      `${target}.d.ts`,
      `${target}/index.d.ts`,
      target.replace(/\.js$/, '.d.ts'),
    ]
    return !names.some(name => files.includes(name))
  })
  return [...maps, ...lost.map(reference => `${path} refers to ${reference}, which is not packed`)]
}
