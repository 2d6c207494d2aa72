/** The Debian packages of the Wine half, and their installation. */
import { createWriteStream, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Stop, say } from './console.mjs'
import { mtimeOf } from './files.mjs'
import { isOnPath, run } from './process.mjs'
import { cacheDir } from './project.mjs'

/** Package name → a file that proves it is there: looking is much faster than asking dpkg. */
export const packageSets = {
  run: {
    wine64: '/usr/lib/wine/wine64',
    wine: '/usr/bin/wineserver',
  },
  build: {
    'g++-mingw-w64-x86-64-posix': '/usr/bin/x86_64-w64-mingw32-g++-posix',
    'g++-mingw-w64-x86-64-win32': '/usr/bin/x86_64-w64-mingw32-g++-win32',
    'ninja-build': '/usr/bin/ninja',
    'mingw-w64-x86-64-dev': '/usr/x86_64-w64-mingw32/include/wbemcli.h',
  },
  proxies: {
    'mingw-w64-tools': '/usr/bin/x86_64-w64-mingw32-widl',
  },
  browser: {
    chromium: '/usr/bin/chromium',
  },
  prometheus: {
    prometheus: '/usr/bin/promtool',
  },
  sanitizers: {
    'libclang-rt-19-dev': '/usr/lib/llvm-19/lib/clang/19/lib/linux/libclang_rt.tsan-x86_64.a',
    'g++': '/usr/bin/g++',
  },
  check: {
    'clang-19': '/usr/bin/clang++-19',
    'lld-19': '/usr/bin/lld-link-19',
    'clang-tidy-19': '/usr/bin/clang-tidy-19',
    'clang-format-19': '/usr/bin/clang-format-19',
  },
}

export function missingPackages(sets, exists = path => mtimeOf(path) >= 0) {
  return sets.flatMap(set =>
    Object.entries(packageSets[set])
      .filter(([, proof]) => !exists(proof))
      .map(([name]) => name),
  )
}

export async function ensurePackages(sets) {
  const missing = missingPackages(sets)
  if (missing.length === 0) return
  const names = missing.join(' ')
  if (!isOnPath('apt-get'))
    throw new Stop(`these programs are missing and can be installed on Debian and Ubuntu only: ${names}`)
  const prefix = await privilegePrefix(names)
  say(`installing Debian packages: ${names}`)
  mkdirSync(cacheDir, { recursive: true })
  const log = createWriteStream(join(cacheDir, 'apt.log'))
  try {
    await apt(prefix, ['update'], log, names)
    await apt(prefix, ['install', '-y', '--no-install-recommends', ...missing], log, names)
  } finally {
    log.end()
  }
  const left = missingPackages(sets)
  if (left.length > 0) throw new Stop(`apt-get installed nothing usable for: ${left.join(' ')}`)
}

/**
 * Downloads a package without installing it, in the version of an installed one from the same source, and unpacks it.
 * Resolves to the folder it is in.
 */
export async function unpackPackage(name, sibling) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own notation
  const { code, output } = await run('dpkg-query', ['--show', '--showformat', '${Version}', sibling])
  if (code !== 0) throw new Stop(`cannot download the Debian package ${name}: ${output.trim()}`)
  const version = output.trim()
  const folder = join(cacheDir, `${name}_${version}`)
  if (mtimeOf(folder) >= 0) return folder
  say(`downloading the Debian package ${name} ${version}`)
  const fresh = `${folder}.new`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { recursive: true })
  const download = await run('apt-get', ['-q', 'download', `${name}=${version}`], { cwd: fresh })
  if (download.code !== 0)
    throw new Stop(`cannot download the Debian package ${name}: ${aptReason(download.output)}`)
  const file = readdirSync(fresh).find(entry => entry.endsWith('.deb'))
  const unpacked = await run('dpkg-deb', ['--extract', join(fresh, file), fresh])
  if (unpacked.code !== 0)
    throw new Stop(`cannot unpack the Debian package ${name}: ${unpacked.output.trim()}`)
  renameSync(fresh, folder)
  return folder
}

/** How to become root: not at all, or by sudo, which may ask for a password only when somebody is there. */
async function privilegePrefix(names) {
  if (process.getuid() === 0) return []
  if (!isOnPath('sudo'))
    throw new Stop(`cannot install the Debian packages ${names}: run as root, or install sudo`)
  const sudo = process.stdin.isTTY ? ['sudo'] : ['sudo', '-n']
  const { code } = await run(sudo[0], [...sudo.slice(1), 'true'], { output: 'inherit' })
  if (code !== 0) throw new Stop(`cannot install the Debian packages ${names}: sudo needs a password`)
  return sudo
}

async function apt(prefix, args, log, names) {
  // env passes the setting through sudo, which clears the environment.
  const command = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', ...args]
  const { code, output } = await run(command[0], command.slice(1))
  log.write(`$ ${command.join(' ')}\n${output}\n`)
  if (code === 0) return
  throw new Stop(
    `cannot install the Debian packages ${names}: apt-get ${args[0]} failed (${aptReason(output)})`,
  )
}

function aptReason(output) {
  return output.match(/^E: .*$/m)?.[0] ?? output.trim().split('\n').at(-1)
}
