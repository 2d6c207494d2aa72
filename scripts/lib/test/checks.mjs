/** The static checks: types, lint and format of both languages, and the warnings of all compilers. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { buildAgentExample } from '../build/agent.mjs'
import { prepare } from '../build/build.mjs'
import { compilers } from '../build/compilers.mjs'
import { compileCommand, isResource } from '../build/cross-build.mjs'
import { buildElectronExample } from '../build/electron.mjs'
import { readGyp } from '../build/gyp.mjs'
import { buildTypeScript } from '../build/typescript.mjs'
import { Stop } from '../console.mjs'
import { generatedProblems } from '../docs/generated.mjs'
import { filesBelow, mtimeOf, signatureOf } from '../files.mjs'
import { withLock } from '../lock.mjs'
import { platform } from '../platform.mjs'
import { mapLimited, run } from '../process.mjs'
import { addons, root } from '../project.mjs'
import { includeProblems } from './native-floors.mjs'
import { workflowProblems } from './workflows.mjs'

const JOBS = 2
const targets = Object.values(addons).map(addon => readGyp(addon.gyp))
const nativeFolders = [...new Set(targets.flatMap(target => target.sources.map(source => dirname(source))))]

/** Runs every check, also after one has failed, with a line for each. Resolves to the names of the failed ones. */
export async function runChecks(print) {
  const checks = [
    { name: 'TypeScript compiles', work: checkTypes },
    { name: 'the Electron example compiles', work: () => checkExample(buildElectronExample) },
    { name: 'the agent among the examples compiles', work: () => checkExample(buildAgentExample) },
    { name: 'biome: lint and format', work: checkBiome },
    {
      name: 'native/ keeps to its floors',
      work: async () => includeProblems(join(root, 'native')).join('\n'),
    },
    { name: 'the generated documents are current', work: checkGenerated },
    { name: 'actionlint', work: async () => (await workflowProblems()).join('\n') },
    ...platform.compilers.map(compiler => ({
      name: `no warnings from ${compiler}`,
      work: () => checkWarnings(compiler),
    })),
    ...(platform.compilers.includes('clang')
      ? [
          { name: 'clang-format', work: checkClangFormat },
          { name: 'clang-tidy', work: checkClangTidy },
        ]
      : []),
  ]
  const failed = []
  for (const { name, work } of checks) {
    const started = Date.now()
    const problem = await work().catch(error => {
      if (error instanceof Stop) return error.message
      throw error
    })
    if (problem !== '') {
      failed.push(name)
      print(problem.trimEnd())
    }
    print(`${problem === '' ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`)
  }
  return failed
}

// Each check resolves to its complaints, '' when it has none.

async function checkTypes() {
  await withLock(buildTypeScript)
  return ''
}

async function checkGenerated() {
  await prepare({ ts: true })
  return generatedProblems()
}

async function checkExample(build) {
  await withLock(build)
  return ''
}

async function checkBiome() {
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
  return complaints(
    await run(process.execPath, [biome, 'ci', '--colors=off', '--error-on-warnings', root], { cwd: root }),
  )
}

async function checkWarnings(compiler) {
  // The default compiler's build is the one that is used; others build beside it.
  const options =
    compiler === platform.compilers[0] ? {} : { compiler, outDir: join(root, 'build', compiler) }
  return withLock(async () => {
    const warnings = []
    for (const addon of Object.values(addons)) warnings.push(await platform.buildAddon(addon, options))
    return warnings.join('')
  })
}

async function checkClangFormat() {
  const sources = nativeFolders.flatMap(folder => filesBelow(folder, path => /\.(?:cc|h)$/.test(path)))
  return complaints(await run('clang-format-19', ['--dry-run', '-Werror', ...sources]))
}

async function checkClangTidy() {
  // What is shipped, not the addons of tests and benchmarks: the check takes seconds for each source.
  const checked = targets.filter(target => target.name === addons.native.name)
  const jobs = checked.flatMap(target =>
    target.sources.filter(source => !isResource(source)).map(source => ({ source, target })),
  )
  const outputs = await mapLimited(jobs, JOBS, tidy)
  // What is wrong with a header comes up for each source that includes it.
  const diagnostics = outputs.flatMap(output => output.split(/^(?=\S+:\d+:\d+: (?:error|warning))/m))
  return [...new Set(diagnostics.map(text => text.replace(/^\d+ warnings.*\n?/gm, '')))].join('')
}

/** Slow, so a source that was found clean is looked at again only when it or something beside it changed. */
async function tidy({ source, target }) {
  const config = join(root, '.clang-tidy')
  const neighbours = filesBelow(dirname(source), path => path.endsWith('.h'))
  const signature = signatureOf([
    config,
    join(root, 'scripts', 'lib', 'build', 'compilers.mjs'),
    source,
    ...neighbours,
  ])
  const stamp = join(root, 'build', 'clang-tidy', relative(root, source).replaceAll('/', '-'))
  if (mtimeOf(stamp) >= 0 && readFileSync(stamp, 'utf8') === signature) return ''
  const flags = compileCommand(compilers.clang, target)
  const ours = `--header-filter=^(${nativeFolders.join('|')})/`
  const result = await run('clang-tidy-19', [
    '--quiet',
    `--config-file=${config}`,
    ours,
    source,
    '--',
    ...flags,
  ])
  if (result.code !== 0) return result.output
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, signature)
  return ''
}

function complaints({ code, output }) {
  return code === 0 ? '' : output || `ended with exit code ${code}`
}
