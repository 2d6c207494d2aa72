/**
 * Compiles the Electron example against Electron's own types and this project's. Electron itself is not installed: its
 * package is only a download of the program, which the tests replace by a stub.
 */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Stop, say } from '../console.mjs'
import { mtimeOf } from '../files.mjs'
import { npm, run } from '../process.mjs'
import { cacheDir, root } from '../project.mjs'
import { typeScript } from './typescript.mjs'

const ELECTRON_VERSION = '45.4.1'
const source = join(root, 'examples', 'electron')

/** The built app: `dist` and `page`, as the example's own package.json expects them. */
const appDir = join(root, 'build', 'electron')

/** dist/lib has to be built before. */
export async function buildElectronExample() {
  const electronTypes = await ensureElectronTypes()
  rmSync(appDir, { recursive: true, force: true })
  mkdirSync(appDir, { recursive: true })
  cpSync(join(source, 'page'), join(appDir, 'page'), { recursive: true })
  const paths = {
    'hyperv-job-errors': [join(root, 'dist', 'lib', 'entries', 'index.d.ts')],
    'hyperv-job-errors/*': [join(root, 'dist', 'lib', 'entries', '*.d.ts')],
  }
  const renderer = join(source, 'src', 'renderer')
  await compile('main', {
    extends: join(source, 'tsconfig.json'),
    compilerOptions: { types: ['node'], paths },
    files: [electronTypes],
    include: [join(source, 'src')],
    exclude: [renderer],
  })
  await compile('renderer', {
    extends: join(renderer, 'tsconfig.json'),
    compilerOptions: { paths },
    include: [renderer],
  })
}

async function compile(name, { compilerOptions, ...config }) {
  const path = join(appDir, `tsconfig.${name}.json`)
  const output = { rootDir: join(source, 'src'), outDir: join(appDir, 'dist') }
  writeFileSync(path, JSON.stringify({ ...config, compilerOptions: { ...compilerOptions, ...output } }))
  const { code, output: messages } = await typeScript(['-p', path])
  if (code !== 0) throw new Stop(`${messages.trimEnd()}\nthe Electron example does not compile`)
}

/** Resolves to the path of electron.d.ts, taken out of the npm package. */
export async function ensureElectronTypes() {
  const folder = join(cacheDir, `electron-${ELECTRON_VERSION}`)
  const types = join(folder, 'package', 'electron.d.ts')
  if (mtimeOf(types) >= 0) return types
  say(`fetching the types of Electron ${ELECTRON_VERSION}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const packed = await npm(['pack', '--ignore-scripts', `electron@${ELECTRON_VERSION}`], { cwd: folder })
  const archive = `electron-${ELECTRON_VERSION}.tgz`
  if (mtimeOf(join(folder, archive)) < 0)
    throw new Stop(`npm cannot fetch Electron's types: ${packed.output}`)
  const unpacked = await run('tar', ['-xzf', archive, 'package/electron.d.ts'], { cwd: folder })
  if (unpacked.code !== 0) throw new Stop(`cannot unpack Electron's types: ${unpacked.output}`)
  rmSync(join(folder, archive))
  return types
}
