/** Two clones give the same binaries: whoever doubts a binary builds it again and compares. */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { prebuilds } from '../../scripts/lib/package/prebuilds.mjs'
import { platform } from '../../scripts/lib/platform.mjs'
import { run } from '../../scripts/lib/process.mjs'
import { root } from '../../scripts/lib/project.mjs'

const clone = mkdtempSync(join(tmpdir(), 'clone-of-another-length-'))
after(() => rmSync(clone, { recursive: true }))
for (const name of ['native', 'scripts', 'binding.gyp', 'package.json']) {
  cpSync(join(root, name), join(clone, name), { recursive: true })
}
for (const name of ['node_modules', '.cache']) symlinkSync(join(root, name), join(clone, name))

/** With Visual Studio both would be built in the same folder. */
const skip = platform.compilers.includes('gcc') ? false : 'only the cross build is checked'

for (const arch of Object.keys(prebuilds)) {
  test(`the binary for ${arch} is the same from another clone`, { skip }, async () => {
    const file = join(clone, 'prebuilds', `${arch}.node`)
    mkdirSync(join(clone, 'prebuilds'), { recursive: true })
    const script = `
      import { platform } from ${JSON.stringify(join(clone, 'scripts/lib/platform.mjs'))}
      await platform.buildPrebuild('${arch}', ${JSON.stringify(file)})`
    const { code, output } = await run(process.execPath, ['--input-type=module', '-e', script], {
      cwd: clone,
    })
    assert.equal(code, 0, output)
    assert.ok(readFileSync(file).equals(readFileSync(prebuilds[arch].file)), 'the bytes differ')
  })
}
