/**
 * How the cross compilers are called: MinGW's g++ builds what is used, clang is the second opinion, zig (zig.mjs) makes
 * the binary for arm64.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Stop } from './console.mjs'
import { root } from './project.mjs'

const kTarget = 'x86_64-w64-mingw32'
const kGccRoot = `/usr/lib/gcc/${kTarget}`

/** Without -Wsign-conversion: the WBEM_E_ enumeration and HRESULT differ in sign by their own headers. */
const kClangWarnings = ['-Wpedantic', '-Wshadow', '-Wconversion', '-Wno-sign-conversion']
export const kCommonFlags = ['-std=c++17', '-O2', '-fvisibility=hidden', '-Wall', '-Wextra']

/** Node-API headers of every addon; not ours, so their warnings are not shown. */
export const nodeApiHeaders = join(root, 'node_modules', 'node-api-headers')

export const compilers = {
  gcc: {
    name: 'gcc',
    command: `${kTarget}-g++-posix`,
    compileFlags: () => kCommonFlags,
    linkFlags: () => ['-shared', '-static', '-s'],
    libraries: fromGyp => fromGyp,
    /** GNU ld takes a delay-load import library as it comes from dlltool. */
    importLibrary: (definition, output) => [
      `${kTarget}-dlltool`,
      ['-d', definition, '-D', 'node.exe', '--output-delaylib', output],
    ],
  },
  clang: {
    name: 'clang',
    command: 'clang++-19',
    compileFlags: () => [...clangTargetFlags(), ...kCommonFlags, ...kClangWarnings],
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
  const includes = [cxx, join(cxx, kTarget), join(cxx, 'backward')].flatMap(directory => [
    '-isystem',
    directory,
  ])
  return ['--target=x86_64-w64-windows-gnu', '-femulated-tls', '-nostdinc++', ...includes]
}

function posixGcc() {
  const version = readdirSync(kGccRoot).find(name => name.endsWith('-posix'))
  if (version === undefined) throw new Stop(`no posix-threads MinGW compiler in ${kGccRoot}`)
  return join(kGccRoot, version)
}
