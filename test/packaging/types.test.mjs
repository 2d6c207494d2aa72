/** The types of the package, as its users' compilers see them. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { typeScript } from '../../scripts/lib/build/typescript.mjs'
import { filesBelow } from '../../scripts/lib/files.mjs'
import { root } from '../../scripts/lib/project.mjs'
import { installedProject, must, node, pack, packagingTools, writeFiles } from './consumer.mjs'

const tools = await packagingTools()
const tarball = await pack()
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Uses every entry. The lines that are wrong must be errors: missing types would be `any`. */
const USE = `
import { connect, isHyperVError, type Job, type MsvmError, type NativeAddon, WbemError } from 'hyperv-job-errors'
import { decodeMsvmError } from 'hyperv-job-errors/cimxml'
import { type Scenario, simulate } from 'hyperv-job-errors/testing'
import { Journal, openJournal, watchHosts } from 'hyperv-job-errors/fleet'
import { toEcsDocuments, toOtelLogRecords } from 'hyperv-job-errors/telemetry'
import {
  choosePrimary, type Diagnosis, diagnose, type Explanation, explain, findCodes, fingerprint,
} from 'hyperv-job-errors/diagnosis'
import addon from 'hyperv-job-errors/win32-x64'
import other from 'hyperv-job-errors/win32-arm64'

export async function use(signal: AbortSignal): Promise<string> {
  const chosen: NativeAddon = process.arch === 'arm64' ? other : addon
  const session = await connect({ addon: chosen, signal })
  const jobs: readonly Job[] = await session.jobs()
  const { errors } = await session.getErrorEx(jobs[0]!)
  const first: MsvmError = errors?.[0] ?? decodeMsvmError('')
  // @ts-expect-error no such option
  await connect({ addons: chosen })
  const result = await session.getErrorEx(jobs[0]!)
  const diagnosis: Diagnosis = diagnose(result)
  const explanation: Explanation = explain(diagnosis.codes[0]?.code ?? 'E_FAIL')
  const prints: string[] = [result, errors ?? [], first, explanation.hex ?? ''].map(one => fingerprint(one))
  choosePrimary(errors ?? [])
  // @ts-expect-error a number is no failure
  diagnose(prints.length)
  // @ts-expect-error a number is no text
  findCodes(1)
  return typeof first.message === 'string' ? first.message : ''
}

export async function rehearse(scenario: Scenario): Promise<readonly string[]> {
  const host = simulate({ ...scenario, computer: 'HV-07' })
  const session = await connect({ addon: host })
  host.endJob('A', { errors: ['<INSTANCE'] })
  // @ts-expect-error an operation of the host is one of six
  host.failNext('reboot', {})
  await session.close()
  return host.calls().map(({ operation }) => operation)
}

export async function ship(file: string): Promise<unknown[]> {
  const shipped: unknown[] = []
  const journal = await openJournal(file)
  for await (const item of watchHosts([{ host: 'HV-01' }], { journal, classes: 'all' })) {
    // @ts-expect-error a gap is no failure
    if (item.kind === 'gap') toOtelLogRecords(item)
    if (item.kind === 'failed') {
      shipped.push(...toOtelLogRecords(item), ...toEcsDocuments(item))
      // @ts-expect-error no such option
      toOtelLogRecords(item, { raw: true })
    }
    if (item.kind === 'gap' && item.reason === 'not-watched') shipped.push(item.to.getTime() - item.from.getTime())
    await journal.add(item)
  }
  return shipped
}

export async function isJournal(thing: unknown): Promise<boolean> {
  // @ts-expect-error the class is there as a type alone
  return thing instanceof Journal
}

export function describe(error: unknown): number | undefined {
  if (error instanceof WbemError) return error.hresult
  // @ts-expect-error not every error of the package has one
  return isHyperVError(error) ? error.hresult : undefined
}
`
/** A library on top: whatever the package gives it, it can export, and the compiler can name. */
const LIBRARY = `
import {
  type AnyHyperVError, connect, type FailedItem, isHyperVError, type Job, JobState, type MigrationJob, type MsvmError,
  type OtherJob, type Session, type StorageJob, type WatchItem,
} from 'hyperv-job-errors'

export const start = () => connect()
export const watchAll = (session: Session) => session.watch()
export const refOf = async (session: Session) => (await session.getErrorEx('A')).job
export const listOf = async (session: Session) => (await session.getErrorEx('A')).undecodable
export const outOf = async (session: Session) => (await session.execMethod('Msvm_X', 'Y')).out
export const extraOf = async (session: Session) => (await session.jobs())[0]?.extra
export const unreadableOf = async (session: Session) => (await session.job('A')).unreadable
export const propertiesOf = async (session: Session) => (await session.getObject('Msvm_X')).properties
export const invoked = (session: Session) => session.invoke('Msvm_X', 'Y', { Z: 1 })
export const waited = (session: Session) => session.wait('A')
export const statsOf = (session: Session) => session.stats()
export const canceled = (session: Session) => session.cancel('A', 'kill')

export async function results(session: Session): Promise<void> {
  const migrations: readonly MigrationJob[] = await session.jobs()
  const failed: readonly MigrationJob[] = await session.jobs({ failedOnly: true })
  const storage: readonly StorageJob[] = await session.jobs({ classes: ['Msvm_StorageJob'] })
  const both: readonly (StorageJob | MigrationJob)[] = await session.jobs({
    classes: ['Msvm_StorageJob', 'Msvm_MigrationJob'],
  })
  const all: readonly Job[] = await session.jobs({ classes: 'all' })
  const names: string[] = ['Msvm_StorageJob']
  const some: readonly Job[] = await session.jobs({ classes: names })
  // @ts-expect-error any class may be among them
  const wrong: readonly MigrationJob[] = await session.jobs({ classes: 'all' })
  const { primaryError } = await session.getErrorEx(migrations[0]!)
  const first: MsvmError | null = primaryError
  if (primaryError !== null) primaryError.message?.trim()
  console.log(migrations[0]?.virtualSystemName, failed, storage, both, all, some, wrong, first)
}

export function virtualMachineOf(job: Job): string | null | undefined {
  if (job.className === 'Msvm_MigrationJob') return job.virtualSystemName
  // @ts-expect-error no other class is sure to have one
  return job.virtualSystemName
}

export async function failures(session: Session): Promise<FailedItem[]> {
  const items: FailedItem[] = []
  for await (const item of session.watch({ include: ['failed'] })) {
    items.push(item)
    if (item.result === null) console.error(item.error.message)
    else console.error(item.result.primaryError?.message)
  }
  for await (const item of session.watch()) {
    const any: WatchItem = item
    // @ts-expect-error changes come where they are asked for
    if (any === item && item.kind === 'changed') break
  }
  return items
}

export function say(error: unknown): string {
  if (!isHyperVError(error)) return 'another error'
  switch (error.code) {
    case 'ERR_WBEM':
      return [error.category, error.symbol ?? '', error.hresult].join()
    case 'ERR_TIMEOUT':
      return String(error.timeoutMs)
    case 'ERR_JOB_FAILED':
      return error.job.instanceId + (error.result?.primaryError?.message ?? '')
    case 'ERR_JOB_VANISHED':
      return String(error.job.instanceId)
    case 'ERR_METHOD':
      return String(error.returnValue)
    case 'ERR_CIMXML':
      return error.rule
    case 'ERR_PROTOCOL':
      return error.operation
    case 'ERR_JOURNAL':
      return error.file
    case 'ERR_PLATFORM':
    case 'ERR_LOAD':
    case 'ERR_INVALID_ARG':
    case 'ERR_CLOSED':
    case 'ERR_PROVIDER_HUNG':
    case 'ERR_QUEUE_FULL':
      return error.message
    default: {
      const none: never = error
      return none
    }
  }
}

export const exception: 10 = JobState.Exception
export const unions: [AnyHyperVError, OtherJob][] = []
`

/** The modules of the package that a program imports, with a name for each. */
const ENTRIES = Object.keys(manifest.exports)
  .filter(name => !name.endsWith('.json'))
  .map(name => ({ name: name.replace('.', 'hyperv-job-errors'), id: `entry${name.replace(/\W/g, '_')}` }))

/** All exports of all entries, as values whose types the compiler has to write out. */
const EVERYTHING = ENTRIES.map(
  ({ name, id }) => `import * as ${id} from '${name}'\nexport const ${id}_all = { ...${id} }\n`,
).join('')

// The same file is one kind of module or the other by its name.
const CASES = {
  'CommonJS, node16': { file: 'use.cts', options: { module: 'node16', moduleResolution: 'node16' } },
  'ES module, node16': { file: 'use.mts', options: { module: 'node16', moduleResolution: 'node16' } },
  'CommonJS, nodenext': { file: 'use.cts', options: { module: 'nodenext', moduleResolution: 'nodenext' } },
  'ES module, nodenext': { file: 'use.mts', options: { module: 'nodenext', moduleResolution: 'nodenext' } },
  'a bundler': { file: 'use.ts', options: { module: 'esnext', moduleResolution: 'bundler' } },
}

describe('a program that uses the package type-checks', () => {
  let folder
  before(async () => {
    folder = await installedProject(tarball)
  })

  for (const [name, { file, options }] of Object.entries(CASES)) {
    test(`as ${name}`, async () => {
      const compilerOptions = {
        ...options,
        target: 'es2022',
        strict: true,
        esModuleInterop: true,
        noEmit: true,
        types: ['node'],
        typeRoots: [join(root, 'node_modules', '@types')],
      }
      const config = `tsconfig.${name.replace(/\W+/g, '-')}.json`
      writeFiles(folder, { [file]: USE, [config]: JSON.stringify({ compilerOptions, files: [file] }) })
      await must(typeScript(['-p', join(folder, config)]))
    })
  }
})

const NEWEST = args => typeScript(args)
const OLDER = args => node([join(root, 'node_modules', 'typescript', 'bin', 'tsc'), ...args])
const LIBRARY_CASES = {
  ...CASES,
  'the oldest resolution': {
    file: 'use.ts',
    options: { module: 'commonjs', moduleResolution: 'node10' },
    isOlderOnly: true,
  },
}

describe('a library on top of the package', { skip: tools.skip }, () => {
  let folder
  before(async () => {
    folder = await installedProject(tarball)
  })

  for (const [name, { file, options, isOlderOnly = false }] of Object.entries(LIBRARY_CASES)) {
    for (const [version, compile] of Object.entries(
      isOlderOnly ? { 5.9: OLDER } : { 5.9: OLDER, 7: NEWEST },
    )) {
      test(`has declarations that name the package alone: ${name}, TypeScript ${version}`, async () => {
        const id = `${name.replace(/\W+/g, '-')}-${version.replace('.', '-')}`
        const compilerOptions = {
          ...options,
          target: 'es2022',
          strict: true,
          noUncheckedIndexedAccess: true,
          exactOptionalPropertyTypes: true,
          declaration: true,
          outDir: `out-${id}`,
          types: ['node'],
          typeRoots: [join(root, 'node_modules', '@types')],
        }
        const files = { [`library-${file}`]: LIBRARY, [`everything-${file}`]: EVERYTHING }
        const config = `tsconfig.on-top-${id}.json`
        const settings = { compilerOptions, files: Object.keys(files) }
        writeFiles(folder, { ...files, [config]: JSON.stringify(settings) })
        await must(compile(['-p', join(folder, config)]))
        // The oldest resolution knows no `exports`: to it, every file of the package is one that can be named.
        if (isOlderOnly) return
        for (const written of filesBelow(join(folder, `out-${id}`), path => /\.d\.[cm]?ts$/.test(path))) {
          const modules = [
            ...readFileSync(written, 'utf8').matchAll(/(?:from|import)\s*\(?["']([^"']+)["']/g),
          ]
          const known = ENTRIES.map(entry => entry.name)
          assert.deepEqual(
            modules
              .map(([, module]) => module)
              .filter(module => !known.includes(module) && !module.startsWith('node:')),
            [],
          )
        }
      })
    }
  }
})

describe('the package', { skip: tools.skip }, () => {
  test('has no complaints from publint', async () => {
    const output = await must(node([tools.path('publint', 'src', 'cli.js'), tarball, '--strict']))
    assert.match(output, /All good!/)
  })

  test('has types that fit its code, says attw', async () => {
    const command = tools.path('@arethetypeswrong', 'cli', 'dist', 'index.js')
    // The oldest way of resolution knows no subpaths, and no version of Node that the package runs on uses it.
    const args = ['--profile', 'node16', '--no-color', '--no-emoji']
    const output = await must(node([command, ...args, tarball]))
    for (const { name } of ENTRIES) assert.ok(output.includes(`"${name}"`), output)
  })
})
