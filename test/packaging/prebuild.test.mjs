/** The checks of the binaries in the package, on the binaries and on what must not pass. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { readPe } from '../../scripts/lib/package/pe.mjs'
import { checkPrebuild, newerSource, prebuilds } from '../../scripts/lib/package/prebuilds.mjs'
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
      [
        'that exports more',
        bytes => replace(bytes, 'node_api_module_get_api_version_v1', '_Unwind_ForcedUnwind_and_such_v001'),
        /exports _Unwind_ForcedUnwind/,
      ],
      [
        'that imports what the list lacks',
        bytes => replace(bytes, 'AcquireSRWLockExclusive', 'WriteProcessMemory\0\0\0\0\0'),
        /imports kernel32\.dll!WriteProcessMemory.* not listed/,
      ],
      [
        'that has another name',
        bytes => replace(bytes, 'hyperv_job_errors.node\0', 'hyperv_job_errors.new1\0'),
        /calls itself hyperv_job_errors\.new1/,
      ],
      [
        'of another version',
        bytes => replaceBytes(bytes, utf16('FileVersion\0'), utf16('FileVersio_\0')),
        /says FileVersion undefined/,
      ],
      [
        'whose version has other numbers',
        bytes => void bytes.writeUInt32LE(9, fixedInfo(bytes) + 8),
        /has the version 0\.9\./,
      ],
      [
        'without a version resource',
        bytes => void bytes.writeUInt32LE(0, optional(bytes) + 112 + 8 * 2),
        /has no version resource/,
      ],
      [
        'of Visual Studio without Control Flow Guard',
        bytes => void bytes.write('Rich', bytes.readUInt32LE(0x3c) - 8, 'latin1'),
        /lacks Control Flow Guard/,
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

test('a binary of Visual Studio for x64 has to be compatible with shadow stacks', () => {
  const ofMsvc = hasShadowStack => {
    const bytes = readFileSync(prebuilds.x64.file)
    bytes.write('Rich', bytes.readUInt32LE(0x3c) - 8, 'latin1')
    bytes.writeUInt16LE(bytes.readUInt16LE(optional(bytes) + 70) | 0x4000, optional(bytes) + 70)
    // A debug directory of one entry, and the bits it leads to, over the end of the code.
    const { rva, offset } = endOfText(bytes, 32)
    bytes.fill(0, offset, offset + 32)
    bytes.writeUInt32LE(20, offset + 12)
    bytes.writeUInt32LE(rva + 28, offset + 20)
    bytes.writeUInt32LE(hasShadowStack ? 1 : 0, offset + 28)
    bytes.writeUInt32LE(rva, optional(bytes) + 112 + 8 * 6)
    bytes.writeUInt32LE(28, optional(bytes) + 116 + 8 * 6)
    return checkPrebuild(
      changed('x64', () => bytes),
      'x64',
    ).join('\n')
  }
  assert.match(ofMsvc(false), /not compatible with shadow stacks/)
  assert.doesNotMatch(ofMsvc(true), /Control Flow Guard|shadow stacks/)
})

test('the version of a binary is read as it was written', () => {
  const { numbers, strings } = readPe(readFileSync(prebuilds.x64.file)).version
  assert.equal(numbers.length, 4)
  assert.equal(strings.get('ProductName'), 'hyperv-job-errors')
})

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

function utf16(text) {
  return Buffer.from(text, 'utf16le')
}

function replaceBytes(bytes, before, after) {
  const at = bytes.indexOf(before)
  assert.ok(at >= 0)
  after.copy(bytes, at)
}

/** Where the fixed part of the version resource begins. */
function fixedInfo(bytes) {
  const at = bytes.indexOf(Buffer.from('bd04effe', 'hex'))
  assert.ok(at >= 0)
  return at
}

/** The last bytes of the first section, which holds the code. */
function endOfText(bytes, length) {
  const table = optional(bytes) + bytes.readUInt16LE(coff(bytes) + 16)
  const size = bytes.readUInt32LE(table + 16) - length
  return { rva: bytes.readUInt32LE(table + 12) + size, offset: bytes.readUInt32LE(table + 20) + size }
}

function optional(bytes) {
  return coff(bytes) + 20
}

function coff(bytes) {
  return bytes.readUInt32LE(0x3c) + 4
}
