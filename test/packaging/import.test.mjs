/** What importing the package costs and does, in this system's Node. */
import assert from 'node:assert/strict'
import { basename, join } from 'node:path'
import { before, describe, test } from 'node:test'
import { installedProject, must, node, writeFiles } from './consumer.mjs'

const RUNS = 15
/** The aim is below 15 ms on a machine that does nothing else; a test run shares the machine with others. */
const LIMIT_MS = 60
const MAX_FILES = 4

/** Prints how long a `require` took, and the files that are loaded then. */
const TIMED = `
  const started = process.hrtime.bigint()
  require(process.argv[2])
  const ms = Number(process.hrtime.bigint() - started) / 1e6
  const files = Object.keys(require.cache).filter(path => path !== __filename)
  console.log(JSON.stringify({ ms, files }))
`

/** Fails when anything but a module of the package is read, or anything is started, while the package is imported. */
const WATCHED = `
  const fs = require('node:fs')
  const { dirname, sep } = require('node:path')
  const home = dirname(require.resolve('hyperv-job-errors')) + sep
  const seen = []
  for (const name of ['openSync', 'readFileSync', 'open', 'readFile', 'writeFileSync', 'readdirSync']) {
    const original = fs[name]
    fs[name] = (path, ...rest) => {
      if (!String(path).startsWith(home)) seen.push(name + ' ' + path)
      return original.call(fs, path, ...rest)
    }
  }
  process.dlopen = () => { throw new Error('an addon was loaded') }
  for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask']) {
    globalThis[name] = () => { throw new Error(name + ' was called') }
  }
  const environment = process.env
  Object.defineProperty(process, 'env', { get() { seen.push('env'); return environment } })
  require(process.argv[2])
  console.log(JSON.stringify(seen))
`

describe('importing the package', () => {
  let folder
  before(async () => {
    folder = await installedProject()
    writeFiles(folder, {
      'timed.cjs': TIMED,
      'watched.cjs': WATCHED,
      'empty.cjs': '',
      'impure.cjs': `require('node:fs').readFileSync(__filename); process.env.PATH`,
    })
  })

  const time = async module => JSON.parse(await must(node(['timed.cjs', module], { cwd: folder })))
  const watch = async module => JSON.parse(await must(node(['watched.cjs', module], { cwd: folder })))

  test(`takes little longer than importing an empty module: at most ${LIMIT_MS} ms`, async t => {
    const times = { empty: [], package: [] }
    for (let run = 0; run < RUNS; run++) {
      times.empty.push((await time('./empty.cjs')).ms)
      times.package.push((await time('hyperv-job-errors')).ms)
    }
    const difference = median(times.package) - median(times.empty)
    t.diagnostic(
      `empty module ${median(times.empty).toFixed(1)} ms, the package ${difference.toFixed(1)} ms more`,
    )
    assert.ok(difference < LIMIT_MS, `${difference} ms`)
  })

  test(`loads at most ${MAX_FILES} files, and neither bindings nor an addon`, async () => {
    const { files } = await time('hyperv-job-errors')
    assert.ok(files.length >= 1 && files.length <= MAX_FILES, files.join('\n'))
    const home = join('node_modules', 'hyperv-job-errors', 'dist', 'package', 'cjs')
    for (const file of files) assert.ok(file.includes(join(home, basename(file))), file)
  })

  test('does nothing but define', async () => {
    assert.deepEqual(await watch('hyperv-job-errors'), [])
    assert.deepEqual(await watch('hyperv-job-errors/cimxml'), [])
  })

  test('would be seen to do more', async () => {
    const seen = await watch('./impure.cjs')
    for (const what of ['readFileSync', 'env'])
      assert.ok(
        seen.some(text => text.startsWith(what)),
        what,
      )
  })
})

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}
