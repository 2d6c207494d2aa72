/** Builds an addon for Windows on Linux from its binding.gyp; only what changed is compiled. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { nodeApiHeaders } from './compilers.mjs'
import { Stop, say } from './console.mjs'
import { digest, mtimeOf } from './files.mjs'
import { readGyp } from './gyp.mjs'
import { mapLimited, run } from './process.mjs'
import { root } from './project.mjs'

const JOBS = 2
const DELAY_LOAD_HOOK = join(root, 'native', 'win_delay_load_hook.cc')

/**
 * Compiles and links one addon. Returns the warnings of all its sources, also of those that were up to date, so that
 * a check never needs a second build. The linked file is `<outDir>/<target>.node`.
 */
export async function crossBuild(addon, compiler, outDir) {
  const target = readGyp(addon.gyp)
  const objectDir = join(outDir, 'obj', target.name)
  mkdirSync(objectDir, { recursive: true })

  const sources = [...target.sources, DELAY_LOAD_HOOK]
  const missing = sources.find(source => mtimeOf(source) < 0)
  if (missing !== undefined)
    throw new Stop(`${relative(root, addon.gyp)} lists a missing source: ${relative(root, missing)}`)
  const command = [compiler.command, ...compileCommand(compiler, target)]
  const units = sources.map(source =>
    isResource(source) ? resourceUnitOf(source, objectDir, compiler) : unitOf(source, objectDir, command),
  )
  const stale = units.filter(unit => !isUpToDate(unit))
  const output = join(outDir, `${target.name}.node`)
  if (stale.length > 0)
    say(`compiling ${target.name} with ${compiler.name}: ${stale.length} of ${units.length} sources`)
  const failures = (await mapLimited(stale, JOBS, unit => compile(compiler, unit))).filter(
    text => text !== null,
  )
  if (failures.length > 0) throw new Stop(`${failures.join('\n')}\n${target.name} does not compile`)

  const importLibrary = await makeImportLibrary(compiler, outDir)
  const linkArgs = [
    ...compiler.linkFlags(),
    ...units.map(unit => unit.object),
    importLibrary,
    ...compiler.libraries(target.libraries),
  ]
  await link(compiler, linkArgs, output, [...units.map(unit => unit.object), importLibrary])
  return units.map(unit => readFileSync(unit.warnings, 'utf8')).join('')
}

export function isResource(source) {
  return source.endsWith('.rc')
}

/** The compiler's arguments for any source of a target. */
export function compileCommand(compiler, target) {
  const system = directory => ['-isystem', directory]
  const isForeign = directory => directory.includes('node_modules')
  return [
    ...compiler.compileFlags(),
    // Two clones in different folders give the same bytes.
    `-ffile-prefix-map=${root}=.`,
    // node-gyp defines these two for every addon.
    `-DNODE_GYP_MODULE_NAME=${target.name}`,
    '-DBUILDING_NODE_EXTENSION',
    ...target.defines.map(define => `-D${define}`),
    ...system(join(nodeApiHeaders, 'include')),
    ...target.includeDirs.flatMap(directory =>
      isForeign(directory) ? system(directory) : ['-I', directory],
    ),
  ]
}

/** The path is part of the name: two folders may hold sources of the same name. */
function baseOf(source, objectDir) {
  return join(objectDir, relative(root, source).replaceAll('..', '_').replaceAll('/', '-'))
}

function resourceUnitOf(source, objectDir, compiler) {
  const base = baseOf(source, objectDir)
  const dependencies = `${base}.d`
  // It includes nothing, and windres writes no list.
  writeFileSync(dependencies, `${base}: ${source.replaceAll(' ', '\\ ')}\n`)
  return {
    source,
    command: [...compiler.resourceCompiler, source],
    object: `${base}.${compiler.resourceCompiler.includes('res') ? 'res' : 'o'}`,
    dependencies,
    warnings: `${base}.warnings`,
    stamp: `${base}.stamp`,
  }
}

function unitOf(source, objectDir, command) {
  const base = baseOf(source, objectDir)
  return {
    source,
    command: [...command, '-MMD', '-MF', `${base}.d`, '-c', source],
    object: `${base}.o`,
    dependencies: `${base}.d`,
    warnings: `${base}.warnings`,
    stamp: `${base}.stamp`,
  }
}

function isUpToDate(unit) {
  if (readOr(unit.stamp, '') !== digest(unit.command.join('\0'))) return false
  const built = mtimeOf(unit.object)
  return built >= 0 && readDependencies(unit.dependencies).every(file => isOlder(file, built))
}

function isOlder(file, time) {
  const modified = mtimeOf(file)
  return modified >= 0 && modified <= time
}

/** The prerequisites in a make rule as -MMD writes it: `target: a b \⏎ c`, blanks in names escaped. */
function readDependencies(file) {
  const rule = readOr(file, '').replace(/\\\n/g, ' ')
  const names = rule.slice(rule.indexOf(':') + 1).match(/(?:\\ |\S)+/g) ?? []
  return names.map(name => name.replaceAll('\\ ', ' '))
}

/** Resolves to null, or to the compiler's messages when the source does not compile. */
async function compile(compiler, unit) {
  rmSync(unit.stamp, { force: true })
  const started = new Date()
  const [command, ...args] = unit.command
  const { code, output } = await run(command, [...args, '-o', unit.object], compiler.runOptions)
  if (code !== 0) return output
  // A source that was saved while it was being compiled must count as newer.
  utimesSync(unit.object, started, started)
  if (output !== '') say(output.trimEnd())
  writeFileSync(unit.warnings, output)
  writeFileSync(unit.stamp, digest(unit.command.join('\0')))
  return null
}

/** The import library for the host process, made of the symbol lists that node-api-headers ships. */
async function makeImportLibrary(compiler, outDir) {
  const folder = join(nodeApiHeaders, 'def')
  const lists = readdirSync(folder).map(name => readFileSync(join(folder, name), 'utf8'))
  const symbols = new Set(lists.join('\n').match(/^(?!(?:NAME|LIBRARY|EXPORTS)\b)\S+/gm))
  const text = ['NAME node.exe', 'EXPORTS', ...[...symbols].sort(), ''].join('\n')
  const definition = join(outDir, 'obj', 'node.def')
  const library = join(outDir, 'obj', 'libnode.a')
  if (readOr(definition, '') === text && mtimeOf(library) >= mtimeOf(definition)) return library
  writeFileSync(definition, text)
  const [command, args] = compiler.importLibrary(definition, library)
  const { code, output } = await run(command, args, compiler.runOptions)
  if (code !== 0) throw new Stop(`${output}\ncannot make the import library for node.exe`)
  return library
}

async function link(compiler, args, output, inputs) {
  const stamp = join(dirname(output), 'obj', `${basename(output)}.stamp`)
  const command = digest(args.join('\0'))
  const built = mtimeOf(output)
  if (readOr(stamp, '') === command && built >= 0 && inputs.every(file => isOlder(file, built))) return
  // Linked aside and moved: a process that has the old addon loaded keeps its file. Under its own name, which the
  // linker writes into it.
  const fresh = join(dirname(output), 'obj', 'linked', basename(output))
  mkdirSync(dirname(fresh), { recursive: true })
  const result = compiler.link
    ? await compiler.link(args, fresh)
    : await run(compiler.command, [...args, '-o', fresh])
  if (result.code !== 0) throw new Stop(`${result.output}\n${basename(output)} does not link`)
  renameSync(fresh, output)
  writeFileSync(stamp, command)
}

function readOr(file, fallback) {
  return mtimeOf(file) < 0 ? fallback : readFileSync(file, 'utf8')
}
