/**
 * How the cross compilers are called: MinGW's g++ builds what is used, clang is the second opinion, zig (zig.mjs) makes
 * the binary for arm64.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Stop } from '../console.mjs'
import { root } from '../project.mjs'

const TARGET = 'x86_64-w64-mingw32'
const GCC_ROOT = `/usr/lib/gcc/${TARGET}`

/** Without -Wsign-conversion: the WBEM_E_ enumeration and HRESULT differ in sign by their own headers. */
const CLANG_WARNINGS = ['-Wpedantic', '-Wshadow', '-Wconversion', '-Wno-sign-conversion']
/** With a section for each function, the linker leaves out what nothing refers to. */
const SECTIONS = ['-ffunction-sections', '-fdata-sections']
export const COMMON_FLAGS = ['-std=c++17', '-O2', '-fvisibility=hidden', ...SECTIONS, '-Wall', '-Wextra']

/** Node-API headers of every addon; not ours, so their warnings are not shown. */
export const nodeApiHeaders = join(root, 'node_modules', 'node-api-headers')

const gcc = {
  name: 'gcc',
  command: `${TARGET}-g++-posix`,
  /** Written into an object file, as GNU ld and lld for MinGW take it. */
  resourceCompiler: [`${TARGET}-windres`, '-O', 'coff'],
  compileFlags: () => COMMON_FLAGS,
  // ld makes the base address of the name of the output file, with its folder, unless it is given.
  linkFlags: () => [
    ...['-shared', '-static', '-s', '-Wl,--gc-sections'],
    ...['-Wl,--no-insert-timestamp', '-Wl,--image-base,0x180000000'],
  ],
  libraries: fromGyp => fromGyp,
  /** GNU ld takes a delay-load import library as it comes from dlltool. */
  importLibrary: (definition, output) => [
    `${TARGET}-dlltool`,
    ['-d', definition, '-D', 'node.exe', '--output-delaylib', output],
  ],
}

/**
 * For what is shipped: with the threads of Windows itself. The library of POSIX threads brings functions along that
 * nobody calls, and that look like an injector's: SuspendThread, SetThreadContext, OpenProcess, SetSystemTime.
 */
export const productCompiler = { ...gcc, command: `${TARGET}-g++-win32` }

export const compilers = {
  gcc,
  clang: {
    name: 'clang',
    command: 'clang++-19',
    resourceCompiler: gcc.resourceCompiler,
    compileFlags: () => [...clangTargetFlags(), ...COMMON_FLAGS, ...CLANG_WARNINGS],
    linkFlags: () => [
      ...clangTargetFlags(),
      ...[
        '-shared',
        '-static',
        '-s',
        `-L${posixGcc()}`,
        '-pthread',
        '-fuse-ld=lld',
        '-Wl,--delayload=node.exe',
        '-Wl,--no-insert-timestamp',
      ],
      // The -isystem flags of the target mean nothing to the linker.
      '-Wno-unused-command-line-argument',
    ],
    libraries: fromGyp => [...fromGyp, '-lpthread'],
    /** lld makes the delay-load thunks itself, from a short-form import library. */
    importLibrary: (definition, output) => [
      'lld-link-19',
      ['/lib', `/def:${definition}`, '/machine:x64', `/out:${output}`],
    ],
  },
}

/** clang has no MinGW runtime of its own: it borrows libstdc++ of the posix-threads g++, with its TLS model. */
export function clangTargetFlags() {
  const cxx = join(posixGcc(), 'include', 'c++')
  const includes = [cxx, join(cxx, TARGET), join(cxx, 'backward')].flatMap(directory => [
    '-isystem',
    directory,
  ])
  return ['--target=x86_64-w64-windows-gnu', '-femulated-tls', '-nostdinc++', ...includes]
}

function posixGcc() {
  const version = readdirSync(GCC_ROOT).find(name => name.endsWith('-posix'))
  if (version === undefined) throw new Stop(`no posix-threads MinGW compiler in ${GCC_ROOT}`)
  return join(GCC_ROOT, version)
}
