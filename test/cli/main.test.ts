import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { errorXml } from './instance'

const MAIN = join(__dirname, '..', '..', 'lib', 'cli', 'main.js')
const folder = mkdtempSync(join(tmpdir(), 'hyperv-job-errors-'))
after(() => rmSync(folder, { recursive: true }))

const FILE = join(folder, 'error.xml')
writeFileSync(FILE, errorXml({ Message: 'It failed (0x8009030E).' }))

function main(argv: readonly string[], env: NodeJS.ProcessEnv = {}, input: string | Buffer = '') {
  const { FORCE_COLOR: _force, NO_COLOR: _no, ...inherited } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...argv], {
    env: { ...inherited, ...env },
    input,
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  })
  return { status, stdout, stderr }
}

describe('the program', () => {
  test('gives the exit code of its command', () => {
    assert.equal(main(['--version']).status, 0)
    assert.equal(main(['decode', FILE]).status, 1)
    assert.equal(main([]).status, 2)
  })

  test('reads stdin, also as PowerShell writes it', () => {
    const text = Buffer.from(`\ufeff${errorXml({ Message: 'Größe' })}`, 'utf16le')
    assert.match(main(['decode'], {}, text).stdout, /Größe/)
  })

  test('says in one line that a disk is full, and fails', { skip: !existsSync('/dev/full') }, () => {
    const full = openSync('/dev/full', 'w')
    try {
      for (const argv of [['decode', FILE], ['explain', '5', '--json'], ['--help']]) {
        const { status, stderr } = spawnSync(process.execPath, [MAIN, ...argv], {
          stdio: ['ignore', full, 'pipe'],
        })
        assert.equal(status, 3)
        assert.match(String(stderr), /^hyperv-job-errors: the output could not be written: ENOSPC.*\n$/)
      }
    } finally {
      closeSync(full)
    }
  })

  test('colours when told to and never against NO_COLOR', () => {
    assert.doesNotMatch(main(['decode', FILE]).stdout, /\x1b/)
    assert.match(main(['decode', FILE], { FORCE_COLOR: '1' }).stdout, /\x1b\[31m/)
    assert.doesNotMatch(main(['decode', FILE], { FORCE_COLOR: '0' }).stdout, /\x1b/)
    assert.doesNotMatch(main(['decode', FILE], { FORCE_COLOR: '1', NO_COLOR: '1' }).stdout, /\x1b/)
  })

  test('wraps at COLUMNS where there is no terminal', () => {
    writeFileSync(join(folder, 'long.xml'), errorXml({ Message: 'word '.repeat(40) }))
    const longest = (columns: string) =>
      Math.max(
        ...main(['decode', join(folder, 'long.xml')], { COLUMNS: columns })
          .stdout.split('\n')
          .map(l => l.length),
      )
    assert.ok(longest('60') <= 60)
    assert.ok(longest('90') > 60)
  })

  test('writes a large result in full', () => {
    writeFileSync(join(folder, 'large.xml'), errorXml({ Message: 'x'.repeat(1_000_000) }))
    const { status, stdout } = main(['decode', '--json', join(folder, 'large.xml')])
    assert.equal(status, 1)
    assert.equal(JSON.parse(stdout).errors[0].message.length, 1_000_000)
  })

  test('is not troubled by a reader that has seen enough', async () => {
    const child = spawn(process.execPath, [MAIN, 'decode', '--json'], { stdio: ['pipe', 'pipe', 'pipe'] })
    let stderr = ''
    child.stderr.on('data', chunk => {
      stderr += chunk
    })
    child.stdout.destroy()
    child.stdin.end(errorXml({ Message: 'x'.repeat(5_000_000) }))
    const [code] = await once(child, 'close')
    assert.deepEqual([code, stderr], [1, ''])
  })

  test('decodes without loading the session or the addon', () => {
    const script = `
      const io = { stdout() {}, stderr() {}, readStdin: async () => '', colour: false, width: 80 }
      require(${JSON.stringify(join(MAIN, '..', 'run.js'))}).run(['decode', ${JSON.stringify(FILE)}], io).then(() => {
        const loaded = Object.keys(require.cache).filter(file => /[\\\\/]lib[\\\\/](?:session[\\\\/](?:session|connect|watch)|wmi[\\\\/](?:transport|load))/.test(file))
        console.log(JSON.stringify(loaded))
      })`
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' })
    assert.equal(stdout.trim(), '[]', stderr)
  })

  test('says that a connection needs Windows', {
    skip: process.platform === 'win32' ? 'this is Windows' : false,
  }, () => {
    const { status, stdout, stderr } = main(['list', '--json'])
    assert.deepEqual([status, stdout], [3, ''])
    assert.equal(JSON.parse(stderr).error.code, 'ERR_PLATFORM')
  })
})
