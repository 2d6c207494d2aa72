/** The programs in README.md and the documents, as a reader would copy them: they compile strictly, and run. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { ensureElectronTypes } from '../../scripts/lib/build/electron.mjs'
import { typeScript } from '../../scripts/lib/build/typescript.mjs'
import { root } from '../../scripts/lib/project.mjs'
import { demoScenario, installedProject, must, node, writeFiles } from './consumer.mjs'

const DOCUMENTS = [
  'README.md',
  ...readdirSync(join(root, 'docs')).flatMap(name => (name.endsWith('.md') ? [`docs/${name}`] : [])),
]

/** What the pieces that are no whole programs use: each document says beside them what it is. */
const SURROUNDINGS = `
import type { FailedItem, Job, Session } from 'hyperv-job-errors'
declare global {
  const session: Session
  const job: Job
  const item: FailedItem
  const xml: string
  function send(records: readonly unknown[]): Promise<void>
}
`
/** Runs a program against the demo's host, ten times as fast; what goes on for ever ends after a while. */
const ON_SIMULATED_HOST = `
const hyperv = require('hyperv-job-errors')
const { simulate } = require('hyperv-job-errors/testing')
const scenario = require(${JSON.stringify(demoScenario)})
for (const { timeline = [] } of scenario.jobs) for (const step of timeline) step.afterMs /= 10
const { connect } = hyperv
const host = simulate(scenario)
hyperv.connect = options => connect({ ...options, addon: host })
setTimeout(() => process.exit(), 4000).unref()
`

/** The blocks of a document: `{ language, name, text }`; the name is the file that the document gives it. */
function blocksOf(document) {
  const text = readFileSync(join(root, document), 'utf8').replaceAll('\r\n', '\n')
  return Array.from(text.matchAll(/^```(js|ts)(?: (\S+))?\n(.*?)^```$/gms), ([, language, name, body]) => ({
    document,
    language,
    name,
    text: body,
  }))
}

const blocks = DOCUMENTS.flatMap(blocksOf)

/** Where a block is compiled: blocks with names import each other, the others are alone. */
function fileOf({ document, language, name, text }, index) {
  const folder = `blocks/${document.replace(/\W/g, '-')}`
  if (name !== undefined) return `${folder}/${name}`
  const isModule = /^import |^await |^for await /m.test(text) || !/\brequire\(|module\.exports/.test(text)
  return `${folder}/${index}.${isModule ? 'm' : 'c'}${language}`
}

/** A module even where it is a piece that imports nothing. */
const asModule = text =>
  /^(?:import|export) |\brequire\(|module\.exports/m.test(text) ? text : `${text}\nexport {}\n`

describe('the programs of the documents', () => {
  let folder
  before(async () => {
    folder = await installedProject()
  })

  async function compile(name, files, options) {
    const compilerOptions = {
      target: 'es2023',
      lib: ['es2023', 'esnext.disposable', 'dom'],
      module: 'nodenext',
      moduleResolution: 'nodenext',
      allowJs: true,
      checkJs: true,
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      declaration: true,
      rootDir: '.',
      outDir: `out-${name}`,
      types: ['node'],
      typeRoots: [join(root, 'node_modules', '@types')],
      skipLibCheck: true,
      ...options,
    }
    const config = `tsconfig.${name}.json`
    const electron = await ensureElectronTypes()
    const vitest = "declare module 'vitest'\n"
    writeFiles(folder, {
      ...files,
      'surroundings.d.mts': SURROUNDINGS,
      'vitest.d.ts': vitest,
      [config]: JSON.stringify({
        compilerOptions,
        files: [...Object.keys(files), 'surroundings.d.mts', 'vitest.d.ts', electron],
      }),
    })
    await must(typeScript(['-p', join(folder, config)]))
  }

  test('compile as they are, with declarations', async () => {
    assert.ok(blocks.length > 15, `only ${blocks.length} blocks`)
    const files = Object.fromEntries(
      blocks.map((block, index) => [fileOf(block, index), asModule(block.text)]),
    )
    // A parameter of a function in JavaScript has no type unless a comment says so.
    await compile('as-they-are', files, { noImplicitAny: false })
  })

  test('compile as TypeScript, with declarations', async () => {
    const files = blocks
      .filter(({ document, name }) => document === 'README.md' && name === undefined)
      .map((block, index) => [
        fileOf(block, index).replace(/js$/, 'ts').replace('blocks/', 'typed/'),
        // require has a type of its own in TypeScript: `import … = require(…)`.
        asModule(
          block.text.replace(
            /^const \{ (\w+) \} = require\((.*)\)$/gm,
            'import hyperv = require($2)\nconst { $1 } = hyperv',
          ),
        ),
      ])
    await compile('typed', Object.fromEntries(files), {})
  })

  /** What each program of the README prints on the demo's host, by a part of its text. */
  const OUTPUTS = {
    'failedOnly: true': /^3F0C7A52\S+ to HV-02: 'ledger-db' could not be moved.*\n(?:.* to .*\n){3}$/,
    "include: ['failed']":
      /^\S+: ledger-db failed: Migrate from a session on the source host.*\n(?:.*\n)*\S+: mail-relay failed: there are no error records$/m,
    'session.wait(': /^\d+ %\n(?:\d+ %\n)*JobFailedError: .+/,
    "host: 'HV-02', timeoutMs": /^disconnected, again later: true\n$/,
  }
  function outputOf(file, text) {
    writeFiles(folder, { [file]: text, 'on-simulated-host.cjs': ON_SIMULATED_HOST })
    return must(node(['--require', './on-simulated-host.cjs', file], { cwd: folder }))
  }

  for (const [part, expected] of Object.entries(OUTPUTS)) {
    test(`run: ${part}`, async () => {
      const block = blocks.find(({ document, text }) => document === 'README.md' && text.includes(part))
      assert.match(await outputOf(fileOf(block, 'run'), block.text), expected)
    })
  }

  test('show a record as it is printed', async () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8').replaceAll('\r\n', '\n')
    const [, record] = /`console\.log\(primaryError\)` prints\n\n```\n(.*?)^```$/ms.exec(readme)
    const program = `
      import { connect } from 'hyperv-job-errors'
      const session = await connect()
      const [job] = await session.jobs({ failedOnly: true })
      const { primaryError } = await session.getErrorEx(job)
      console.log(primaryError)
      await session.close()`
    assert.equal(await outputOf('record.mjs', program), record)
  })
})
