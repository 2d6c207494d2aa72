#!/usr/bin/env node
/** npm run fuzz -- [arguments]: the decoder against other parsers, on inputs made up as it goes. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { prepare } from './lib/build/build.mjs'
import { runMain } from './lib/console.mjs'
import { root } from './lib/project.mjs'

await runMain(async args => {
  await prepare({ ts: true })
  const main = join(root, 'dist', 'test', 'fuzz', 'main.js')
  const child = spawn(process.execPath, [main, ...args], { cwd: root, stdio: 'inherit' })
  return new Promise(resolve => child.on('exit', code => resolve(code ?? 1)))
})
