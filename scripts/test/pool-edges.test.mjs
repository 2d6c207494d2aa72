/**
 * The floor work/ of the addon with a stand-in for WMI: as a Windows program of its own under Wine, and, on POSIX threads,
 * under the sanitizers of clang.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { productCompiler } from '../lib/build/compilers.mjs'
import { ensurePackages } from '../lib/debian.mjs'
import { withLock } from '../lib/lock.mjs'
import { run } from '../lib/process.mjs'
import { root } from '../lib/project.mjs'
import { runInWine } from '../lib/wine/wine-run.mjs'

const WORK = join(root, 'native', 'work')
const PROGRAM = join(root, 'test', 'native', 'work', 'pool_edges.cc')
const sources = readdirSync(WORK)
  .filter(name => name.endsWith('.cc'))
  .map(name => join(WORK, name))

test('a worker thread outlives whatever is thrown, grows for what is queued, and settles late calls', {
  skip: process.platform === 'win32' && 'it is built with MinGW',
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hyperv-job-errors-'))
  try {
    const program = join(directory, 'pool_edges.exe')
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
      PROGRAM,
      ...sources,
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

for (const [what, sanitizer] of Object.entries({
  'no data race': 'thread',
  'no bad address and nothing undefined': 'address,undefined',
})) {
  test(`there is ${what}, on POSIX threads`, {
    skip: process.platform !== 'linux' && 'the sanitizers are those of Linux',
  }, async () => {
    await withLock(() => ensurePackages(['check', 'sanitizers']))
    const directory = mkdtempSync(join(tmpdir(), 'hyperv-job-errors-'))
    try {
      const program = join(directory, 'pool_edges')
      execFileSync('clang++-19', [
        ...['-std=c++17', '-O1', '-g', '-pthread', `-fsanitize=${sanitizer}`, '-fno-sanitize-recover=all'],
        // They bring operators new and delete of their own.
        ...[
          '-DFAILING_ALLOCATOR_OFF',
          '-I',
          join(root, 'test', 'native', 'posix'),
          '-I',
          join(root, 'native'),
        ],
        ...[PROGRAM, ...sources, '-o', program],
      ])
      const { code, output } = await run(program, [], { timeoutMs: 120_000 })
      assert.match(output, /^0 failed$/m, output)
      assert.equal(code, 0, output)
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  })
}
