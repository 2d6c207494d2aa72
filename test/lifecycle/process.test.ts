import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { runProgram } from './child'

describe('exit codes', () => {
  it('tell a crash on another thread', async () => {
    const ended = await runProgram('crashThread')
    assert.notEqual(ended.code, 0)
    assert.doesNotMatch(ended.stdout, /still alive/)
  })

  it('tell a crash on the main thread and an abort', async () => {
    assert.notEqual((await runProgram('crashMain')).code, 0)
    assert.notEqual((await runProgram('abort')).code, 0)
  })
})

describe('the addon', () => {
  it('loads into an executable that is not called node.exe', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hyperv-job-errors-'))
    try {
      const executable = join(folder, 'MyApp.exe')
      copyFileSync(process.execPath, executable)
      const ended = await runProgram('system', [], { executable })
      assert.deepEqual([ended.code, ended.stdout.trim(), ended.stderr], [0, 'ReturnValue 0', ''])
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    }
  })

  it("leaves libuv's pool and the timers alone while a call hangs", async () => {
    const ended = await runProgram('hungProvider', [], { env: { UV_THREADPOOL_SIZE: '1' } })
    assert.deepEqual([ended.code, ended.stdout.trim()], [0, 'alive'], ended.stderr)
    assert.ok(ended.elapsedMs < 20_000, `${ended.elapsedMs} ms`)
  })
})

describe('the end of a process', () => {
  it('does not wait for an idle session', async () => {
    const ended = await runProgram('idle')
    assert.deepEqual([ended.code, ended.stdout.trim(), ended.stderr], [0, 'done', ''])
  })

  it('waits for a pending call', async () => {
    const ended = await runProgram('pending')
    assert.deepEqual([ended.code, ended.stdout.trim(), ended.stderr], [0, 'answered', ''])
  })

  it('does not wait for a call that was given up', async () => {
    const ended = await runProgram('stuck')
    assert.deepEqual([ended.code, ended.stdout.trim(), ended.stderr], [0, 'ERR_TIMEOUT', ''])
    assert.ok(ended.elapsedMs < 30_000, `${ended.elapsedMs} ms`)
  })

  it('keeps its exit code with a call in flight', async () => {
    assert.equal((await runProgram('exitInFlight')).code, 7)
    const thrown = await runProgram('throwInFlight')
    assert.equal(thrown.code, 1)
    assert.match(thrown.stderr, /uncaught on purpose/)
  })

  it('survives Workers that are terminated with a call in flight', async () => {
    const ended = await runProgram('terminateWorkers')
    assert.deepEqual([ended.code, ended.stdout.trim(), ended.stderr], [0, 'terminated', ''])
  })
})
