/** The program in a process of its own, with a session that answers from memory: what Ctrl-C and pipes do to it. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, test } from 'node:test'

const MAIN = join(__dirname, '..', '..', 'lib', 'cli', 'main.js')
const FAKE_LIBRARY = join(__dirname, 'fake-library.js')

interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; out: string; err: string }>
}

function start(behaviour: string, ...argv: string[]): Running {
  const child = spawn(process.execPath, ['--require', FAKE_LIBRARY, MAIN, ...argv], {
    env: { ...process.env, FAKE_SESSION: behaviour, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout?.setEncoding('utf8').on('data', text => {
    out += text
  })
  child.stderr?.setEncoding('utf8').on('data', text => {
    err += text
  })
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, out, err }))
  return { child, ended }
}

const OPTIONS = {
  timeout: 20_000,
  skip: process.platform === 'win32' && 'a process cannot be sent Ctrl-C here',
}

describe('the program', () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    test(`ends a watch at ${signal} by itself, with everything printed`, OPTIONS, async () => {
      const { child, ended } = start('failures', 'watch', '--json')
      await once(child.stdout ?? assert.fail(), 'data')
      child.kill(signal)
      const { code, out, err } = await ended
      assert.deepEqual([code, err], [1, ''])
      const lines = out.trimEnd().split('\n')
      assert.equal(lines.length, 500)
      for (const line of lines) assert.equal(JSON.parse(line).kind, 'failed')
    })
  }

  test('ends a watch with 0 that has seen no failure', OPTIONS, async () => {
    const { child, ended } = start('quiet', 'watch')
    await once(child.stdout ?? assert.fail(), 'data')
    child.kill('SIGINT')
    assert.equal((await ended).code, 0)
  })

  test('ends a watch whose reader has gone', OPTIONS, async () => {
    const { child, ended } = start('endless', 'watch')
    await once(child.stdout ?? assert.fail(), 'data')
    child.stdout?.destroy()
    const { code, err } = await ended
    assert.equal(code, 1)
    assert.match(err, /^watch ended: failed \d+, /)
  })

  test('ends waiting with 130', OPTIONS, async () => {
    const { child, ended } = start('quiet', 'wait', 'A')
    await once(child.stderr ?? assert.fail(), 'data')
    child.kill('SIGINT')
    const { code, err } = await ended
    assert.equal(code, 130)
    assert.match(err, /the job itself goes on/)
  })

  test('gives in to a second Ctrl-C when the first one does not end it', OPTIONS, async () => {
    const { child, ended } = start('deaf', 'watch')
    await once(child.stdout ?? assert.fail(), 'data')
    child.kill('SIGINT')
    await once(child.stdout ?? assert.fail(), 'data')
    child.kill('SIGINT')
    assert.equal((await ended).signal, 'SIGINT')
  })
})
