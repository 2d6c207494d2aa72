/** Runs test files, each in a process of its own, and adds up what they report. */
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { say } from '../console.mjs'
import { mtimeOf } from '../files.mjs'
import { platform } from '../platform.mjs'
import { mapLimited } from '../process.mjs'
import { cacheDir, root } from '../project.mjs'
import { exitCodeOf, runWindowsNode } from '../wine/windows-node.mjs'

const JOBS = 2
/** Far above what any file needs: only a hang gets there. */
const FILE_LIMIT_MS = 8 * 60_000
const reportDir = join(cacheDir, 'test-reports')
const reporter = join(root, 'scripts', 'lib', 'test', 'test-reporter.mjs')

/** A file in the Node that runs this script. */
export function onHost(env = {}) {
  return (file, report) =>
    new Promise(resolve => {
      const chunks = []
      const child = spawn(process.execPath, [...reporterFlags(pathToFileURL(reporter).href, report), file], {
        cwd: root,
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: FILE_LIMIT_MS,
        killSignal: 'SIGKILL',
      })
      for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => chunks.push(chunk))
      child.on('close', code => {
        resolve({ code, timedOut: child.killed, output: Buffer.concat(chunks).toString() })
      })
    })
}

/**
 * A file in a Windows Node. Any crash that Wine reports fails it, unless `crashesExpected`: a test that makes a child
 * process crash shares its stderr with it.
 */
export function inWindowsNode(nodeVersion, options = {}) {
  return async (file, report) => {
    const first = await runInWindowsNode(file, report, nodeVersion, options)
    if (!diedInSilence(first, readReport(report))) return first
    say(`${relative(root, file)}: Windows Node ended in silence before the first test, it is run again`)
    rmSync(report, { force: true })
    return runInWindowsNode(file, report, nodeVersion, options)
  }
}

/**
 * Once in some thousand starts node.exe under Wine ends with exit code 1, without a line of output and before its
 * first test. What fails in a test or crashes in the addon prints something or ends with another code.
 */
export function diedInSilence({ code, timedOut, output }, entries) {
  return code === 1 && !timedOut && output === '' && entries.length === 0
}

async function runInWindowsNode(file, report, nodeVersion, { env = {}, crashesExpected = false }) {
  const chunks = []
  const collect = chunk => chunks.push(chunk)
  const reporterUrl = pathToFileURL(platform.toNodePath(reporter), { windows: true }).href
  const result = await runWindowsNode({
    script: file,
    nodeArgs: reporterFlags(reporterUrl, platform.toNodePath(report)),
    nodeVersion,
    env,
    stdout: collect,
    stderr: collect,
    timeoutMs: FILE_LIMIT_MS,
  })
  if (result.interrupted !== undefined) await endBy(result.interrupted)
  const code = crashesExpected ? result.code : exitCodeOf(result)
  return { code, timedOut: result.timedOut, output: Buffer.concat(chunks).toString() }
}

/** Ends this process by a signal that has ended a test already: somebody wants the whole run to end. */
function endBy(signal) {
  process.kill(process.pid, signal)
  // Until then no further file is started.
  return new Promise(() => {})
}

function reporterFlags(reporterUrl, report) {
  return [`--test-reporter=${reporterUrl}`, `--test-reporter-destination=${report}`]
}

/**
 * Runs the files of a suite. Resolves to `{ passed, failed, skipped, lines }`, where the lines describe failures.
 * A suite without files fails: it is not the same as one whose tests pass.
 */
export async function runSuite(name, files, launch) {
  const suiteDir = join(reportDir, name.replace(/[^\w]+/g, '-'))
  rmSync(suiteDir, { recursive: true, force: true })
  mkdirSync(suiteDir, { recursive: true })
  const results = await mapLimited(files, JOBS, async (file, index) => {
    const report = join(suiteDir, `${index}.ndjson`)
    return judge(relative(root, file), await launch(file, report), readReport(report))
  })
  const total = { passed: 0, failed: 0, skipped: 0, lines: [] }
  for (const result of results) {
    for (const key of ['passed', 'failed', 'skipped']) total[key] += result[key]
    total.lines.push(...result.lines)
  }
  if (files.length === 0) {
    total.failed++
    total.lines.push(`✖ ${name}: no test files`)
  }
  return total
}

function readReport(path) {
  if (mtimeOf(path) < 0) return []
  const lines = readFileSync(path, 'utf8').split('\n')
  // A process that crashed may have left half a line.
  return lines.flatMap(line => {
    try {
      return [JSON.parse(line)]
    } catch {
      return []
    }
  })
}

/** What one process amounts to. A process that did not end well is one failure more than its tests say. */
export function judge(file, { code, timedOut, output }, entries) {
  const tests = entries.filter(entry => entry.end !== true)
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const { result } of tests) counts[result]++
  const lines = []
  for (const { name, result, detail } of tests) {
    if (result === 'failed')
      lines.push(`✖ ${file}: ${name}`, ...(detail === undefined ? [] : [indent(detail)]))
  }
  const problem = problemOf({
    code,
    timedOut,
    tests,
    ended: entries.at(-1)?.end === true,
    failed: counts.failed,
  })
  if (problem !== undefined) {
    counts.failed++
    lines.push(`✖ ${file}: ${problem}`)
  }
  if (lines.length > 0 && output !== '') lines.push(indent(output.trimEnd()))
  return { ...counts, lines }
}

function problemOf({ code, timedOut, tests, ended, failed }) {
  if (timedOut) return `did not end within ${FILE_LIMIT_MS / 1000} s`
  if (tests.length === 0) return `ran no test (exit code ${code})`
  if (!ended) return `ended before its tests did (exit code ${code})`
  if (code !== 0 && failed === 0) return `ended with exit code ${code} though its tests passed`
  return undefined
}

function indent(text) {
  return text.replace(/^/gm, '    ')
}
