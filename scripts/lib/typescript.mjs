/** Compiles the TypeScript sources to dist/, when they changed. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { Stop, say } from './console.mjs'
import { filesBelow, mtimeOf, signatureOf } from './files.mjs'
import { run } from './process.mjs'
import { root } from './project.mjs'

const SOURCE_FOLDERS = ['lib', 'simulator', 'test', 'bench']
const dist = join(root, 'dist')
const stamp = join(dist, '.sources')

export async function buildTypeScript() {
  const folders = SOURCE_FOLDERS.map(name => join(root, name))
  const sources = folders.flatMap(folder => filesBelow(folder, path => path.endsWith('.ts')))
  // The compiler itself is part of the inputs, as its settings are.
  const settings = ['tsconfig.json', 'package.json', 'node_modules/typescript/package.json']
  const signature = signatureOf([...settings.map(name => join(root, name)), ...sources])
  if (mtimeOf(stamp) >= 0 && readFileSync(stamp, 'utf8') === signature) return
  say('compiling TypeScript')
  rmSync(stamp, { force: true })
  removeOrphans(sources)
  const { code, output } = await typeScript(['-p', root])
  if (code !== 0) throw new Stop(`${output.trimEnd()}\nthe TypeScript sources do not compile`)
  writeFileSync(stamp, signature)
}

export function typeScript(args) {
  return run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), ...args], {
    cwd: root,
  })
}

/** Output of a source that is gone: it must not be run as a test any more, nor be packed. */
function removeOrphans(sources) {
  const expected = new Set(sources.map(source => relative(root, source).replace(/\.ts$/, '')))
  const output = /\.(?:js|js\.map|d\.ts)$/
  const compiled = SOURCE_FOLDERS.flatMap(name => filesBelow(join(dist, name), path => output.test(path)))
  const orphans = compiled.filter(path => !expected.has(relative(dist, path).replace(output, '')))
  for (const path of orphans) rmSync(path)
  // An incremental compile would not write again what it thinks is there.
  if (orphans.length > 0 || !compiled.some(path => path.endsWith('.js'))) {
    rmSync(join(dist, '.tsbuildinfo'), { force: true })
  }
}
