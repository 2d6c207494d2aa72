/** The floor work/ of the addon with a stand-in for WMI, as a Windows program of its own under Wine. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { productCompiler } from '../lib/build/compilers.mjs'
import { root } from '../lib/project.mjs'
import { runInWine } from '../lib/wine/wine-run.mjs'

const WORK = join(root, 'native', 'work')

test('a worker thread outlives whatever is thrown, grows for what is queued, and settles late calls', {
  skip: process.platform === 'win32' && 'it is built with MinGW',
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hyperv-job-errors-'))
  try {
    const program = join(directory, 'pool_edges.exe')
    const sources = readdirSync(WORK).filter(name => name.endsWith('.cc'))
    // Its own operators new and delete are malloc and free: g++ takes them for a mismatch once they are inlined.
    const flags = [
      '-O1',
      '-Wno-mismatched-new-delete',
      '-static',
      '-DNOMINMAX',
      '-DWIN32_LEAN_AND_MEAN',
      '-D_WIN32_WINNT=0x0602',
    ]
    execFileSync(productCompiler.command, [
      ...productCompiler.compileFlags(),
      ...flags,
      ...['-I', join(root, 'native'), '-o', program],
      join(root, 'test', 'native', 'work', 'pool_edges.cc'),
      ...sources.map(name => join(WORK, name)),
    ])
    const output = []
    const { code, crashed } = await runInWine(program, [], {
      cwd: directory,
      stdout: chunk => output.push(chunk),
      stderr: chunk => output.push(chunk),
      timeoutMs: 120_000,
    })
    const text = Buffer.concat(output).toString()
    assert.equal(crashed, false, text)
    assert.match(text, /^0 failed\r?$/m, text)
    assert.equal(code, 0, text)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
