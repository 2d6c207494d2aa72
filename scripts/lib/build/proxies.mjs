/**
 * Builds the proxy/stub library with which the simulator runs in a process of its own: Wine has no proxies for WMI's
 * interfaces. They are generated from the interface definitions in Debian's libwine-dev, which are LGPL; nothing of it
 * is kept in the repository or packed.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Stop, say } from '../console.mjs'
import { ensurePackages, unpackPackage } from '../debian.mjs'
import { digest, mtimeOf } from '../files.mjs'
import { run } from '../process.mjs'
import { addons, root } from '../project.mjs'

const WIDL = 'x86_64-w64-mingw32-widl'
const COMPILER = 'x86_64-w64-mingw32-gcc-posix'
const LIBRARIES = ['-lrpcrt4', '-lole32', '-loleaut32', '-lwbemuuid', '-luuid']
const ours = join(root, 'simulator', 'remote', 'proxies')
const generated = join(addons.simulator.outDir, 'obj', 'proxies')
const library = join(addons.simulator.outDir, 'wbem_proxies.dll')

/** What makes marshallable interfaces of Wine's, which are only ever called in the process. */
const CHANGES = [
  // A local interface gets no proxy.
  [/^\s*local,\n/gm, ''],
  // Callers leave out what they do not want, and texts and values may be NULL.
  [/\[out\]/g, '[in, out, unique]'],
  [/\[in, ?string\]/g, '[in, string, unique]'],
  [/\[in\] VARIANT \*/g, '[in, unique] VARIANT *'],
  // One character only, without the attribute.
  [/\[in\] LPCWSTR/g, '[in, string] LPCWSTR'],
  // The type that the marshalling helpers of OLE Automation know.
  [/SAFEARRAY(?:\(BSTR\))? \*\*?/g, 'LPSAFEARRAY *'],
]

/**
 * Builds `build/simulator/wbem_proxies.dll`, or says why it cannot be had: the tests that need it skip themselves.
 * Rejects only when the packages are there and the build fails.
 */
export async function buildProxies() {
  const includes = await interfaceDefinitions()
  if (includes === undefined) return
  const definitions = CHANGES.reduce(
    (text, [pattern, replacement]) => text.replace(pattern, replacement),
    readFileSync(join(includes, 'wbemcli.idl'), 'utf8'),
  )
  const inputs = [join(ours, 'identity.c'), join(ours, 'identity.h')].map(file => readFileSync(file, 'utf8'))
  const stamp = join(generated, 'stamp')
  const signature = digest([definitions, ...inputs, ...LIBRARIES].join('\0'))
  if (mtimeOf(library) >= 0 && mtimeOf(stamp) >= 0 && readFileSync(stamp, 'utf8') === signature) return

  say('generating and compiling proxies for WMI')
  mkdirSync(generated, { recursive: true })
  const at = name => join(generated, name)
  writeFileSync(at('wbem.idl'), definitions)
  writeFileSync(at('exports.def'), 'EXPORTS\nDllGetClassObject PRIVATE\n')
  const widl = (output, ...args) => step(WIDL, ['--win64', '-Oif', '-I', includes, ...args, '-o', at(output)])
  await widl('wbem.h', '-h', at('wbem.idl'))
  await widl('wbem_p.c', '-p', at('wbem.idl'))
  await widl('dlldata.c', '--dlldata-only', 'wbem')
  const identity = ['-include', join(ours, 'identity.h')]
  const redirect = '-DIUnknown_QueryInterface_Proxy=QueryInterfaceWithoutSecurity'
  await step(COMPILER, ['-O2', '-c', ...identity, redirect, at('wbem_p.c'), '-o', at('wbem_p.o')])
  const sources = [at('wbem_p.o'), at('dlldata.c'), join(ours, 'identity.c'), at('exports.def')]
  // Linked aside and moved: a process that has the old library loaded keeps its file.
  const fresh = `${library}.new`
  await step(COMPILER, ['-O2', '-shared', '-static', '-s', ...sources, ...LIBRARIES, '-o', fresh])
  renameSync(fresh, library)
  writeFileSync(stamp, signature)
}

/** The folder of Wine's interface definitions; undefined where the packages cannot be had. */
async function interfaceDefinitions() {
  try {
    await ensurePackages(['proxies'])
    // Of the version of Wine that runs the tests: the definitions belong to it.
    const folder = await unpackPackage('libwine-dev', 'wine64')
    return join(folder, 'usr', 'include', 'wine', 'wine', 'windows')
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    say(`${error.message}; the tests of the server in a process of its own will be skipped`)
    return undefined
  }
}

async function step(command, args) {
  const { code, output } = await run(command, args, { cwd: generated })
  if (code !== 0) throw new Stop(`${output}\nthe proxies for WMI do not build`)
}
