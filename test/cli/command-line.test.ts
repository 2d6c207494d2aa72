import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { COMMANDS } from '../../lib/cli/commands'
import { parseCommandLine } from '../../lib/cli/program'
import { type Calls, fakeConnect, ioFor, runCli } from './screen'

/** The words of a line up to what a shell takes for its own; a quoted one may hold blanks. */
function argumentsIn(line: string): string[] {
  const [own = ''] = line.split(/ [|>] /)
  return [...own.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '')
}

describe('the command line', () => {
  test('prints its help and its version on stdout', async () => {
    const help = await runCli(['errors', '-h'])
    assert.deepEqual([help.code, help.err], [0, ''])
    assert.match(help.out, /^Usage: /)
    for (const flag of ['--version', '-v']) {
      const version = await runCli([flag])
      assert.match(version.out, /^\d+\.\d+\.\d+\n$/)
      assert.equal(version.code, 0)
    }
  })

  test('has the same help for a command after it and before it, with examples that are understood', async () => {
    const overview = await runCli(['--help'])
    for (const [name, load] of Object.entries(COMMANDS)) {
      const { command } = await load()
      assert.ok(command.examples.length > 0, name)
      assert.match(overview.out, new RegExp(`^  ${name} .*${command.summary.slice(0, 20)}`, 'm'))
      const help = await runCli([name, '--help'])
      assert.deepEqual([help.code, help.err], [0, ''])
      assert.deepEqual(await runCli(['help', name]), help)
      for (const option of Object.keys(command.options)) assert.match(help.out, new RegExp(`--${option}`))
      for (const { line } of command.examples) {
        assert.ok(help.out.includes(`hyperv-job-errors ${line}\n`))
        const parsed = await parseCommandLine(argumentsIn(line), ioFor({}).io)
        assert.equal(parsed?.command, command, line)
      }
    }
  })

  test('wraps its help at the width of the terminal, and at 100 columns at most', async () => {
    for (const [width, limit] of [
      [200, 100],
      [80, 80],
      [50, 50],
    ] as const) {
      for (const name of Object.keys(COMMANDS)) {
        const { out } = await runCli([name, '--help'], { width })
        // The usage and an example stand on one line each, to be copied.
        const lines = out.split('\n').filter(line => !/^(?:Usage:| ) hyperv-job-errors /.test(line))
        assert.deepEqual(
          lines.filter(line => line.length > limit),
          [],
          name,
        )
      }
    }
  })

  const WRONG: readonly [argv: readonly string[], message: RegExp][] = [
    [[], /expected a command/],
    [['lst'], /unknown command "lst"/],
    [['errors'], /errors expects a job/],
    [['errors', 'a', 'b'], /errors does not expect "b"/],
    [['list', 'a'], /list does not expect "a"/],
    [['decode', 'a', 'b'], /decode does not expect "b"/],
    [['list', '--nonsense'], /nonsense/],
    [['list', '--host'], /host/],
    [['errors', 'a', '--failed'], /errors does not take --failed, only list\n/],
    [['decode', '--class', 'all'], /decode does not take --class, only list, errors, watch, wait, cancel\n/],
    [['list', '--changes'], /list does not take --changes, only watch\n/],
    [['wait', 'a', '--kill'], /wait does not take --kill, only cancel\n/],
    [['wait'], /wait expects a job/],
    [['cancel'], /cancel expects a job/],
    [['watch', 'a'], /watch does not expect "a"/],
    [['wait', 'a', '--class', 'all'], /wait expects one class for --class/],
    [['errors', 'a', '--class', 'Msvm_StorageJob', '--class', 'X'], /errors expects one class for --class/],
    [['list', '--timeout', '0'], /--timeout expects seconds such as 30 or 0\.5, received "0"/],
    [['list', '--timeout', '1e3'], /--timeout expects seconds/],
    [['list', '--timeout=-1'], /--timeout expects seconds/],
    [['list', '--host', '--failed'], /--host expects a value, received --failed/],
    [['lits'], /unknown command "lits" \(Did you mean list\?\)/],
    [['list', '--faild'], /unknown option '--faild' \(Did you mean --failed\?\)/],
    [['list', '--hots', 'a'], /unknown option '--hots' \(Did you mean --host\?\)/],
    [['--kill', 'cancel', 'a'], /--kill follows the command that takes it: cancel\n/],
    [['help', 'lits'], /unknown command "lits"/],
    [['list', '--timeout', ''], /--timeout expects seconds/],
  ]
  for (const [argv, message] of WRONG) {
    test(`refuses ${JSON.stringify(argv)} with exit code 2`, async () => {
      const { code, out, err } = await runCli(argv)
      assert.deepEqual([code, out], [2, ''])
      assert.match(err, message)
      assert.match(err, /\nTry hyperv-job-errors( [a-z]+)? --help\n$/)
    })
  }

  test('refuses in JSON with --json', async () => {
    const { code, err } = await runCli(['list', 'a', '--json'])
    assert.equal(code, 2)
    assert.deepEqual(JSON.parse(err), { error: { code: 'ERR_USAGE', message: 'list does not expect "a"' } })
  })

  test('takes the operand with --class for an InstanceID of that class', async () => {
    const calls: Calls = []
    await runCli(['errors', 'A=1', '--class', 'Msvm_StorageJob', '--json'], {
      connect: fakeConnect({}, calls),
    })
    assert.deepEqual(calls[2], ['getErrorEx', { className: 'Msvm_StorageJob', instanceId: 'A=1' }])
  })

  test('takes what follows -- for an operand', async () => {
    const calls: Calls = []
    await runCli(['errors', '--', '--json'], { connect: fakeConnect({}, calls) })
    assert.deepEqual(calls[2], ['getErrorEx', '--json'])
  })
})
