import assert from 'node:assert/strict'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { runNode } from './child'

const ROOT = join(__dirname, '../../..')
/** Makes `hyperv-job-errors` this project. */
const PRELOAD = join(ROOT, 'scripts/lib/wine/preload.cjs')

describe('the watcher among the examples', () => {
  test('tells of everything on a host where much goes wrong, and ends when it is told to', async () => {
    const watcher = join(ROOT, 'examples/watch/watch.js')
    const host = join(__dirname, 'watcher-host.js')
    const { code, stdout, stderr } = await runNode(['--require', PRELOAD, '--require', host, watcher])
    assert.equal(stderr, '')
    const lines = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    const what = lines.map(({ kind, waitMs, state, reason, error, job }) =>
      [kind, waitMs, state, reason, error?.category, job?.instanceId].filter(part => part != null).join(' '),
    )
    assert.deepEqual(what, [
      'started',
      'retrying 500 disconnected',
      'retrying 1000 disconnected',
      'retrying 2000 access-denied',
      'state watching',
      'failed A',
      'gap connection',
      'state reconnecting disconnected',
      'state watching',
      'failed B',
      'stopped',
    ])
    assert.equal(code, 0)
    for (const line of lines) {
      assert.equal(line.host, hostname())
      assert.ok(!Number.isNaN(Date.parse(line.time)), line.time)
    }
    assert.match(lines[1].error.message, /RPC_S_SERVER_UNAVAILABLE/)
    assert.equal(lines[5].result.errors[0].message, 'why A failed')
    assert.equal(lines[5].job.virtualSystemName, 'web-01')
  })
})
