/** The installed package in Windows node.exe, against the simulator. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { platform } from '../../scripts/lib/platform.mjs'
import { root } from '../../scripts/lib/project.mjs'
import { installedProject, onWindows, writeFiles } from './consumer.mjs'

/** Tells how many jobs have failed, why the first did, and which files it was that ran. */
const REPORT = `
  async function report(connect) {
    const session = await connect()
    const failed = await session.jobs({ failedOnly: true })
    const { errors, primary } = await session.getErrorEx(failed[0])
    await session.close()
    const loaded = Object.keys(process.getBuiltinModule('module')._cache).filter(path => path.endsWith('.node'))
    const addon = loaded.find(path => !path.includes('simulator'))
    console.log(JSON.stringify({ failed: failed.length, message: errors[primary].message, addon }))
  }
`
const simulator = JSON.stringify(platform.toNodePath(join(root, 'dist', 'simulator', 'index.js')))

const SCRIPTS = {
  'common.cjs': `${REPORT} report(require('hyperv-job-errors').connect)`,
  'module.mjs': `import { connect } from 'hyperv-job-errors'; ${REPORT} await report(connect)`,
  'worker.cjs': `const { Worker } = require('node:worker_threads')
    new Worker(require.resolve('./common.cjs')).on('exit', code => { process.exitCode = code })`,
  'sta.cjs': `const { oleInitialize } = require(${simulator})
    if (oleInitialize() !== 0) throw new Error('no STA')
    require('./common.cjs')`,
  'renamed.cjs': `const { copyFileSync } = require('node:fs')
    const { join } = require('node:path')
    const { spawnSync } = require('node:child_process')
    const executable = join(__dirname, 'MyApp.exe')
    copyFileSync(process.execPath, executable)
    const child = spawnSync(executable, [...process.execArgv, require.resolve('./common.cjs')])
    process.stdout.write(child.stdout)
    process.stderr.write(child.stderr)
    process.exitCode = child.status ?? 1`,
  'entry.cjs': `const { connect } = require('hyperv-job-errors')
    const addon = require('hyperv-job-errors/win32-x64')
    ${REPORT} report(() => connect({ addon }))`,
  'entry.mjs': `import { connect } from 'hyperv-job-errors'
    import addon from 'hyperv-job-errors/win32-x64'
    ${REPORT} await report(() => connect({ addon }))`,
  // Both kinds in one process, by one addon.
  'both.mjs': `import { createRequire } from 'node:module'
    import { connect, HyperVError } from 'hyperv-job-errors'
    const common = createRequire(import.meta.url)('hyperv-job-errors')
    if (common.HyperVError !== HyperVError || common.connect !== connect) throw new Error('two instances')
    const session = await common.connect()
    ${REPORT} await report(connect)
    await session.close()`,
}

const skip = platform.nodeVersions.length === 0 && 'no Windows Node on this system'

describe('the installed package in Windows', { skip }, () => {
  let folder
  before(async () => {
    folder = await installedProject()
    writeFiles(folder, SCRIPTS)
  })

  for (const version of platform.nodeVersions) {
    for (const name of Object.keys(SCRIPTS)) {
      test(`reads the errors of failed jobs: ${name}, Node ${version}`, async () => {
        const { code, stdout, stderr } = await onWindows(join(folder, name), { nodeVersion: version })
        assert.deepEqual([code, stderr], [0, ''])
        const { failed, message, addon } = JSON.parse(stdout)
        assert.equal(failed, 4)
        assert.match(message, /No credentials are available in the security package/)
        assert.match(
          addon,
          /app[\\/]node_modules[\\/]hyperv-job-errors[\\/]prebuilds[\\/]win32-x64[\\/]node\.napi\.node$/,
        )
      })
    }
  }

  test('has a command that lists the failed jobs', async () => {
    const cli = join(folder, 'node_modules', 'hyperv-job-errors', 'dist', 'package', 'cjs', 'cli.js')
    const { code, stdout, stderr } = await onWindows(cli, { args: ['--json', 'list', '--failed'] })
    assert.deepEqual([code, stderr], [0, ''])
    assert.equal(JSON.parse(stdout).length, 4)
  })

  test('says of the binary for arm64 that this is another architecture', async () => {
    writeFiles(folder, {
      'wrong.cjs': `const { dirname, join } = require('node:path')
        const home = dirname(require.resolve('hyperv-job-errors/package.json'))
        const addon = join(home, 'prebuilds', 'win32-arm64', 'node.napi.armv8.node')
        require('hyperv-job-errors').connect({ addon }).catch(error => console.log(error.code, error.message))`,
    })
    const { code, stdout, stderr } = await onWindows(join(folder, 'wrong.cjs'))
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(
      stdout,
      /^ERR_LOAD .*\n.*node\.napi\.armv8\.node: built for arm64, and this process is x64\n/,
    )
  })

  test('says which files it did not find when they are gone', async () => {
    writeFiles(folder, {
      'gone.cjs': `const fs = require('node:fs')
        fs.renameSync('node_modules/hyperv-job-errors/prebuilds', 'prebuilds')
        require('hyperv-job-errors').connect().catch(error => console.log(error.code, error.message))
          .finally(() => fs.renameSync('prebuilds', 'node_modules/hyperv-job-errors/prebuilds'))`,
    })
    const { code, stdout, stderr } = await onWindows(join(folder, 'gone.cjs'))
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(stdout, /^ERR_LOAD cannot load the native addon for win32-x64:/)
    assert.match(stdout, /hyperv-job-errors\\prebuilds\\win32-x64\\node\.napi\.node: not found/)
  })
})
