import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fingerprint } from '../../lib/diagnosis/fingerprint'
import { readMessages } from '../support/diagnosis-sets'

function same(...subjects: readonly Parameters<typeof fingerprint>[0][]): void {
  const [first, ...rest] = subjects.map(subject => fingerprint(subject))
  for (const other of rest) assert.equal(other, first)
}

function different(...subjects: readonly Parameters<typeof fingerprint>[0][]): void {
  assert.equal(new Set(subjects.map(subject => fingerprint(subject))).size, subjects.length)
}

describe('fingerprint', () => {
  test('is a version and 16 hex digits', () => {
    for (const subject of ['', 'a', 'Full (0x80070070).', [], { errors: null }, '移行'.repeat(10_000)]) {
      assert.match(fingerprint(subject), /^v1:[0-9a-f]{16}$/)
    }
  })

  test('stays what it was: stored ones are compared with new ones', () => {
    assert.deepEqual(
      ['Full (0x80070070).', { message: 'x', messageId: '33012' }, 'The machine lost its disk.', []].map(
        subject => fingerprint(subject),
      ),
      ['v1:5d31c3ac204ac12d', 'v1:837e95aef120e442', 'v1:a058ae69da36fe47', 'v1:9a8130437c1dea78'],
    )
  })

  test('is the same for other machines, hosts, paths, numbers and GUIDs', () => {
    same(
      "'web-01' could not attach 'D:\\VMs\\web\\d.vhdx' on HV-02 at 10:31. (Virtual machine ID 128B2F33-0C5C-7FD0-A6A3-A4506513270E)",
      "'ledger db' could not attach '\\\\files\\vhds\\x7.vhdx' on hv3.corp.example at 4:05. (Virtual machine ID 5E8766ED-88DA-F401-6B40-13EF254B0C4E)",
      "'O'Neil-DC' could not attach 'E:\\a b\\c.vhdx' on NODE3 at 23:59. (Virtual machine ID A123F501-90F5-380E-12B2-A4146B77730F)",
    )
    same('Waited 30 s for 10.0.0.4 port 6600.', 'Waited 5 s for 192.168.10.12 port 6601.')
  })

  test('is the same without marks around names where the arguments say them', () => {
    const record = (name: string, host: string) => ({
      message: `Machine ${name} did not reach host ${host} in time.`,
      messageArguments: [name, host],
    })
    same(record('ledger', 'alpha'), record('web', 'beta gamma'))
  })

  test('is the same in every language and notation where a code carries it', () => {
    same(
      "'a' stopped: the disk is full (0x80070070).",
      '"b" wurde angehalten: kein Platz (0x80070070).',
      'ディスクの空き領域が足りません。 (0x80070070)',
      'Error -2147024784',
      '%%112',
    )
  })

  test('is the same in every language where a MessageID carries it', () => {
    same(
      { message: 'Could not find Ethernet switch "LAN".', messageId: '33012' },
      { message: 'Der Ethernet-Switch "X" fehlt.', messageId: ' 33012 ' },
    )
  })

  test('is that of the record with the cause, in either order', () => {
    const wrapper = { message: "Live migration of 'Virtual Machine a' failed." }
    const cause = { message: 'Refused (0x8007274D).' }
    same([wrapper, cause], [cause, wrapper], cause, { errors: [wrapper, cause] })
  })

  test('is another for another cause', () => {
    different(
      'Full (0x80070070).',
      'Refused (0x8007274D).',
      'Refused.',
      'The machine lost its disk.',
      'The machine lost its network.',
      { message: 'x', messageId: '33012' },
      { message: 'x', messageId: '3122' },
      { message: 'x (0x80004005)', messageId: '3122 ' + '3' },
      'Unspecified (0x80004005).',
      'スイッチがありません。',
      'メモリがありません。',
      [],
    )
  })

  test('is another for each code of the messages at hand', () => {
    const byCode = new Map<string, Set<string>>()
    for (const { text, codes } of readMessages('dev')) {
      const [code] = codes
      if (codes.length !== 1 || code === undefined) continue
      byCode.set(code, (byCode.get(code) ?? new Set()).add(fingerprint(text)))
    }
    assert.ok(byCode.size > 30)
    for (const [code, prints] of byCode) assert.equal(prints.size, 1, code)
    assert.equal(new Set([...byCode.values()].map(prints => [...prints][0])).size, byCode.size)
  })
})
