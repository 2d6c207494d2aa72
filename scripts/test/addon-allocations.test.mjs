/** The edges of N-API with an allocator that fails: the product's own objects, linked with a failing operator new. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { nodeApiHeaders, productCompiler } from '../lib/compilers.mjs'
import { readGyp } from '../lib/gyp.mjs'
import { platform } from '../lib/platform.mjs'
import { addons, root } from '../lib/project.mjs'
import { defaultNodeVersion } from '../lib/windows-node.mjs'

const SOURCES = join(root, 'test', 'native', 'js')

test('for want of memory a call throws, and the process lives', {
  skip: process.platform === 'win32' && 'it is linked with MinGW',
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hyperv-job-errors-'))
  try {
    const addon = join(directory, 'failing_addon.node')
    link(addon, directory)
    const script = join(directory, 'failing-addon.cjs')
    copyFileSync(join(SOURCES, 'failing-addon.cjs'), script)
    const output = []
    const sink = chunk => output.push(chunk)
    const { code, crashed } = await platform.runNode(
      defaultNodeVersion,
      [platform.toNodePath(script), platform.toNodePath(addon)],
      { cwd: directory, stdout: sink, stderr: sink, timeoutMs: 120_000 },
    )
    const text = Buffer.concat(output).toString()
    assert.equal(crashed, false, text)
    assert.match(text, /^0 failed\r?$/m, text)
    assert.equal(code, 0, text)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})

/** Only the entry of the addon is renamed: all else is what is shipped. */
function link(addon, directory) {
  const target = readGyp(addons.native.gyp)
  const objectDir = join(addons.native.outDir, 'obj', target.name)
  const objects = readdirSync(objectDir).filter(name => name.endsWith('.cc.o'))
  const entry = join(directory, 'addon.o')
  execFileSync('x86_64-w64-mingw32-objcopy', [
    '--redefine-sym',
    'napi_register_module_v1=RegisterAddon',
    join(objectDir, 'native-addon.cc.o'),
    entry,
  ])
  const others = objects.filter(name => name !== 'native-addon.cc.o').map(name => join(objectDir, name))
  execFileSync(productCompiler.command, [
    ...productCompiler.compileFlags(),
    ...productCompiler.linkFlags(),
    ...['-Wno-mismatched-new-delete', '-DNAPI_VERSION=8', '-isystem', join(nodeApiHeaders, 'include')],
    ...['-o', addon, join(SOURCES, 'failing_addon.cc'), entry, ...others],
    join(addons.native.outDir, 'obj', 'libnode.a'),
    ...productCompiler.libraries(target.libraries),
  ])
}
