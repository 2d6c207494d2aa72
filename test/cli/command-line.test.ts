import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Calls, fakeConnect, runCli } from './screen'

describe('the command line', () => {
  test('prints its help and its version on stdout', async () => {
    const help = await runCli(['errors', '-h'])
    assert.deepEqual([help.code, help.err], [0, ''])
    assert.match(help.out, /^Usage: /)
    const version = await runCli(['--version'])
    assert.match(version.out, /^\d+\.\d+\.\d+/)
    assert.equal(version.code, 0)
  })

  test('keeps its help within 100 columns', async () => {
    const { out } = await runCli(['--help'])
    assert.ok(out.split('\n').every(line => line.length <= 100))
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
    [['list', '--timeout', ''], /--timeout expects seconds/],
  ]
  for (const [argv, message] of WRONG) {
    test(`refuses ${JSON.stringify(argv)} with exit code 2`, async () => {
      const { code, out, err } = await runCli(argv)
      assert.deepEqual([code, out], [2, ''])
      assert.match(err, message)
      assert.match(err, /\nTry hyperv-job-errors --help\n$/)
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
    assert.deepEqual(calls[1], ['getErrorEx', { className: 'Msvm_StorageJob', instanceId: 'A=1' }])
  })

  test('takes what follows -- for an operand', async () => {
    const calls: Calls = []
    await runCli(['errors', '--', '--json'], { connect: fakeConnect({}, calls) })
    assert.deepEqual(calls[2], ['getErrorEx', '--json'])
  })
})
