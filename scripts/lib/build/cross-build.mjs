/** Builds an addon for Windows on Linux from its binding.gyp. Ninja knows what has changed. */
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { Stop, say } from '../console.mjs'
import { digest, filesBelow, mtimeOf } from '../files.mjs'
import { run } from '../process.mjs'
import { root } from '../project.mjs'
import { nodeApiHeaders } from './compilers.mjs'
import { readGyp } from './gyp.mjs'

/** For the cross build alone: what node-gyp brings along under MSVC, or MSVC does not need. */
const mingwSources = filesBelow(join(root, 'native', 'mingw'), path => path.endsWith('.cc'))

/**
 * Compiles and links one addon. Returns the warnings of all its sources, also of those that were up to date, so that
 * a check never needs a second build. The linked file is `<outDir>/<target>.node`.
 */
export async function crossBuild(addon, compiler, outDir) {
  const target = readGyp(addon.gyp)
  const sources = [...target.sources, ...mingwSources]
  const missing = sources.find(source => mtimeOf(source) < 0)
  if (missing !== undefined)
    throw new Stop(`${relative(root, addon.gyp)} lists a missing source: ${relative(root, missing)}`)
  const objectDir = join(outDir, 'obj', target.name)
  mkdirSync(objectDir, { recursive: true })
  const units = sources.map(source => unitOf(source, objectDir, compiler, target))
  await compile(units, objectDir, compiler, target.name)
  const warnings = units.map(unit => readFileSync(unit.warnings, 'utf8')).join('')
  if (warnings !== '') say(warnings.trimEnd())

  const importLibrary = await makeImportLibrary(compiler, outDir)
  const objects = units.map(unit => unit.object)
  const linkArgs = [
    ...compiler.linkFlags(),
    ...objects,
    // Relative: GNU ld sorts what libraries bring along by their paths.
    relative(outDir, importLibrary),
    ...compiler.libraries(target.libraries),
  ]
  await link(compiler, linkArgs, join(outDir, `${target.name}.node`), [...objects, importLibrary])
  return warnings
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

function unitOf(source, objectDir, compiler, target) {
  // The path is part of the name: two folders may hold sources of the same name.
  const base = join(objectDir, relative(root, source).replaceAll('..', '_').replaceAll('/', '-'))
  const resource = isResource(source)
  const object = `${base}.${resource && compiler.resourceCompiler.includes('res') ? 'res' : 'o'}`
  const command = resource
    ? [...compiler.resourceCompiler, source, object]
    : [
        compiler.command,
        ...compileCommand(compiler, target),
        '-MMD',
        '-MF',
        `${base}.d`,
        '-c',
        source,
        '-o',
        object,
      ]
  return {
    source,
    command,
    object,
    warnings: `${base}.warnings`,
    dependencies: resource ? null : `${base}.d`,
  }
}

/** Compiles what has changed: a source, a header that it includes, or the command. */
async function compile(units, objectDir, compiler, name) {
  const file = join(objectDir, 'build.ninja')
  writeFileSync(file, ninjaFile(units))
  const ninja = (...args) => run('ninja', ['-f', file, ...args], { cwd: objectDir, ...compiler.runOptions })
  // What was made of sources that have gone.
  await ninja('-t', 'cleandead')
  if ((await ninja('-n')).output.includes('no work to do')) return
  say(`compiling ${name} with ${compiler.name}`)
  const { code, output } = await ninja('--quiet', '-k', '0', '-j', String(availableParallelism()))
  if (code !== 0) throw new Stop(`${output}\n${name} does not compile`)
}

function ninjaFile(units) {
  const path = text => text.replace(/[$ :]/g, character => `$${character}`)
  const shell = arg => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`)
  const rules = units.map(({ source, command, object, warnings, dependencies }, index) => {
    const line = command.map(shell).join(' ').replaceAll('$', '$$')
    const log = shell(warnings).replaceAll('$', '$$')
    return [
      `rule unit${index}`,
      `  command = ${line} > ${log} 2>&1 || (cat ${log}; exit 1)`,
      ...(dependencies === null ? [] : [`  depfile = ${path(dependencies)}`, '  deps = gcc']),
      `build ${path(object)}: unit${index} ${path(source)}`,
    ].join('\n')
  })
  return `builddir = .\n${rules.join('\n')}\n`
}

/** The import library for the host process, made of the symbol lists that node-api-headers ships. */
async function makeImportLibrary(compiler, outDir) {
  const folder = join(nodeApiHeaders, 'def')
  const lists = readdirSync(folder).map(name => readFileSync(join(folder, name), 'utf8'))
  const symbols = new Set(lists.join('\n').match(/^(?!(?:NAME|LIBRARY|EXPORTS)\b)\S+/gm))
  const text = ['NAME node.exe', 'EXPORTS', ...[...symbols].sort(), ''].join('\n')
  const objectDir = join(outDir, 'obj')
  const definition = join(objectDir, 'node.def')
  const library = join(objectDir, 'libnode.a')
  if (readOr(definition, '') === text && mtimeOf(library) >= mtimeOf(definition)) return library
  writeFileSync(definition, text)
  // In their folder: dlltool names what it puts into the library after the path, and the linker sorts by those names.
  const [command, args] = compiler.importLibrary(basename(definition), basename(library))
  const { code, output } = await run(command, args, { ...compiler.runOptions, cwd: objectDir })
  if (code !== 0) throw new Stop(`${output}\ncannot make the import library for node.exe`)
  return library
}

async function link(compiler, args, output, inputs) {
  const stamp = join(dirname(output), 'obj', `${basename(output)}.stamp`)
  const command = digest(args.join('\0'))
  const built = mtimeOf(output)
  const isCurrent = built >= 0 && inputs.every(file => mtimeOf(file) <= built)
  if (isCurrent && readOr(stamp, '') === command) return
  // Linked aside and moved: a process that has the old addon loaded keeps its file. Under its own name, which the
  // linker writes into it.
  const fresh = join(dirname(output), 'obj', 'linked', basename(output))
  mkdirSync(dirname(fresh), { recursive: true })
  const cwd = dirname(output)
  const result = compiler.link
    ? await compiler.link(args, fresh, cwd)
    : await run(compiler.command, [...args, '-o', fresh], { cwd })
  if (result.code !== 0) throw new Stop(`${result.output}\n${basename(output)} does not link`)
  renameSync(fresh, output)
  writeFileSync(stamp, command)
}

function readOr(file, fallback) {
  return mtimeOf(file) < 0 ? fallback : readFileSync(file, 'utf8')
}
