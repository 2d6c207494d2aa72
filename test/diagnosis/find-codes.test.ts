import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { findCodes } from '../../lib/entries/diagnosis'

/** The HRESULTs in hex, in order. */
function hexOf(source: Parameters<typeof findCodes>[0]): string[] {
  return findCodes(source).map(code => code.hex)
}

// All texts are invented; the shapes are those that Windows components print.
const FOUND: readonly [text: string, hex: readonly string[], why: string][] = [
  ['No credentials are available (0x8009030E).', ['0x8009030E'], 'in brackets'],
  ['It failed with 0x8009030E.', ['0x8009030E'], 'without brackets, at the end of a sentence'],
  ['error 0x8009030e', ['0x8009030E'], 'in lower case'],
  ['ERROR 0X8009030E', ['0x8009030E'], 'with an upper-case X'],
  ['Fehler=0x80070005;', ['0x80070005'], 'after an equals sign'],
  ['HRESULT:0x80070005', ['0x80070005'], 'after a colon'],
  ['failed...0x80070005', ['0x80070005'], 'after an ellipsis'],
  ["'General access denied error' ('0x80070005')", ['0x80070005'], 'between quotation marks'],
  ["The operation ended: 'Access denied (0x80070005).'", ['0x80070005'], 'in a quoted sentence'],
  ['No mapping between names and SIDs: 80070534', ['0x80070534'], 'as eight bare digits'],
  ['(80042001)', ['0x80042001'], 'as bare digits in brackets'],
  ['[8007000d]', ['0x8007000D'], 'as bare lower-case digits'],
  ['C0370027', ['0xC0370027'], 'as a bare NTSTATUS-like code'],
  ['error:80070534.', ['0x80070534'], 'as bare digits between punctuation'],
  ["The host's share and the VM's disk: 80070005, it isn't there", ['0x80070005'], 'between apostrophes'],
  ['%%2147952449 (0x80072741)', ['0x80072741'], 'once, though printed in two notations'],
  ['%%2147952449', ['0x80072741'], 'as a decimal message reference'],
  ['failed: %%5', ['0x80070005'], 'as a decimal Win32 error'],
  ['no network for migration (0x000013AB)', ['0x800713AB'], 'without a facility'],
  ['0x8007274D/0x8007274C', ['0x8007274D', '0x8007274C'], 'with a slash between them'],
  [
    '0x80070005, then 80070534, then %%2147952449',
    ['0x80070005', '0x80070534', '0x80072741'],
    'in three notations',
  ],
  ['%%2147942405 after 0x8009030E', ['0x80070005', '0x8009030E'], 'in the order of the text'],
  ['0x80070005 0x80070005', ['0x80070005'], 'once, though printed twice'],
  ['エラー80070534が発生しました', ['0x80070534'], 'between letters of a script without blanks'],
  ['コード0x8009030Eで失敗', ['0x8009030E'], 'in hex between such letters'],
  ['Échec de l’opération : accès refusé (0x80070005).', ['0x80070005'], 'in French'],
  ['Сбой: 0x80072746.', ['0x80072746'], 'in Russian'],
  ['C:\\VMs\\a.vhdx: 0x80070005', ['0x80070005'], 'after a path'],
  ['C:\\VMs\\a.vhdx failed with 80070005 and D:\\b.vhdx too', ['0x80070005'], 'as bare digits between paths'],
  ['on \\\\srv\\share (0x80070005)', ['0x80070005'], 'after a share'],
  ['0x8000FFFF', ['0x8000FFFF'], 'though it is not classified'],
  ['could not open the file (0x20)', ['0x80070020'], 'short, in brackets behind what failed'],
  ['no link to the server (0x00002EFD)', ['0x80072EFD'], 'without a facility behind what failed'],
  ['could not open the disk (-2147024864)', ['0x80070020'], 'as a signed number behind what failed'],
  ['Fehlercode%%5', ['0x80070005'], 'as a reference that touches a word'],
  ['-0x7FF8FFFB', ['0x80070005'], 'in signed hexadecimal'],
  ['{"m":"failed\\n0x80070005\\r\\nat x"}', ['0x80070005'], 'between escaped line ends'],
]

const NOT_FOUND: readonly [text: string, why: string][] = [
  ['', 'in an empty text'],
  ['It failed.', 'without digits'],
  ['Virtual machine ID 80070534-1111-4222-8333-444455556666', 'at the start of a GUID'],
  ['{0B1C2D3E-1111-4222-8333-444480070534}', 'at the end of a GUID'],
  ['80070534111142228333444455556666', 'in a GUID without hyphens'],
  ['C:\\ClusterStorage\\80070534\\disk.vhdx', 'as a folder'],
  ['C:\\VMs\\80070534', 'at the end of a path'],
  ['C:\\VMs\\80070534.vhdx', 'as a file'],
  ['C:\\My VMs 80070534 old\\disk.vhdx', 'in a path with blanks'],
  ['\\\\srv\\80070534\\disk.vhdx', 'as a share'],
  ['C:\\VMs\\0x80070534\\disk.vhdx', 'in hex as a folder'],
  ["'C:\\My VMs 0x80070534 old\\disk.vhdx'", 'in hex in a quoted path'],
  ['https://example.org/80070534/', 'in a URL'],
  ['/vms/80070534/', 'between slashes'],
  ['80070534.vhdx', 'as a file name'],
  ['0x80070534.log', 'in hex as a file name'],
  ['80070534.example.org', 'as a host name'],
  ['80070534@example.org', 'as an account'],
  ["Live migration of 'web-80070534' failed", 'at the end of a VM name'],
  ["Live migration of '80070534' failed", 'as a whole VM name'],
  ["Live migration of 'db 80070534 old' failed", 'inside a VM name'],
  ["Live migration of 'Bob's 80070534' failed", 'in a VM name with an apostrophe'],
  ['Live migration of “80070534” failed', 'between typographic marks'],
  ['Die Migration von „80070534“ ist fehlgeschlagen', 'between German marks'],
  ['La migration de « 80070534 » a échoué', 'between French marks'],
  ['「80070534」の移行に失敗', 'between corner brackets'],
  ['Virtual machine 80070534 failed', 'as a VM name without marks'],
  ['SRV_80070534', 'after an underscore'],
  ['80070534-SRV', 'before a hyphen'],
  ['srv-0x80070534', 'in hex after a hyphen'],
  ['180070534', 'in a longer number'],
  ['800705341', 'in a longer number, at its start'],
  ['0x180070534', 'in a longer hex number'],
  ['0xFFFFFFFF80070005', 'in a 64-bit number'],
  ['0x80070', 'with too few digits'],
  ['1,80070534', 'after a thousands separator'],
  ['80070534,5', 'before a decimal comma'],
  ['10.0.80070534', 'in a version'],
  ['80070534 bytes', 'as a size'],
  ['80070534 KB', 'as a size in KB'],
  ['20240131', 'as a date'],
  ['DEADBEEF', 'as a word of hex letters'],
  ['0x00000000', 'as success'],
  ['%%0', 'as decimal success'],
  ['0x12345678', 'as an address'],
  ['%%4294967296', 'beyond 32 bits'],
  ['%%21479524491', 'as a decimal that is too long'],
  ['%2147952449', 'with one percent sign'],
  ['The machine uses VLAN (0x64)', 'short, behind what is numbered'],
  ['It was moved to host (80072746)', 'as bare digits behind what is named'],
  ['STOP: 0x0000007E (0xC0000005, 0x8054A5B1)', 'in a stop error'],
  ['Error 1 of 5', 'in what is counted'],
]

describe('findCodes', () => {
  for (const [text, expected, why] of FOUND) {
    test(`finds a code ${why}`, () => assert.deepEqual(hexOf(text), expected))
  }
  for (const [text, why] of NOT_FOUND) {
    test(`finds no code ${why}`, () => assert.deepEqual(hexOf(text), []))
  }

  test('tells everything about a code', () => {
    assert.deepEqual(findCodes('no network: 0x000013AB'), [
      {
        code: 0x13ab,
        hresult: 0x800713ab,
        hex: '0x800713AB',
        symbol: 'ERROR_NETWORK_NOT_AVAILABLE',
        where: 'message',
        offset: 12,
      },
    ])
    assert.equal(findCodes('0x8009030E')[0]!.symbol, 'SEC_E_NO_CREDENTIALS')
    assert.equal(findCodes('0x80048054')[0]!.symbol, null)
  })

  test('looks into the arguments of a record, after its message', () => {
    const codes = findCodes({
      message: 'Failed (0x80070005).',
      messageArguments: [null, '%%2147952449', '80070005'],
    })
    assert.deepEqual(
      codes.map(({ hex, where }) => [hex, where]),
      [
        ['0x80070005', 'message'],
        ['0x80072741', 1],
      ],
    )
  })

  test('takes bare digits in an argument for a name where the message quotes them', () => {
    assert.deepEqual(hexOf({ message: 'Failed.', messageArguments: ['80070534'] }), ['0x80070534'])
    assert.deepEqual(
      hexOf({ message: "Migration of '80070534' failed.", messageArguments: ['80070534'] }),
      [],
    )
  })

  test('takes a record without texts', () => {
    assert.deepEqual(findCodes({ message: null, messageArguments: null }), [])
    assert.deepEqual(findCodes({ message: undefined, messageArguments: undefined }), [])
  })

  test('looks at the first 64 Ki characters of a text', () => {
    assert.deepEqual(hexOf(`${' '.repeat(64 * 1024 - 10)}0x80070005`), ['0x80070005'])
    assert.deepEqual(hexOf(`${' '.repeat(64 * 1024)}0x80070005`), [])
  })
})
