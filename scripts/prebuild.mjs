#!/usr/bin/env node
/** npm run prebuild: the addon as it goes into the package. x64 only so far: there is no arm64 build yet. */
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { prepare } from './lib/build.mjs'
import { runMain, Stop, say } from './lib/console.mjs'
import { run } from './lib/process.mjs'
import { addons, root } from './lib/project.mjs'

await runMain(async () => {
  await prepare({ native: true })
  if (process.platform === 'win32') return prebuildify()
  // The names that prebuildify would give, and that electron-rebuild recognises.
  const folder = join(root, 'prebuilds', 'win32-x64')
  mkdirSync(folder, { recursive: true })
  copyFileSync(join(addons.native.outDir, `${addons.native.name}.node`), join(folder, 'node.napi.node'))
  say('wrote prebuilds/win32-x64/node.napi.node; an arm64 build is not made yet')
})

async function prebuildify() {
  const tool = join(root, 'node_modules', 'prebuildify', 'bin.js')
  const args = [tool, '--napi', '--name', 'node.napi', '--arch', 'x64']
  const { code } = await run(process.execPath, args, { cwd: root, output: 'inherit' })
  if (code !== 0) throw new Stop(`prebuildify ended with exit code ${code}`)
  say('wrote prebuilds/win32-x64; an arm64 build is not made yet')
}
