/** The edges of N-API with an allocator that fails: the product's own objects, linked with a failing operator new. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { relinkAddon } from '../lib/build/relink.mjs'
import { platform } from '../lib/platform.mjs'
import { root } from '../lib/project.mjs'
import { assertChecksHold, inNewFolder } from '../lib/test/program.mjs'
import { defaultNodeVersion } from '../lib/wine/windows-node.mjs'

const SOURCES = join(root, 'test', 'native', 'js')

test(
  'out of memory a call throws, and the process lives',
  {
    skip: process.platform === 'win32' && 'it is linked with MinGW',
  },
  () =>
    inNewFolder(async folder => {
      const addon = join(folder, 'failing_addon.node')
      relinkAddon(addon, [join(SOURCES, 'failing_addon.cc')], ['-Wno-mismatched-new-delete'])
      const script = join(folder, 'failing-addon.cjs')
      copyFileSync(join(SOURCES, 'failing-addon.cjs'), script)
      const command = [script, addon].map(path => platform.toNodePath(path))
      await assertChecksHold(folder, options => platform.runNode(defaultNodeVersion, command, options))
    }),
)
