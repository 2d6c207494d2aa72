/** Compiles the TypeScript sources to dist/; the compiler knows what has changed. */
import { rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { Stop } from '../console.mjs'
import { filesBelow } from '../files.mjs'
import { run } from '../process.mjs'
import { root } from '../project.mjs'

const SOURCE_FOLDERS = ['lib', 'simulator', 'test', 'bench']
const dist = join(root, 'dist')

export async function buildTypeScript() {
  removeOrphans()
  const { code, output } = await typeScript(['-b', root])
  if (code !== 0) throw new Stop(`${output.trimEnd()}\nthe TypeScript sources do not compile`)
}

export function typeScript(args) {
  return run(process.execPath, [join(root, 'node_modules', 'typescript-7', 'bin', 'tsc'), ...args], {
    cwd: root,
  })
}

/** Output of a source that is gone: it must not be run as a test any more, nor be packed. */
function removeOrphans() {
  const below = (folder, pattern) =>
    SOURCE_FOLDERS.flatMap(name => filesBelow(join(folder, name), path => pattern.test(path)))
  const expected = new Set(below(root, /\.ts$/).map(source => relative(root, source).replace(/\.ts$/, '')))
  const output = /\.(?:js|js\.map|d\.ts)$/
  for (const path of below(dist, output)) {
    if (!expected.has(relative(dist, path).replace(output, ''))) rmSync(path)
  }
}
