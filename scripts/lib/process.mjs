/** Child processes of the scripts. */
import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * Runs a command to its end. Resolves to `{ code, output }` (stdout and stderr together, in order of arrival);
 * `code` is null when it could not be started or was killed. `output` may also be 'inherit' (to our stderr) or 'ignore':
 * a program that leaves a daemon behind must not get a pipe, whose end would never come.
 */
export function run(command, args, { cwd, env, output = 'pipe', shell = false, timeoutMs = 0 } = {}) {
  return new Promise(resolve => {
    const target = output === 'inherit' ? 2 : output
    const stdio = ['ignore', target, target]
    const child = spawn(command, args, { cwd, env, stdio, shell, timeout: timeoutMs, killSignal: 'SIGKILL' })
    const chunks = []
    child.stdout?.on('data', chunk => chunks.push(chunk))
    child.stderr?.on('data', chunk => chunks.push(chunk))
    const finish = (code, extra = '') => resolve({ code, output: Buffer.concat(chunks).toString() + extra })
    child.on('error', error => finish(null, error.message))
    child.on('close', code => finish(code))
  })
}

/** npm is a .cmd file under Windows, which only a shell can start. */
export function npm(args, options = {}) {
  return run('npm', args, { ...options, shell: process.platform === 'win32' })
}

export function isOnPath(command) {
  return (process.env.PATH ?? '').split(delimiter).some(directory => {
    try {
      accessSync(join(directory, command), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** Calls `work` for each item, at most `limit` at a time; results in the order of the items. */
export async function mapLimited(items, limit, work) {
  const results = new Array(items.length)
  let next = 0
  const lane = async () => {
    while (next < items.length) {
      const index = next++
      results[index] = await work(items[index], index)
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane))
  return results
}
