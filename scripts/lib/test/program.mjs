/** Test programs that print a line for each check and end with `N failed`. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Calls `work` with a new folder, which is gone afterwards. */
export async function inNewFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'hyperv-job-errors-'))
  try {
    await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Runs a program and fails unless all of its checks hold.
 * @param launch takes `{ cwd, stdout, stderr, timeoutMs }`, resolves to `{ code, crashed }`
 */
export async function assertChecksHold(folder, launch) {
  const output = []
  const sink = chunk => output.push(chunk)
  const { code, crashed } = await launch({ cwd: folder, stdout: sink, stderr: sink, timeoutMs: 120_000 })
  const text = Buffer.concat(output).toString()
  assert.equal(crashed, false, text)
  assert.match(text, /^0 failed\r?$/m, text)
  assert.equal(code, 0, text)
}
