/** The runner of Windows programs, through the command that users call. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { platform } from '../lib/platform.mjs'
import { root } from '../lib/project.mjs'

const win = join(root, 'scripts', 'win.mjs')
const folder = mkdtempSync(join(tmpdir(), 'win-test-'))
let scripts = 0

function scriptOf(text, extension = 'js') {
  const path = join(folder, `script ${++scripts}.${extension}`)
  writeFileSync(path, text)
  return path
}

function start(args, env = {}) {
  const child = spawn(process.execPath, [win, '--no-build', ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const result = { child, stdout: '', stderr: '' }
  child.stdout.on('data', chunk => {
    result.stdout += chunk
  })
  child.stderr.on('data', chunk => {
    result.stderr += chunk
  })
  return result
}

async function runScript(text, { extension, before = [], after = [], env } = {}) {
  const result = start([...before, scriptOf(text, extension), ...after], env)
  const [code] = await once(result.child, 'close')
  return { code, stdout: result.stdout, stderr: result.stderr }
}

const skip = platform.nodeVersions.length === 0 && 'no Windows Node on this system'
const onWine = process.platform === 'linux'

describe('npm run win', { skip }, () => {
  for (const version of platform.nodeVersions) {
    test(`runs Windows Node ${version} and passes arguments, environment and both streams on`, async () => {
      const result = await runScript(
        `console.log(JSON.stringify([process.platform, process.versions.node.split('.')[0],
           process.argv.slice(2), process.env.WIN_TEST])); console.error('to stderr')`,
        { before: ['--node', version], after: ['--node', 'ä b', ''], env: { WIN_TEST: 'value' } },
      )
      assert.deepEqual(JSON.parse(result.stdout), ['win32', version, ['--node', 'ä b', ''], 'value'])
      assert.equal(result.stderr, 'to stderr\n')
      assert.equal(result.code, 0)
    })
  }

  test('passes on everything that is written before an exit, and the exit code', async () => {
    const result = await runScript(`
      for (let i = 0; i < 5000; i++) process.stdout.write(String(i).padStart(99) + '\\n')
      process.exit(7)`)
    assert.equal(result.stdout.length, 500_000)
    assert.match(result.stdout, /4999\n$/)
    assert.equal(result.code, 7)
  })

  test('shows output while the script still runs', async () => {
    const result = start([scriptOf(`console.log('ready'); setInterval(() => {}, 1000)`)])
    await once(result.child.stdout, 'data')
    assert.equal(result.child.exitCode, null)
    result.child.kill('SIGTERM')
    await once(result.child, 'close')
    assert.equal(result.stdout, 'ready\n')
  })

  test('abort() and an uncaught error end with their exit codes', async () => {
    assert.equal((await runScript('process.abort()')).code, 134)
    const thrown = await runScript(`throw new Error('nobody catches this')`)
    assert.equal(thrown.code, 1)
    assert.match(thrown.stderr, /nobody catches this/)
  })

  test('a crash that Wine reports is a failure even when the exit code is 0', {
    skip: !onWine && 'Wine only',
  }, async () => {
    const result = await runScript(
      `process.stderr.write('wine: Unhandled page fault, starting debugger...\\n')`,
    )
    assert.equal(result.code, 134)
  })

  test('the project is found by its name from any folder, by require and by import', async () => {
    const manifest = `'hyperv-job-errors/package.json'`
    const cjs = await runScript(`console.log(require(${manifest}).name)`, { extension: 'cjs' })
    assert.deepEqual(cjs, { code: 0, stdout: 'hyperv-job-errors\n', stderr: '' })
    const esm = await runScript(
      `import manifest from ${manifest} with { type: 'json' }; console.log(manifest.name)`,
      { extension: 'mjs' },
    )
    assert.equal(esm.stdout, 'hyperv-job-errors\n')
    const other = await runScript(`require('hyperv-job-errors-of-another')`)
    assert.match(other.stderr, /Cannot find module 'hyperv-job-errors-of-another'/)
  })

  test('a relative script path counts from the current directory, which the script sees as its own', async () => {
    const name = scriptOf('console.log(process.cwd())').slice(folder.length + 1)
    const result = start([name])
    const [code] = await once(result.child, 'close')
    assert.equal(code, 0)
    assert.equal(result.stdout.trim(), platform.toNodePath(folder))
  })

  for (const [args, message] of [
    [[], /^usage: /],
    [['missing.js'], /^no such file: /],
    [['--node', '4', 'x.js'], /^no Windows Node 4 here/],
    [['--simulate', 'missing.json', scriptOf('')], /^no such file: .*missing\.json/],
  ]) {
    test(`wrong arguments (${args.map(arg => arg.replace(folder, '')).join(' ')}) end with 2 and a message without a stack trace`, async () => {
      const result = start(args)
      const [code] = await once(result.child, 'close')
      assert.equal(code, 2)
      assert.match(result.stderr, message)
      assert.doesNotMatch(result.stderr, /^\s+at /m)
      assert.equal(result.stdout, '')
    })
  }

  test('a script that handles Ctrl+C itself decides about its exit code', async () => {
    const result = start([
      scriptOf(
        `process.on('SIGINT', () => process.exit(3)); console.log('ready'); setInterval(() => {}, 1000)`,
      ),
    ])
    await once(result.child.stdout, 'data')
    result.child.kill('SIGINT')
    const [code] = await once(result.child, 'close')
    assert.equal(code, 3)
  })

  test('a script that does not react to a signal is ended by force', async () => {
    const result = start([scriptOf(`console.log('busy'); for (;;);`)])
    await once(result.child.stdout, 'data')
    result.child.kill('SIGINT')
    const [code] = await once(result.child, 'close')
    assert.equal(code, 130)
  })

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ]) {
    test(`${signal} ends the script and what it has started`, { skip: !onWine && 'Wine only' }, async () => {
      const mark = `WIN_TEST_MARK_${signal}_${process.pid}`
      const result = start([
        scriptOf(`
            const { spawn } = require('node:child_process')
            const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '${mark}'],
              { detached: true, stdio: 'ignore' })
            child.on('spawn', () => console.log('both run'))
            setInterval(() => {}, 1000, '${mark}')`),
        mark,
      ])
      await once(result.child.stdout, 'data')
      assert.ok(processesWith(mark).length >= 2)
      result.child.kill(signal)
      const [ended] = await once(result.child, 'close')
      assert.equal(ended, code)
      assert.deepEqual(processesWith(mark), [])
    })
  }
})

/** Windows processes whose command line holds the mark. */
function processesWith(mark) {
  return readdirSync('/proc').filter(pid => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1')
      return command.includes(mark) && command.includes('node.exe')
    } catch {
      return false
    }
  })
}
