/** The floors of lib/: what `npm run check` says of an import that goes upwards, and of a circle. */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { run } from '../lib/process.mjs'
import { root } from '../lib/project.mjs'

const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
const project = mkdtempSync(join(tmpdir(), 'floors-'))
after(() => rmSync(project, { recursive: true }))

/** From the top down; floors in one row do not import each other. */
const FLOORS = [
  ['entries'],
  ['cli'],
  ['telemetry', 'fleet', 'doctor', 'testing'],
  ['session'],
  ['diagnosis'],
  ['records'],
  ['wmi', 'cimxml'],
  ['cim'],
  ['base'],
]

/** Lints a project of these files under this project's rules; resolves to what Biome prints, '' when it is content. */
async function lint(files) {
  rmSync(join(project, 'lib'), { recursive: true, force: true })
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true })
    writeFileSync(join(project, path), text)
  }
  const { vcs: _vcs, ...rules } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'))
  writeFileSync(join(project, 'biome.json'), JSON.stringify(rules))
  cpSync(join(root, 'lib', 'biome.json'), join(project, 'lib', 'biome.json'))
  const args = ['lint', '--colors=off', '--error-on-warnings', project]
  const { code, output } = await run(process.execPath, [biome, ...args], { cwd: project })
  return code === 0 ? '' : output
}

const declares = name => `export const ${name} = 1\nexport type T${name} = number\n`
const imports = path => `export { a } from '${path}'\n`

test('every folder of lib/ is on a floor', () => {
  const folders = readdirSync(join(root, 'lib'), { withFileTypes: true }).filter(entry => entry.isDirectory())
  assert.deepEqual(
    folders.map(({ name }) => name).filter(name => !FLOORS.flat().includes(name)),
    [],
  )
})

test('an import from a lower floor is fine, from any depth', async () => {
  const files = { 'lib/session/watch/x.ts': imports('../../base/a'), 'lib/base/a.ts': declares('a') }
  assert.equal(await lint(files), '')
})

test('an import from a higher floor, or from one beside, is refused on every floor', async () => {
  for (const [row, floors] of FLOORS.entries()) {
    for (const floor of floors) {
      const beside = floors.filter(name => name !== floor)
      const refused = [...FLOORS.slice(0, row).flat(), ...beside]
      const files = Object.fromEntries(refused.map(name => [`lib/${name}/a.ts`, declares('a')]))
      refused.forEach((name, i) => {
        files[`lib/${floor}/deep/x${i}.ts`] = imports(`../../${name}/a`)
      })
      if (refused.length === 0) continue
      const output = await lint(files)
      refused.forEach((name, i) => {
        assert.match(
          output,
          new RegExp(`lib/${floor}/deep/x${i}\\.ts.*noRestrictedImports`),
          `${floor} → ${name}`,
        )
      })
    }
  }
})

test('a circle is refused, of types alone as well', async () => {
  const output = await lint({
    'lib/base/a.ts': `import type { Tb } from './b'\nexport type Ta = Tb\n`,
    'lib/base/b.ts': `import type { Ta } from './a'\nexport type Tb = Ta | 1\n`,
  })
  assert.match(output, /noImportCycles/)
})
