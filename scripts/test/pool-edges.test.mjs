/**
 * The floor work/ of the addon with a stand-in for WMI: as a Windows program of its own under Wine, and, on POSIX threads,
 * under the sanitizers of clang.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { productCompiler } from '../lib/build/compilers.mjs'
import { ensurePackages } from '../lib/debian.mjs'
import { withLock } from '../lib/lock.mjs'
import { run } from '../lib/process.mjs'
import { root } from '../lib/project.mjs'
import { assertChecksHold, inNewFolder } from '../lib/test/program.mjs'
import { runInWine } from '../lib/wine/wine-run.mjs'

const NATIVE = join(root, 'native')
const TESTS = join(root, 'test', 'native')
const sources = [
  join(TESTS, 'work', 'pool_edges.cc'),
  ...readdirSync(join(NATIVE, 'work'))
    .filter(name => name.endsWith('.cc'))
    .map(name => join(NATIVE, 'work', name)),
]

test(
  'a worker thread outlives whatever is thrown, grows for what is queued, and settles late calls',
  {
    skip: process.platform === 'win32' && 'it is built with MinGW',
  },
  () =>
    inNewFolder(async folder => {
      const program = join(folder, 'pool_edges.exe')
      // Its own operators new and delete are malloc and free: g++ takes them for a mismatch once they are inlined.
      const flags = ['-O1', '-Wno-mismatched-new-delete', '-static']
      const defines = ['-DNOMINMAX', '-DWIN32_LEAN_AND_MEAN', '-D_WIN32_WINNT=0x0602']
      execFileSync(productCompiler.command, [
        ...productCompiler.compileFlags(),
        ...flags,
        ...defines,
        ...['-I', NATIVE, '-o', program],
        ...sources,
      ])
      await assertChecksHold(folder, options => runInWine(program, [], options))
    }),
)

for (const [what, sanitizer] of Object.entries({
  'no data race': 'thread',
  'no bad address and nothing undefined': 'address,undefined',
})) {
  test(
    `there is ${what}, on POSIX threads`,
    {
      skip: process.platform !== 'linux' && 'the sanitizers are those of Linux',
    },
    () =>
      inNewFolder(async folder => {
        await withLock(() => ensurePackages(['check', 'sanitizers']))
        const program = join(folder, 'pool_edges')
        // The sanitizers bring operators new and delete of their own.
        const flags = ['-std=c++17', '-O1', '-g', '-pthread', '-DFAILING_ALLOCATOR_OFF']
        execFileSync('clang++-19', [
          ...flags,
          ...[`-fsanitize=${sanitizer}`, '-fno-sanitize-recover=all'],
          ...['-I', join(TESTS, 'posix'), '-I', NATIVE, '-o', program],
          ...sources,
        ])
        await assertChecksHold(folder, async ({ stdout, ...options }) => {
          const { code, output } = await run(program, [], options)
          stdout(Buffer.from(output))
          return { code, crashed: false }
        })
      }),
  )
}
