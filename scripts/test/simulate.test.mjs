/** The command line on the simulator, through the command that users call, and a real Ctrl-C. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { root } from '../lib/project.mjs'

const simulate = join(root, 'scripts', 'simulate.mjs')
const demo = join(root, 'test', 'fixtures', 'demo.json')
const RUNNING = '4A58E1C9-D73B-4062-B8F4-06C9A2E5D71B'

/** Runs a command, sends it a signal once it has printed this, and resolves when it has ended. */
async function interrupt(args, printed, signal = 'SIGINT') {
  const child = spawn(process.execPath, [simulate, demo, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', text => {
      const seen = texts[name].includes(printed)
      texts[name] += text
      if (!seen && texts[name].includes(printed)) child.kill(signal)
    })
  }
  const [code] = await once(child, 'close')
  return { code, ...texts }
}

const options = {
  timeout: 5 * 60_000,
  skip: process.platform === 'win32' && 'a process cannot be sent Ctrl-C here',
}

/** Runs a command to its end. */
async function run(...args) {
  const child = spawn(process.execPath, [simulate, demo, ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    stdout += text
  })
  const [code] = await once(child, 'close')
  return { code, stdout }
}

describe('on the addon', () => {
  test('doctor examines everything', options, async () => {
    const { code, stdout } = await run('doctor', '--json')
    assert.equal(code, 0)
    const seen = Object.fromEntries(JSON.parse(stdout).checks.map(({ id, status }) => [id, status]))
    for (const id of [
      'com',
      'wmi',
      'namespace',
      'vmms',
      'classes',
      'get-error-ex',
      'events',
      'events-within',
    ]) {
      assert.equal(seen[id], 'pass', id)
    }
  })

  test('capture writes what the host simulated in JavaScript answers too', options, async () => {
    const { code, stdout } = await run('capture')
    assert.equal(code, 0)
    const cli = join(root, 'dist', 'lib', 'cli', 'main.js')
    const args = [cli, '--simulate', demo, 'capture']
    const inJavaScript = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 26 })
    const [native, simulated] = [stdout, inJavaScript.stdout].map(text => JSON.parse(text))
    assert.deepEqual(native.jobs.length, simulated.jobs.length)
    assert.deepEqual(native.jobs[0].getErrorEx, simulated.jobs[0].getErrorEx)
    assert.deepEqual(native.faults, [])
  })
})

describe('Ctrl-C', () => {
  test('ends a watch in order, once it has told of the failure', options, async () => {
    const { code, stdout, stderr } = await interrupt(['watch'], `errors ${RUNNING}\n`)
    assert.equal(code, 1)
    assert.match(stdout, /'print-services'/)
    assert.match(stderr, /watch ended: failed 5, succeeded 3, gaps 0\n$/)
  })

  test('ends waiting and not the job', options, async () => {
    const { code, stdout, stderr } = await interrupt(['wait', RUNNING], '% Running')
    assert.deepEqual([code, stdout], [130, ''])
    assert.match(stderr, /the job itself goes on/)
  })
})
