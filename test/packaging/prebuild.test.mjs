/** The checks of the binaries in the package, on the binaries and on what must not pass. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { checkPrebuild, newerSource, prebuilds } from '../../scripts/lib/prebuilds.mjs'
import { root } from '../../scripts/lib/project.mjs'

const folder = mkdtempSync(join(tmpdir(), 'prebuild-test-'))
after(() => rmSync(folder, { recursive: true }))

/** A binary of an architecture after a change, which gets its bytes and returns others, or changes them in place. */
function changed(arch, change) {
  const bytes = readFileSync(prebuilds[arch].file)
  const file = join(folder, `${arch}.node`)
  writeFileSync(file, change(bytes) ?? bytes)
  return file
}

/** Writes a text of the same length over every place where another one stands. */
function replace(bytes, before, text) {
  assert.equal(before.length, text.length)
  let at = bytes.indexOf(before, 0, 'latin1')
  assert.ok(at >= 0, `no ${before} in the binary`)
  for (; at >= 0; at = bytes.indexOf(before, at + 1, 'latin1')) bytes.write(text, at, 'latin1')
}

for (const arch of Object.keys(prebuilds)) {
  describe(`the binary for ${arch}`, () => {
    test('passes', () => {
      assert.deepEqual(checkPrebuild(prebuilds[arch].file, arch), [])
    })

    const other = Object.keys(prebuilds).find(name => name !== arch)
    const cases = [
      ['of another architecture', () => readFileSync(prebuilds[other].file), /machine/],
      ['that is an executable', bytes => void bytes.writeUInt16LE(0x22, coff(bytes) + 18), /not a DLL/],
      ['that needs a library of a compiler', bytes => replace(bytes, 'ole32.dll', 'c++32.dll'), /c\+\+32/],
      ['that does not name node.exe', bytes => replace(bytes, 'node.exe', 'nope.exe'), /node\.exe/],
      ['that imports node.exe', bytes => replace(bytes, 'ole32.dll\0', 'node.exe\0\0'), /imports node\.exe/],
      [
        'that settles the security of the process',
        bytes => Buffer.concat([bytes, Buffer.from('CoInitializeSecurity')]),
        /CoInitializeSecurity/,
      ],
      [
        'without the entry point',
        bytes => replace(bytes, 'napi_register_module_v1', 'napi_register_module_v2'),
        /does not export napi_register_module_v1/,
      ],
      [
        'without a Node-API version',
        bytes => replace(bytes, 'node_api_module_get_api', 'node_api_module_has_api'),
        /does not export node_api_module_get_api_version_v1/,
      ],
      ['with symbols', bytes => void bytes.writeUInt32LE(1, coff(bytes) + 12), /stripped/],
      ['that is large', bytes => Buffer.concat([bytes, Buffer.alloc(400_000)]), /bytes, more than/],
      ['that was cut off', bytes => bytes.subarray(0, 1000), /cannot be read/],
      ['that is empty', () => Buffer.alloc(0), /cannot be read/],
    ]
    for (const [what, change, complaint] of cases) {
      test(`does not pass when it is one ${what}`, () => {
        assert.match(checkPrebuild(changed(arch, change), arch).join('\n'), complaint)
      })
    }
  })
}

test('a binary for another version of Node-API does not pass', () => {
  // mov eax, 8; ret
  const file = changed('x64', bytes => {
    const at = bytes.indexOf(Buffer.from('b808000000c3', 'hex'))
    assert.ok(at >= 0)
    bytes[at + 1] = 9
  })
  assert.match(checkPrebuild(file, 'x64').join('\n'), /expected Node-API version 8, found 9/)
})

test('a binary that is older than a source is not packed', () => {
  const [source, file] = ['source.cc', 'binary.node'].map(name => join(folder, name))
  for (const path of [source, file]) writeFileSync(path, '')
  utimesSync(source, 1000, 1000)
  utimesSync(file, 2000, 2000)
  assert.equal(newerSource(file, [source]), undefined)
  utimesSync(source, 3000, 3000)
  assert.equal(newerSource(file, [source]), source)
  assert.equal(newerSource(join(folder, 'missing.node'), [source]), source)
  for (const { file } of Object.values(prebuilds)) assert.equal(newerSource(file), undefined)
})

test('the command ends with 1 for a binary that does not pass', () => {
  const command = args => spawnSync(process.execPath, [join(root, 'scripts', 'check-prebuild.mjs'), ...args])
  assert.equal(command([]).status, 0)
  const wrong = command([`arm64=${prebuilds.x64.file}`])
  assert.equal(wrong.status, 1)
  assert.match(String(wrong.stdout), /expected machine 0xaa64 for arm64, found 0x8664/)
  assert.equal(command(['mips=x']).status, 2)
})

function coff(bytes) {
  return bytes.readUInt32LE(0x3c) + 4
}
