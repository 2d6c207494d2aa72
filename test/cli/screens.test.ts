/** What a person sees in terminals of several widths, with names of double width: the program in a pseudo-terminal. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { columnsOf } from '../../lib/cli/text/layout'
import { errorText } from '../support/cim-text'

const MAIN = join(__dirname, '..', '..', 'lib', 'cli', 'main.js')
const folder = mkdtempSync(join(tmpdir(), 'hyperv-job-errors-'))
after(() => rmSync(folder, { recursive: true }))

const MACHINES = {
  '3F0C7A52-9B1E-4D67-8A35-C2E1F0947B6D': '会計システム本番データベースサーバー',
  '4F0C7A52-9B1E-4D67-8A35-C2E1F0947B6D': '财务数据库',
  '5F0C7A52-9B1E-4D67-8A35-C2E1F0947B6D': '인사관리시스템',
  '6F0C7A52-9B1E-4D67-8A35-C2E1F0947B6D': 'a-web-server-with-quite-a-long-name-in-the-north-of-europe',
}
const MESSAGE =
  "仮想マシン '会計システム本番データベースサーバー' の移行操作は、移行元で失敗しました。資格情報がないため、" +
  "ホスト 'HV-02' との接続を確立できませんでした (0x8009030E)。"

const ids = Object.keys(MACHINES)
const jobId = (index: number) => `${index}B7A4F0E-1111-4D67-8A35-C2E1F0947B6D`
const SCENARIO = join(folder, 'scenario.json')
writeFileSync(
  SCENARIO,
  JSON.stringify({
    computer: 'HV-01',
    instances: Object.entries(MACHINES).map(([Name, ElementName]) => ({
      class: 'Msvm_ComputerSystem',
      properties: { Name, ElementName, Caption: 'Virtual Machine' },
    })),
    jobs: ids.map((VirtualSystemName, index) => ({
      class: 'Msvm_MigrationJob',
      properties: {
        InstanceID: jobId(index),
        JobState: [10, 4, 7, 10][index],
        ErrorCode: index === 0 ? 32768 : 0,
        PercentComplete: 40,
        VirtualSystemName,
        DestinationHost: 'HV-02',
        StartTime: '20261122093000.000000+060',
        ElementName: index === 0 ? '仮想マシンの移動' : 'Virtual machine migration',
      },
      getErrorEx: [{ errors: [errorText({ Message: MESSAGE })] }],
    })),
  }),
)

const COMMANDS = {
  list: ['--simulate', SCENARIO, 'list'],
  errors: ['--simulate', SCENARIO, 'errors', jobId(0)],
  'errors --last': ['--simulate', SCENARIO, 'errors', '--last'],
  wait: ['--simulate', SCENARIO, 'wait', jobId(2)],
  explain: ['explain', '0x8009030E'],
  doctor: ['--simulate', SCENARIO, 'doctor'],
  help: ['--help'],
  'help watch': ['help', 'watch'],
}

/** A progress bar goes back to the start of its line. */
function lines(stdout: string): string[] {
  return stripVTControlCharacters(stdout).split(/\r*\n|\r/)
}

/** The lines on a terminal of so many columns. */
function onTerminal(argv: readonly string[], columns: number): string[] {
  const command = [process.execPath, MAIN, ...argv].map(arg => `'${arg}'`).join(' ')
  const line = `stty cols ${columns} rows 50; ${command} 2>/dev/null`
  const { stdout } = spawnSync('script', ['-qec', line, '/dev/null'], { encoding: 'utf8' })
  return lines(stdout)
}

/** A URL or a name that could not be copied from two lines. */
function isOneWord(line: string, columns: number): boolean {
  return line.split(/ +/).some(word => columnsOf(word) === word.length && word.length > columns - 20)
}

const hasTerminals = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0

describe('screens', { skip: !hasTerminals && 'made with script(1) of util-linux' }, () => {
  for (const columns of [200, 120, 80, 50]) {
    for (const [name, argv] of Object.entries(COMMANDS)) {
      test(`${name} fits ${columns} columns`, () => {
        const screen = onTerminal(argv, columns)
        assert.ok(screen.length > 2, screen.join('\n'))
        const tooWide = screen.filter(line => columnsOf(line) > columns && !isOneWord(line, columns))
        assert.deepEqual(tooWide, [])
      })
    }
  }

  test('columns stand below each other, whatever the letters', () => {
    const [head = '', ...rows] = onTerminal(COMMANDS.list, 120).filter(line => line !== '')
    const at = columnsOf(head.slice(0, head.indexOf('VM')))
    for (const [index, row] of rows.entries()) {
      const name = Object.values(MACHINES)[index] ?? ''
      const start = row.indexOf(name.slice(0, 5))
      assert.equal(columnsOf(row.slice(0, start)), at, row)
    }
    assert.equal(rows.length, ids.length)
  })
})

const canPipe = process.platform !== 'win32'
test('what is no terminal gets every name, id and message whole', {
  skip: !canPipe && 'run on other systems',
}, () => {
  const piped = (argv: readonly string[]) =>
    spawnSync(process.execPath, [MAIN, ...argv], { encoding: 'utf8' }).stdout
  const list = piped(COMMANDS.list)
  for (const [index, name] of Object.values(MACHINES).entries()) {
    assert.ok(list.includes(name) && list.includes(jobId(index)), list)
  }
  assert.ok(list.includes('仮想マシンの移動'), 'what the job does')
  const errors = piped(COMMANDS.errors).replace(/\s+/g, '')
  assert.ok(errors.includes(MESSAGE.replace(/\s+/g, '')), errors)
})
