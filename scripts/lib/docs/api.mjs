/**
 * Writes what the package exports, from the types that are packed: a reference to read (docs/api/<entry>.md, by
 * TypeDoc), and a report in which a change of the API is seen in review (docs/api/report/<entry>.api.md, by API
 * Extractor).
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { Stop } from '../console.mjs'
import { filesBelow } from '../files.mjs'
import { entryNames } from '../package/package.mjs'
import { root } from '../project.mjs'

const types = join(root, 'dist', 'package', 'types')

/** Types that only other types are made of: no signature names them, and no compiler has to. */
const BUILDING_BLOCKS = ['ConstantName', 'Failed', 'Fields', 'Identity', 'Values']

/** The reference and the report, path → text; the package must have been built. */
export async function renderApi() {
  const scratch = mkdtempSync(join(tmpdir(), 'api-'))
  const folder = join(scratch, 'docs')
  try {
    // The reference first: TypeDoc empties the folder.
    await writeReference(folder, scratch)
    await writeReport(join(folder, 'report'), scratch)
    const files = filesBelow(folder, () => true)
    return Object.fromEntries(files.map(file => [relative(folder, file), readFileSync(file, 'utf8')]))
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

const compilerOptions = {
  target: 'es2022',
  module: 'node16',
  moduleResolution: 'node16',
  lib: ['es2023', 'esnext.disposable'],
  types: ['node'],
  typeRoots: [join(root, 'node_modules', '@types')],
  strict: true,
}
const pathOf = name => join(types, `${name}.d.ts`)

async function writeReference(folder, scratch) {
  const tsconfig = join(scratch, 'tsconfig.json')
  writeFileSync(tsconfig, JSON.stringify({ compilerOptions, files: entryNames().map(pathOf) }))
  const { Application, LogLevel, Logger } = await import('typedoc')
  const complaints = []
  class Complaints extends Logger {
    log(message, level) {
      if (level >= LogLevel.Warn) complaints.push(message)
    }
  }
  const app = await Application.bootstrapWithPlugins({
    name: 'API reference',
    entryPoints: entryNames().map(pathOf),
    plugin: ['typedoc-plugin-markdown'],
    outputs: [{ name: 'markdown', path: folder }],
    tsconfig,
    logLevel: 'Warn',
    readme: 'none',
    disableSources: true,
    excludeExternals: true,
    excludeInternal: true,
    excludePrivate: true,
    validation: { invalidLink: true, notExported: false },
    entryFileName: 'README',
    outputFileStrategy: 'modules',
    hidePageHeader: true,
    hideBreadcrumbs: true,
    hideGroupHeadings: true,
    enumMembersFormat: 'table',
    interfacePropertiesFormat: 'table',
    parametersFormat: 'table',
    typeDeclarationFormat: 'table',
  })
  app.logger = new Complaints()
  const project = await app.convert()
  if (project === undefined) throw new Stop(`TypeDoc reads no types:\n${complaints.join('\n')}`)
  for (const module of project.children) {
    if (module.name === 'index') module.name = 'hyperv-job-errors'
  }
  app.validate(project)
  await app.generateOutputs(project)
  if (complaints.length > 0) throw new Stop(`TypeDoc complains:\n${complaints.join('\n')}`)
}

async function writeReport(folder, scratch) {
  const { Extractor, ExtractorConfig } = (await import('@microsoft/api-extractor')).default
  const problems = []
  const missing = new Map()
  mkdirSync(folder, { recursive: true })
  for (const entry of entryNames()) {
    const config = ExtractorConfig.prepare({
      packageJsonFullPath: join(root, 'package.json'),
      configObjectFullPath: undefined,
      configObject: {
        projectFolder: root,
        mainEntryPointFilePath: pathOf(entry),
        newlineKind: 'lf',
        compiler: { overrideTsconfig: { compilerOptions, files: [pathOf(entry)] } },
        apiReport: { enabled: true, reportFileName: entry, reportFolder: folder, reportTempFolder: scratch },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        messages: {
          compilerMessageReporting: { default: { logLevel: 'error' } },
          extractorMessageReporting: {
            default: { logLevel: 'error' },
            // All that is exported is public.
            'ae-missing-release-tag': { logLevel: 'none' },
            // An entry may link to another one; TypeDoc finds the links that lead nowhere.
            'ae-unresolved-link': { logLevel: 'none' },
            'ae-undocumented': { logLevel: 'none' },
          },
          tsdocMessageReporting: { default: { logLevel: 'error' } },
        },
      },
    })
    Extractor.invoke(config, {
      localBuild: true,
      messageCallback(message) {
        message.handled = true
        if (message.logLevel !== 'error') return
        if (message.messageId !== 'ae-forgotten-export') problems.push(`${entry}: ${message.text}`)
        else missing.set(/"([^"]+)"/.exec(message.text)[1], message.text)
      },
    })
  }
  const known = new Set([...BUILDING_BLOCKS, ...exported(), ...values()])
  problems.push(...[...missing].filter(([name]) => !known.has(name)).map(([, text]) => text))
  if (problems.length > 0) throw new Stop(`API Extractor complains:\n${problems.join('\n')}`)
}

/** What some entry exports: a signature of one may name what another exports. */
function exported() {
  return entryNames().flatMap(entry =>
    [...readFileSync(pathOf(entry), 'utf8').matchAll(/(\w+),$/gm)].map(([, name]) => name),
  )
}

/** Constants that a type is derived from. */
function values() {
  const text = readFileSync(join(types, 'declarations.d.ts'), 'utf8')
  return [...text.matchAll(/^declare const (\w+)/gm)].map(([, name]) => name)
}
