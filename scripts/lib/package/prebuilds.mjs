/** The binaries that the package holds, and what must be true of each. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readGyp } from '../build/gyp.mjs'
import { filesBelow, mtimeOf } from '../files.mjs'
import { addons, root } from '../project.mjs'
import { readPe } from './pe.mjs'
import { strangeImports } from './pe-imports.mjs'

/** By architecture, named as prebuildify names them: electron-rebuild recognises only these. */
export const prebuilds = {
  x64: { file: join(root, 'prebuilds', 'win32-x64', 'node.napi.node'), machine: 0x8664 },
  arm64: { file: join(root, 'prebuilds', 'win32-arm64', 'node.napi.armv8.node'), machine: 0xaa64 },
}

/** What every Windows 8 and later has: no runtime library of a compiler, which would have to be installed. */
const SYSTEM_LIBRARIES = [
  'kernel32.dll',
  'advapi32.dll',
  'msvcrt.dll',
  'ntdll.dll',
  'ole32.dll',
  'oleaut32.dll',
]
const HOST = 'node.exe'
const REGISTER = 'napi_register_module_v1'
const VERSION = 'node_api_module_get_api_version_v1'
/** It holds for the whole process, which belongs to the application. */
const FORBIDDEN = 'CoInitializeSecurity'
const MAX_BYTES = 600_000

/** The complaints about a binary; none when it may be shipped for the architecture. */
export function checkPrebuild(file, arch) {
  let bytes
  let pe
  try {
    bytes = readFileSync(file)
    pe = readPe(bytes)
  } catch (error) {
    return [`cannot be read: ${error.message}`]
  }
  const problems = []
  const expect = (holds, problem) => holds || problems.push(problem)
  const { machine } = prebuilds[arch]
  expect(pe.machine === machine, `expected machine ${hex(machine)} for ${arch}, found ${hex(pe.machine)}`)
  expect(pe.isDll, 'is not a DLL')
  for (const library of pe.imports.keys()) {
    expect(SYSTEM_LIBRARIES.includes(library), `imports ${library}, which is not a part of every Windows`)
  }
  const strange = strangeImports(pe.imports, pe.isMsvc)
  expect(strange.length === 0, `imports ${strange.join(' ')}, not listed in pe-imports.mjs`)
  for (const library of pe.delayImports.keys()) {
    expect(library === HOST, `delay-loads ${library}`)
  }
  // GNU ld leaves the directory of delayed imports empty; the name remains for the helper that loads them.
  const delayed = pe.delayImports.has(HOST) || bytes.includes(`${HOST}\0`, 0, 'latin1')
  expect(delayed, `does not delay-load ${HOST}`)
  expect(!bytes.includes(FORBIDDEN, 0, 'latin1'), `names ${FORBIDDEN}`)
  checkExports(pe, expect)
  checkNames(pe, expect)
  if (pe.isMsvc) checkMitigations(pe, expect)
  expect(pe.symbols === 0 && !pe.sections.some(name => /^(?:\.debug|\/)/.test(name)), 'is not stripped')
  expect(bytes.length <= MAX_BYTES, `has ${bytes.length} bytes, more than ${MAX_BYTES}`)
  return problems
}

/** A source that was written after the binary, or undefined when there is none. */
export function newerSource(file, sources = nativeSources()) {
  return sources.find(source => mtimeOf(source) > mtimeOf(file))
}

function nativeSources() {
  const { gyp } = addons.native
  return [gyp, ...filesBelow(dirname(readGyp(gyp).sources[0]), () => true)]
}

/** One line about a binary that has passed. */
export function describePrebuild(file) {
  const bytes = readFileSync(file)
  const { machine, imports, delayImports } = readPe(bytes)
  const delayed = delayImports.has(HOST) ? 'delay-loads node.exe' : 'delay-loads node.exe (no directory)'
  return `machine ${hex(machine)}, ${bytes.length} bytes, imports ${[...imports.keys()].join(' ')}, ${delayed}, Node-API ${declaredNapiVersion()}`
}

function checkExports(pe, expect) {
  expect(pe.exports.has(REGISTER), `does not export ${REGISTER}`)
  const strange = [...pe.exports.keys()].filter(name => name !== REGISTER && name !== VERSION)
  expect(strange.length === 0, `exports ${strange.join(' ')}`)
  if (!pe.exports.has(VERSION)) return expect(false, `does not export ${VERSION}`)
  const declared = declaredNapiVersion()
  const found = constantOf(pe, pe.codeAt(pe.exports.get(VERSION), 16))
  expect(
    found === declared,
    `expected Node-API version ${declared}, found ${found ?? 'code that nobody can read'}`,
  )
}

/** What the file says of itself is what package.json and binding.gyp say of it. */
function checkNames(pe, expect) {
  const { name } = readGyp(addons.native.gyp)
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect(pe.name === `${name}.node`, `calls itself ${pe.name}, expected ${name}.node`)
  if (pe.version === null) return expect(false, 'has no version resource')
  const { numbers, strings } = pe.version
  const [release] = version.split('-')
  expect(numbers.join('.') === `${release}.0`, `has the version ${numbers.join('.')}, expected ${release}.0`)
  const texts = {
    FileVersion: version,
    ProductVersion: version,
    InternalName: name,
    OriginalFilename: `${name}.node`,
  }
  for (const [key, text] of Object.entries(texts)) {
    expect(strings.get(key) === text, `says ${key} ${strings.get(key)}, expected ${text}`)
  }
}

/** MinGW and zig can do neither of these; SECURITY.md says so. */
function checkMitigations(pe, expect) {
  expect(pe.hasGuard, 'lacks Control Flow Guard (/guard:cf)')
  const isX64 = pe.machine === prebuilds.x64.machine
  expect(!isX64 || pe.hasShadowStack, 'is not compatible with shadow stacks (/CETCOMPAT)')
}

function declaredNapiVersion() {
  const define = readGyp(addons.native.gyp).defines.find(text => text.startsWith('NAPI_VERSION='))
  return Number(define?.split('=')[1])
}

/** The number that a function of two instructions returns, or undefined for any other function. */
function constantOf(pe, code) {
  if (pe.machine === prebuilds.x64.machine) {
    // mov eax, imm32; ret
    return code[0] === 0xb8 && code[5] === 0xc3 ? code.readUInt32LE(1) : undefined
  }
  // mov w0, #imm16; ret
  const isMove = (code.readUInt32LE(0) & 0xffe0001f) >>> 0 === 0x52800000
  return isMove && code.readUInt32LE(4) === 0xd65f03c0 ? (code.readUInt32LE(0) >>> 5) & 0xffff : undefined
}

function hex(number) {
  return `0x${number.toString(16)}`
}
