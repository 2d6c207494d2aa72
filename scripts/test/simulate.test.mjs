/** The command line on the simulator, through the command that users call, and a real Ctrl-C. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
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
