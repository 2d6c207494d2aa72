/** The checks of what is packed, on the package and on what must not pass. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { checkPack, listPack } from '../../scripts/lib/package/pack.mjs'
import { root } from '../../scripts/lib/project.mjs'

const pack = await listPack()

describe('the package', () => {
  test('passes, also by the command', () => {
    assert.deepEqual(checkPack(pack), [])
    const { status, stdout } = spawnSync(process.execPath, [join(root, 'scripts', 'check-pack.mjs')])
    assert.equal(status, 0, String(stdout))
    assert.match(String(stdout), /^ok +\d+ files, \d+ bytes packed, \d+ bytes installed\n$/)
  })

  const withFile = path => ({ ...pack, files: [...pack.files, path] })
  const withManifest = changes => ({ ...pack, manifest: { ...pack.manifest, ...changes } })
  /** A file of the package with another text. */
  const withText = (path, text) => ({ ...pack, read: name => (name === path ? text : pack.read(name)) })

  const strays = [
    'binding.gyp',
    'native/addon.cc',
    'dist/simulator/index.js',
    'dist/lib/entries/index.js',
    'dist/lib/entries/index.js.map',
    'dist/lib/cli/main.d.ts',
    'dist/.tsbuildinfo',
    'build/Release/hyperv_job_errors.node',
    'prebuilds/win32-ia32/node.napi.node',
  ]
  for (const path of strays) {
    test(`does not pass with ${path}`, () => {
      assert.ok(checkPack(withFile(path)).includes(`holds ${path}`))
    })
  }

  for (const path of pack.files.filter(path => path.startsWith('prebuilds/') || path === 'LICENSE')) {
    test(`does not pass without ${path}`, () => {
      const files = pack.files.filter(other => other !== path)
      assert.ok(checkPack({ ...pack, files }).includes(`does not hold ${path}`))
    })
  }

  for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) {
    test(`does not pass with the script ${script}`, () => {
      const problems = checkPack(withManifest({ scripts: { [script]: 'node-gyp rebuild' } }))
      assert.equal(problems.length, 1)
      assert.match(problems[0], new RegExp(script))
    })
  }

  test('does not pass with another dependency, or without its own', () => {
    const dependencies = { ...pack.manifest.dependencies, 'node-addon-api': '*' }
    assert.deepEqual(checkPack(withManifest({ dependencies })), ['depends on bindings, node-addon-api'])
    assert.deepEqual(checkPack(withManifest({ dependencies: {} })), ['depends on nothing'])
  })

  test('does not pass when it names a file that it does not hold', () => {
    const problems = checkPack(withManifest({ main: 'dist/lib/entries/index.js' }))
    assert.deepEqual(problems, ['names dist/lib/entries/index.js in package.json, and does not hold it'])
  })

  test('does not pass when a file refers to a source map, or to a file that is not packed', () => {
    const path = 'dist/package/cjs/cimxml.js'
    assert.deepEqual(checkPack(withText(path, '//# sourceMappingURL=cimxml.js.map')), [
      `${path} refers to a source map`,
    ])
    assert.deepEqual(checkPack(withText(path, "require('./gone.js')")), [
      `${path} refers to ./gone.js, which is not packed`,
    ])
    const types = 'dist/package/types/declarations.d.ts'
    assert.deepEqual(checkPack(withText(types, "import type { A } from './gone'")), [
      `${types} refers to ./gone, which is not packed`,
    ])
  })

  test('does not pass when its page links to what is not packed', () => {
    assert.deepEqual(
      checkPack(withText('README.md', '[a](docs/gone.md) [b](https://b) [c](LICENSE) [d](#d)')),
      ['README.md links to docs/gone.md, which is not packed'],
    )
  })

  test('does not pass when it is large', () => {
    assert.match(checkPack({ ...pack, unpackedSize: 2_000_000 }).join(), /takes 2000000 bytes/)
  })
})
