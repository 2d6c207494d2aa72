import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { test } from 'node:test'
import { readGyp } from '../lib/build/gyp.mjs'
import { Stop } from '../lib/console.mjs'
import { filesBelow } from '../lib/files.mjs'
import { addons } from '../lib/project.mjs'

function written(text) {
  const folder = mkdtempSync(join(tmpdir(), 'gyp-test-'))
  const file = join(folder, 'binding.gyp')
  writeFileSync(file, text)
  return { file, folder }
}

test('comments, both quotes and trailing commas are read as gyp reads them', () => {
  const { file, folder } = written(`
    { # a comment with 'quotes' and a comma,
      'targets': [{
        "target_name": 'sample', # after a value
        'sources': ['src/a.cc', "src/b.cc",],
        'include_dirs': ['include'],
        'defines': ['NAME="x"', 'HASH=#', 'LIST=1,]',],
      },],
    }`)
  assert.deepEqual(readGyp(file), {
    name: 'sample',
    sources: [join(folder, 'src/a.cc'), join(folder, 'src/b.cc')],
    includeDirs: [join(folder, 'include')],
    defines: ['NAME="x"', 'HASH=#', 'LIST=1,]'],
    libraries: [],
  })
})

test('the branch for Windows is merged: lists appended, `key=` replaced', () => {
  const { file, folder } = written(`
    { 'targets': [{ 'target_name': 'sample', 'sources': ['a.cc'], 'defines': ['A'], 'libraries': ['-lx'],
        'conditions': [
          ['OS=="win"', { 'sources': ['win.cc'], 'libraries=': ['-lole32'] }, { 'sources=': [] }],
          ['OS!="win"', { 'defines': ['B'] }],
        ] }] }`)
  assert.deepEqual(readGyp(file), {
    name: 'sample',
    sources: [join(folder, 'a.cc'), join(folder, 'win.cc')],
    includeDirs: [],
    defines: ['A'],
    libraries: ['-lole32'],
  })
})

test('settings of MSVC for one architecture are passed over', () => {
  const { file } = written(`
    { 'targets': [{ 'target_name': 'sample', 'sources': ['a.cc'], 'conditions': [
      ['OS=="win" and target_arch=="x64"', { 'msvs_settings': { 'VCLinkerTool': {} } }],
    ] }] }`)
  assert.equal(readGyp(file).sources.length, 1)
})

const refused = {
  'sources for one architecture': `{ 'targets': [{ 'target_name': 'x', 'conditions': [['OS=="win" and target_arch=="x64"', { 'sources': ['a.cc'] }]] }] }`,
  'a command': `{ 'targets': [{ 'target_name': 'x', 'sources': ['<!(ls)'] }] }`,
  'a variable': `{ 'targets': [{ 'target_name': 'x', 'defines': ['V=<(version)'] }] }`,
  'another condition': `{ 'targets': [{ 'target_name': 'x', 'conditions': [['target_arch=="x64"', {}]] }] }`,
  'an exclusion': `{ 'targets': [{ 'target_name': 'x', 'conditions': [['OS=="win"', { 'sources!': ['a.cc'] }]] }] }`,
  'a nested condition': `{ 'targets': [{ 'conditions': [['OS=="win"', { 'conditions': [['OS=="win"', {}]] }]] }] }`,
  'target defaults': `{ 'target_defaults': { 'defines': ['A'] }, 'targets': [{ 'target_name': 'x' }] }`,
  'an exclusion in the target': `{ 'targets': [{ 'target_name': 'x', 'sources!': ['a.cc'] }] }`,
  'two targets': `{ 'targets': [{ 'target_name': 'x' }, { 'target_name': 'y' }] }`,
  'an escape in a string': `{ 'targets': [{ 'target_name': 'x', 'defines': ['A=\\'b'] }] }`,
  'an expression': `{ 'targets': [{ 'target_name': 'x', 'sources': ['a'] + ['b'] }] }`,
}
for (const [what, text] of Object.entries(refused)) {
  test(`${what} is refused, since gyp would do more with it than this reader`, () => {
    assert.throws(() => readGyp(written(text).file), Stop)
  })
}

for (const [name, addon] of Object.entries(addons)) {
  test(`binding.gyp of ${name} lists exactly the sources in its folders`, () => {
    const { sources, name: target } = readGyp(addon.gyp)
    const folders = [...new Set(sources.map(source => dirname(source)))]
    // `native/mingw` is for the cross build alone.
    const isListed = path => /\.(?:cc|rc)$/.test(path) && basename(dirname(path)) !== 'mingw'
    const found = new Set(folders.flatMap(folder => filesBelow(folder, isListed)))
    assert.deepEqual([...sources].sort(), [...found].sort())
    assert.equal(target, addon.name)
  })
}
