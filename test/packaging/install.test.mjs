/** Installed by each package manager, with scripts disabled, in this system's Node. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { npm } from '../../scripts/lib/process.mjs'
import { makeProject, must, node, pack, packagingTools, temporaryFolder, writeFiles } from './consumer.mjs'

const tools = await packagingTools()
const tarball = await pack()

/** Installs into a project folder. Yarn's modern version keeps packages in zip files unless told otherwise. */
const MANAGERS = {
  npm: folder => npm(['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder }),
  pnpm: folder => {
    const command = tools.path('pnpm', 'bin', 'pnpm.cjs')
    return node([command, 'install', '--ignore-scripts', '--store-dir', join(temporaryFolder(), 'store')], {
      cwd: folder,
    })
  },
  yarn: async folder => {
    const settings = [
      'enableScripts: false',
      'enableTelemetry: false',
      // There is no lock file yet, which yarn does not like on a CI machine.
      'enableImmutableInstalls: false',
      'nodeLinker: node-modules',
    ]
    // The same registry and certificates as npm's, which yarn has settings of its own for.
    for (const [name, ofYarn] of [
      ['registry', 'npmRegistryServer'],
      ['cafile', 'httpsCaFilePath'],
    ]) {
      const value = (await must(npm(['--silent', 'config', 'get', name], { cwd: folder }))).trim()
      if (value !== 'null') settings.push(`${ofYarn}: ${JSON.stringify(value.replace(/\/$/, ''))}`)
    }
    writeFiles(folder, { '.yarnrc.yml': `${settings.join('\n')}\n`, 'yarn.lock': '' })
    return node([tools.path('@yarnpkg', 'cli-dist', 'bin', 'yarn.js'), 'install'], {
      cwd: folder,
      env: { ...process.env, YARN_GLOBAL_FOLDER: temporaryFolder() },
    })
  },
}

const INSTANCE = '<INSTANCE CLASSNAME="Msvm_Error"/>'
const USE = `
  const assert = process.getBuiltinModule('assert')
  assert.equal(cimxml.decodeInstance('${INSTANCE}').className, 'Msvm_Error')
  assert.deepEqual(diagnosis.findCodes('failed (0x8009030E)').map(found => found.code), [0x8009030e])
  main.connect({ timeoutMs: -1 }).catch(error => {
    assert.ok(error instanceof main.InvalidArgumentError && main.isHyperVError(error))
    assert.throws(() => cimxml.decodeInstance(1), main.InvalidArgumentError)
    console.log('fine')
  })
`

/** What a user of the package may write: a host, a session, a failure. */
const APPLICATION_TEST = `
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect } from 'hyperv-job-errors'
import { simulate } from 'hyperv-job-errors/testing'

test('a failure is reported with its errors', async () => {
  const job = { class: 'Msvm_MigrationJob', properties: { InstanceID: 'A', JobState: 4 } }
  const host = simulate({ jobs: [job] })
  const session = await connect({ addon: host })
  const watch = session.watch()
  await watch.next()
  host.endJob('A', { errors: [null] })
  for await (const item of watch) {
    if (item.kind !== 'failed') continue
    assert.equal(item.result.undecodable.length, 1)
    break
  }
  await session.close()
})
`

for (const [manager, install] of Object.entries(MANAGERS)) {
  describe(`installed by ${manager}`, { skip: manager === 'npm' ? false : tools.skip }, () => {
    let folder
    before(async () => {
      folder = makeProject(tarball)
      await must(install(folder))
    })

    test('is used by CommonJS', async () => {
      const names = { main: '', cimxml: '/cimxml', diagnosis: '/diagnosis' }
      const lines = Object.entries(names).map(
        ([name, path]) => `const ${name} = require('hyperv-job-errors${path}')`,
      )
      writeFiles(folder, { 'use.cjs': [...lines, USE].join('\n') })
      assert.equal(await must(node(['use.cjs'], { cwd: folder })), 'fine\n')
    })

    test('is used by an ES module', async () => {
      const text = `import * as main from 'hyperv-job-errors'
        import * as cimxml from 'hyperv-job-errors/cimxml'
        import * as diagnosis from 'hyperv-job-errors/diagnosis'
        ${USE}`
      writeFiles(folder, { 'use.mjs': text })
      assert.equal(await must(node(['use.mjs'], { cwd: folder })), 'fine\n')
    })

    test('gives an application a simulated host for its tests', async () => {
      writeFiles(folder, { 'app.test.mjs': APPLICATION_TEST })
      const output = await must(node(['--test', 'app.test.mjs'], { cwd: folder }))
      assert.match(output, /pass 1/)
      const schema = createRequire(join(folder, 'package.json'))('hyperv-job-errors/scenario.schema.json')
      assert.equal(schema.properties.jobs.items.type, 'object')
    })

    test('puts its command where npx finds it', async () => {
      writeFiles(folder, { 'one.xml': INSTANCE })
      const bin = join(folder, 'node_modules', '.bin')
      assert.ok(readdirSync(bin).includes('hyperv-job-errors'))
      const { code, output } = await npm(
        ['exec', '--no', '--', 'hyperv-job-errors', '--json', 'decode', 'one.xml'],
        {
          cwd: folder,
        },
      )
      assert.match(output, /Msvm_Error/)
      const version = await npm(['exec', '--no', '--', 'hyperv-job-errors', '--version'], { cwd: folder })
      const manifest = createRequire(join(folder, 'package.json'))('hyperv-job-errors/package.json')
      assert.ok(version.output.includes(manifest.version), version.output)
      assert.equal(code, 1, output)
    })

    test('installs bindings, what that needs, and nothing else', () => {
      const project = createRequire(join(folder, 'package.json'))
      const own = createRequire(project.resolve('hyperv-job-errors'))
      createRequire(own.resolve('bindings')).resolve('file-uri-to-path')
      const names = readdirSync(join(folder, 'node_modules')).filter(name => !name.startsWith('.'))
      const allowed = ['bindings', 'file-uri-to-path', 'hyperv-job-errors']
      assert.deepEqual(
        names.filter(name => !allowed.includes(name)),
        [],
      )
    })
  })
}

describe('CommonJS and ES modules', () => {
  let folder
  before(async () => {
    folder = makeProject(tarball)
    await must(MANAGERS.npm(folder))
  })

  for (const entry of ['', '/cimxml', '/diagnosis', '/testing', '/telemetry', '/fleet', '/doctor']) {
    test(`have the same exports, which are the same things: hyperv-job-errors${entry}`, async () => {
      const project = createRequire(join(folder, 'package.json'))
      const common = project(`hyperv-job-errors${entry}`)
      writeFiles(folder, { 'pass-on.mjs': `export * from 'hyperv-job-errors${entry}'` })
      const url = `${pathToFileURL(join(folder, 'pass-on.mjs'))}?${entry}`
      const module = await import(url)
      assert.deepEqual(Object.keys(module).sort(), Object.keys(common).sort())
      for (const name of Object.keys(module)) assert.equal(module[name], common[name], name)
    })
  }

  test('recognise the errors of another copy of the package', async () => {
    const other = makeProject(tarball)
    await must(MANAGERS.npm(other))
    const [one, two] = [folder, other].map(path => createRequire(join(path, 'package.json')))
    writeFiles(other, { 'module.mjs': `export { connect } from 'hyperv-job-errors'` })
    const first = one('hyperv-job-errors')
    const second = await import(pathToFileURL(join(other, 'module.mjs')))
    assert.notEqual(first.connect, second.connect)
    const error = await second.connect({ timeoutMs: -1 }).catch(error => error)
    assert.ok(!(error instanceof first.HyperVError))
    assert.ok(first.isHyperVError(error))
    assert.ok(two('hyperv-job-errors').isHyperVError(error))
    assert.ok(!first.isHyperVError(new Error('ERR_INVALID_ARG')))
  })
})
