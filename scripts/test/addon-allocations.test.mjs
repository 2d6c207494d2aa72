/** The edges of N-API with an allocator that fails: the product's own objects, linked with a failing operator new. */
import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { relinkAddon } from '../lib/build/relink.mjs'
import { platform } from '../lib/platform.mjs'
import { root } from '../lib/project.mjs'
import { defaultNodeVersion } from '../lib/wine/windows-node.mjs'

const SOURCES = join(root, 'test', 'native', 'js')

test('for want of memory a call throws, and the process lives', {
  skip: process.platform === 'win32' && 'it is linked with MinGW',
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hyperv-job-errors-'))
  try {
    const addon = join(directory, 'failing_addon.node')
    relinkAddon(addon, [join(SOURCES, 'failing_addon.cc')], ['-Wno-mismatched-new-delete'])
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
