/** The types of the package, as its users' compilers see them. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { root } from '../../scripts/lib/project.mjs'
import { typeScript } from '../../scripts/lib/typescript.mjs'
import { installedProject, must, node, pack, packagingTools, writeFiles } from './consumer.mjs'

const tools = await packagingTools()
const tarball = await pack()

/** Uses every entry. The lines that are wrong must be errors: missing types would be `any`. */
const USE = `
import { connect, isHyperVError, type Job, type MsvmError, type NativeAddon, WbemError } from 'hyperv-job-errors'
import { decodeMsvmError } from 'hyperv-job-errors/cimxml'
import { type Scenario, simulate } from 'hyperv-job-errors/testing'
import { openJournal, watchHosts } from 'hyperv-job-errors/fleet'
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

export function describe(error: unknown): number | undefined {
  if (error instanceof WbemError) return error.hresult
  // @ts-expect-error not every error of the package has one
  return isHyperVError(error) ? error.hresult : undefined
}
`
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
    const modules = ['', '/cimxml', '/diagnosis', '/testing', '/telemetry', '/fleet', '/doctor']
    for (const entry of [...modules, '/win32-x64', '/win32-arm64', '/package.json']) {
      assert.ok(output.includes(`"hyperv-job-errors${entry}"`), output)
    }
  })
})
