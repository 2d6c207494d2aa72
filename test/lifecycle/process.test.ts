import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { runProgram } from './child'

describe('exit codes', () => {
  test('tell a crash on another thread', async () => {
    const ended = await runProgram('crashThread')
    assert.notEqual(ended.code, 0)
    assert.doesNotMatch(ended.stdout, /still alive/)
  })

  test('tell a crash on the main thread and an abort', async () => {
    assert.notEqual((await runProgram('crashMain')).code, 0)
    assert.notEqual((await runProgram('abort')).code, 0)
  })
})

describe('the addon', () => {
  test('loads into an executable that is not called node.exe', async () => {
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

  test("leaves libuv's pool and the timers alone while a call hangs", async () => {
    const ended = await runProgram('hungProvider', [], { env: { UV_THREADPOOL_SIZE: '1' } })
    assert.deepEqual([ended.code, ended.stdout.trim()], [0, 'alive'], ended.stderr)
    assert.ok(ended.elapsedMs < 20_000, `${ended.elapsedMs} ms`)
  })
})

describe('the end of a process', () => {
  test('does not wait for an idle session', async () => {
    const ended = await runProgram('idle')
    assert.deepEqual([ended.code, ended.stdout.trim(), ended.stderr], [0, 'done', ''])
  })

  test('waits for a pending call', async () => {
    const ended = await runProgram('pending')
    assert.deepEqual([ended.code, ended.stdout.trim(), ended.stderr], [0, 'answered', ''])
  })

  test('does not wait for a call that was given up', async () => {
    const ended = await runProgram('stuck')
    assert.deepEqual([ended.code, ended.stdout.trim(), ended.stderr], [0, 'ERR_TIMEOUT in time', ''])
    assert.ok(ended.elapsedMs < 30_000, `${ended.elapsedMs} ms`)
  })

  for (const phase of ['connecting', 'queued', 'executing', 'delivering']) {
    test(`keeps its exit code while a call is ${phase}`, async () => {
      const exited = await runProgram('end', [phase, 'exit'])
      assert.deepEqual([exited.code, exited.stderr], [7, ''])
      for (const ending of ['throw', 'reject']) {
        const ended = await runProgram('end', [phase, ending])
        assert.equal(ended.code, 1)
        assert.match(ended.stderr, /on purpose/)
      }
    })

    test(`survives Workers that are terminated while a call is ${phase}`, async () => {
      const ended = await runProgram('terminate', [phase, '20'], { timeoutMs: 200_000 })
      assert.deepEqual([ended.code, ended.stdout.trim(), ended.stderr], [0, 'terminated', ''])
    })
  }
})

describe('a host process that has used COM before', () => {
  test('may have made the JavaScript thread an STA', async () => {
    const ended = await runProgram('hostile', ['oleInitialize'])
    assert.deepEqual(
      [ended.code, ended.stdout.trim(), ended.stderr],
      [0, '{"done":[0],"errors":[],"returnValue":0}', ''],
    )
  })

  test('may have called CoInitializeSecurity', async () => {
    const ended = await runProgram('hostile', ['oleInitialize', 'initializeSecurity'])
    assert.deepEqual(
      [ended.code, ended.stdout.trim(), ended.stderr],
      [0, '{"done":[0,0],"errors":[],"returnValue":0}', ''],
    )
  })

  test('may have left COM alone', async () => {
    const ended = await runProgram('hostile')
    assert.deepEqual(
      [ended.code, ended.stdout.trim(), ended.stderr],
      [0, '{"done":[],"errors":[],"returnValue":0}', ''],
    )
  })
})
