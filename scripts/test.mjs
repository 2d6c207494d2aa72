#!/usr/bin/env node
/**
 * npm test -- [--no-check] [--suite <name>]…: everything that must hold before a change is accepted. The last line of
 * stdout is `N passed, N failed, N skipped`, over all suites and all versions of Node; whatever keeps a part from
 * running counts as a failure.
 */
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { prepare } from './lib/build/build.mjs'
import { runMain, Stop } from './lib/console.mjs'
import { filesBelow, mtimeOf } from './lib/files.mjs'
import { withLock } from './lib/lock.mjs'
import { platform } from './lib/platform.mjs'
import { run } from './lib/process.mjs'
import { root } from './lib/project.mjs'
import { runChecks } from './lib/test/checks.mjs'
import { reportCoverage, startCoverage } from './lib/test/coverage.mjs'
import { inWindowsNode, onHost, runSuite } from './lib/test/test-run.mjs'
import { defaultNodeVersion } from './lib/wine/windows-node.mjs'

/** A test run fuzzes the same inputs each time; `npm run fuzz` takes a seed of the clock. */
const FUZZ_SEED = 1
const FUZZ_SECONDS = 20
const SOAK_TIMEOUT_MS = 300_000
/** Folders of dist/test whose tests are not unit tests, with where each of them runs. */
const NEED_ADDON = ['native', 'lifecycle', 'remote']
const ON_HOST = ['electron']
/** Makes OLE Automation free BSTRs at once instead of keeping them for reuse: the leak tests count them. */
const NATIVE_ENVIRONMENT = { OANOCACHE: '1' }

const distTests = join(root, 'dist', 'test')
const total = { passed: 0, failed: 0, skipped: 0 }

/** In the order in which they run: what works on every system comes first. */
const suites = {
  unit,
  scripts,
  packaging,
  electron,
  agent,
  'unit-windows': unitWindows,
  native,
  lifecycle,
  remote,
  fuzz,
  soak,
}
/** At the same time: neither measures times. */
const TOGETHER = ['fuzz', 'soak']

await runMain(async args => {
  const names = Object.keys(suites)
  const { values } = parseArgs({
    args,
    options: {
      'no-check': { type: 'boolean', default: false },
      suite: { type: 'string', multiple: true, default: names },
    },
  })
  const stray = values.suite.find(name => !names.includes(name))
  if (stray !== undefined) throw new Stop(`no suite ${stray}, only ${names.join(', ')}`, 2)

  if (!values['no-check']) await counted('checks', checks)
  const wanted = names.filter(name => values.suite.includes(name))
  for (const name of wanted.filter(name => !TOGETHER.includes(name))) await counted(name, suites[name])
  await Promise.all(wanted.filter(name => TOGETHER.includes(name)).map(name => counted(name, suites[name])))
  print(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
  return total.failed === 0 ? 0 : 1
})

/** Runs a part; one that cannot be run at all is a failure, and the next part runs nevertheless. */
async function counted(name, part) {
  try {
    await part()
  } catch (error) {
    fail(`${name}: ${error instanceof Stop ? error.message : error.stack}`)
  }
}

function fail(message) {
  total.failed++
  print(`✖ ${message}`)
}

function print(line) {
  process.stdout.write(`${line}\n`)
}

async function checks() {
  await prepare({ check: true })
  const failed = await runChecks(print)
  total.failed += failed.length
}

async function unit() {
  await prepare({ ts: true })
  await suite('unit tests', unitFiles(), onHost(startCoverage()))
  const complaint = await reportCoverage(print)
  if (complaint !== undefined) fail(`coverage:\n${complaint}`)
}

async function scripts() {
  await prepare({ native: true, runVersions: platform.nodeVersions })
  const files = filesBelow(join(root, 'scripts', 'test'), path => path.endsWith('.test.mjs'))
  await suite('tests of the scripts', files, onHost())
}

async function packaging() {
  await prepare({ ts: true, simulator: true, prebuilds: true, runVersions: [defaultNodeVersion] })
  const files = filesBelow(join(root, 'test', 'packaging'), path => path.endsWith('.test.mjs'))
  await suite('packaging', files, onHost())
}

/** The example, with what the addon says under Windows; without Chromium, what needs it skips itself. */
async function electron() {
  const version = defaultNodeVersion
  await prepare({ ts: true, native: true, simulator: true, electron: true, runVersions: [version] })
  const files = testFiles().filter(file => folderOf(file) === 'electron')
  const env = await environmentWith('HYPERV_TEST_NO_BROWSER', () => platform.setUpBrowser())
  await suite('Electron example', files, onHost(env))
}

/** A variable that says why something could not be set up. */
async function environmentWith(variable, setUp) {
  try {
    await withLock(setUp)
    return {}
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    return { [variable]: error.message }
  }
}

/** The agent among the examples, on simulated hosts; without Prometheus, what needs it skips itself. */
async function agent() {
  await prepare({ ts: true, agent: true })
  const files = filesBelow(join(root, 'test', 'agent'), path => path.endsWith('.test.mjs'))
  const env = await environmentWith('HYPERV_TEST_NO_PROMETHEUS', () => platform.setUpPrometheus())
  await suite('agent', files, onHost(env))
}

async function unitWindows() {
  await prepare({ ts: true, runVersions: [defaultNodeVersion] })
  await suite(
    `unit tests, Windows Node ${defaultNodeVersion}`,
    unitFiles(),
    inWindowsNode(defaultNodeVersion),
  )
}

function native() {
  return nativeSuite('native')
}

async function lifecycle() {
  if (mtimeOf(join(root, 'test', 'lifecycle')) >= 0) await nativeSuite('lifecycle')
}

/** The simulator in a process of its own; its tests skip themselves where its proxies cannot be had. */
async function remote() {
  if (mtimeOf(join(root, 'test', 'remote')) < 0) return
  await prepare({ proxies: true })
  await nativeSuite('remote')
}

async function nativeSuite(folder) {
  await prepare({ ts: true, native: true, simulator: true, runVersions: platform.nodeVersions })
  const files = testFiles().filter(file => folderOf(file) === folder)
  const options = { env: NATIVE_ENVIRONMENT, crashesExpected: folder === 'lifecycle' }
  for (const version of platform.nodeVersions) {
    await suite(`${folder}, Windows Node ${version}`, files, inWindowsNode(version, options))
  }
}

async function fuzz() {
  await prepare({ ts: true })
  const main = join(distTests, 'fuzz', 'main.js')
  if (mtimeOf(main) < 0) return
  print(`fuzz: ${FUZZ_SECONDS} s`)
  const args = [main, '--seed', `${FUZZ_SEED}`, '--seconds', `${FUZZ_SECONDS}`]
  await program('fuzz', args, FUZZ_SECONDS * 1000 + 60_000)
}

/** A minute of everything at once: nothing may be left of it. What grows, only a longer run can tell. */
async function soak() {
  print('soak: 1 minute')
  await program('soak', [join(root, 'scripts', 'bench.mjs'), 'soak', '--minutes', '1'], SOAK_TIMEOUT_MS)
}

/** A program of Node that passes or fails as a whole. */
async function program(name, args, timeoutMs) {
  const { code, output } = await run(process.execPath, args, { cwd: root, timeoutMs })
  if (code === 0) total.passed++
  else fail(`${name} ended with exit code ${code}\n${output.trimEnd()}`)
}

async function suite(name, files, launch) {
  const started = Date.now()
  const { passed, failed, skipped, lines } = await runSuite(name, files, launch)
  for (const line of lines) print(line)
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  print(
    `${name}: ${passed} passed, ${failed} failed, ${skipped} skipped (${files.length} files, ${seconds} s)`,
  )
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
}

/** All compiled tests. None is stale: the build removes the output of sources that are gone. */
function testFiles() {
  return filesBelow(distTests, path => path.endsWith('.test.js'))
}

function unitFiles() {
  return testFiles().filter(file => ![...NEED_ADDON, ...ON_HOST].includes(folderOf(file)))
}

function folderOf(file) {
  return relative(distTests, file).split(/[\\/]/)[0]
}
