import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { runCli } from './screen'

describe('explain', () => {
  test('says what a code is and what to do, in every spelling', async () => {
    const spellings = [
      '0x8009030E',
      '8009030e',
      '-2146893042',
      '2148074254',
      '%%2148074254',
      'SEC_E_NO_CREDENTIALS',
    ]
    for (const spelling of spellings) {
      const { code, out, err } = await runCli(['explain', spelling])
      assert.deepEqual([code, err], [0, ''], spelling)
      assert.match(out, /^0x8009030E SEC_E_NO_CREDENTIALS\n {4}meaning {7}\S/, spelling)
      assert.match(out, /\ndiagnosis\n {4}cause {9}delegation-missing \(/, spelling)
      assert.match(out, /\n {4}remedy {8}\S[\s\S]*\n {4}link {10}https:/, spelling)
    }
  })

  test('prints the fields of the code with --json', async () => {
    const { code, out } = await runCli(['--json', 'explain', '-2146893042'])
    const { hex, symbol, facility, codes, diagnosis, fingerprint } = JSON.parse(out)
    assert.deepEqual([code, hex, symbol, facility], [0, '0x8009030E', 'SEC_E_NO_CREDENTIALS', 'SECURITY'])
    assert.equal(codes.length, 1)
    assert.equal(diagnosis.id, 'delegation-missing')
    assert.match(fingerprint, /^v1:/)
  })

  test('finds the codes in a line of a log, quoted or not, or on standard input', async () => {
    const line =
      "2026-03-14 09:12:07 ERROR [vmms] 'ledger-db' could not be moved: No credentials (0x8009030E); then error 0x80070005"
    for (const [argv, stdin] of [
      [[line], ''],
      [line.split(' '), ''],
      [[], line],
      [['-'], `${line}\n`],
    ] as const) {
      const { code, out, err } = await runCli(['explain', ...argv, '--json'], { stdin })
      const { codes, diagnosis } = JSON.parse(out)
      assert.deepEqual([code, err], [0, ''])
      assert.deepEqual(
        codes.map(({ symbol }: { symbol: string }) => symbol),
        ['SEC_E_NO_CREDENTIALS', 'E_ACCESSDENIED'],
      )
      assert.equal(diagnosis.id, 'delegation-missing')
    }
  })

  test('knows a message without a code, and the number of a message', async () => {
    const { code, out } = await runCli(['explain', "Could not find Ethernet switch 'External-10G'."])
    assert.equal(code, 0)
    assert.match(out, /^diagnosis\n {4}cause {9}\S+ \(\S+, \w+\)/)
    const number = await runCli(['explain', '21024'])
    assert.equal(number.code, 0)
    assert.match(number.out, /^MessageID 21024\n {4}meaning /)
  })

  test('decodes what is known of a code without a name', async () => {
    const { code, out } = await runCli(['explain', '0x8007FFFE'])
    assert.equal(code, 0)
    assert.match(out, /^0x8007FFFE\n {4}component {5}WIN32\n {4}severity {6}error\n$/)
  })

  test('says so and ends with 1 when nothing is known', async () => {
    for (const text of ['hello', '']) {
      const { code, out } = await runCli(['explain', text])
      assert.deepEqual([code, out], [1, 'no code in it, and no failure that is known\n'])
      const json = await runCli(['explain', text, '--json'])
      assert.equal(json.code, 1)
      assert.equal(JSON.parse(json.out).code, null)
    }
  })

  test('says at a terminal that it reads standard input', async () => {
    const { err } = await runCli(['explain'], { stdin: '5', isStdinTerminal: true })
    assert.match(err, /^reading a code or a message from standard input; end it with Ctrl-/)
    assert.equal((await runCli(['explain', '5'], { isStdinTerminal: true })).err, '')
  })
})
