import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { errorXml } from './instance'
import { CAUSE, WRAPPER } from './invented'
import { type Calls, fakeConnect, runCli } from './screen'

const wrapped = (instances: string) =>
  `<?xml version="1.0"?>\n<CIM CIMVERSION="2.0" DTDVERSION="2.0"><DECLARATION><DECLGROUP><VALUE.OBJECT>${instances}</VALUE.OBJECT></DECLGROUP></DECLARATION></CIM>`
const NESTED =
  '<INSTANCE CLASSNAME="A"><PROPERTY NAME="B" TYPE="string"><VALUE><![CDATA[<INSTANCE CLASSNAME="C"/>]]></VALUE></PROPERTY></INSTANCE>'

describe('decode', () => {
  test("reads what WMI's own DTD adds", async () => {
    const inner = '<INSTANCE CLASSNAME="Msvm_Inner"/>'
    const stdin = `<INSTANCE CLASSNAME="Msvm_Outer"><PROPERTY.OBJECT NAME="Held"><VALUE.OBJECT>${inner}</VALUE.OBJECT></PROPERTY.OBJECT></INSTANCE>`
    const { code, out } = await runCli(['decode'], { stdin })
    assert.equal(code, 1)
    assert.match(out, /Held.*\n?.*Msvm_Inner/)
  })

  test('decodes one text from stdin', async () => {
    const { code, out, err } = await runCli(['decode'], { stdin: `\n${CAUSE}\n` })
    assert.deepEqual([code, err], [1, ''])
    assert.match(out, /^> error 1 of 1, the primary one: Major \(5\)\n {4}The logon type is not granted/)
  })

  const inputs: readonly [
    what: string,
    stdin: string,
    counts: [errors: number | null, undecodable: number],
  ][] = [
    ['a JSON array of texts', JSON.stringify([WRAPPER, CAUSE]), [2, 0]],
    ['a JSON text', JSON.stringify(CAUSE), [1, 0]],
    ['a JSON array with a null', JSON.stringify([null, CAUSE]), [1, 1]],
    ['a JSON null', 'null\n', [null, 0]],
    ['an empty JSON array', ' []', [0, 0]],
    ['several texts one after another', `${CAUSE}\n${WRAPPER}${CAUSE}\n`, [3, 0]],
    ['several texts, of which one is broken off', `${CAUSE}\n${WRAPPER.slice(0, -20)}`, [1, 1]],
    ['what PowerShell makes of an array', JSON.stringify({ value: [WRAPPER, CAUSE], Count: 2 }), [2, 0]],
    ['the out-parameters of GetErrorEx', JSON.stringify({ ReturnValue: 0, Errors: [CAUSE] }), [1, 0]],
    ['out-parameters with NULL', JSON.stringify({ Errors: null }), [null, 0]],
    [
      'those of several jobs',
      JSON.stringify([{ Errors: [CAUSE] }, { Errors: null }, { Errors: [WRAPPER] }]),
      [2, 0],
    ],
    ['a text in what DSP0201 puts around it', wrapped(CAUSE), [1, 0]],
    ['several such texts', `${wrapped(CAUSE)}\n${wrapped(CAUSE + WRAPPER)}`, [3, 0]],
    ['an instance that holds one', NESTED, [1, 0]],
    ['a text that is not CIM-XML', 'nothing', [0, 1]],
    ['an empty text', '', [0, 1]],
  ]
  for (const [what, stdin, [errors, undecodable]] of inputs) {
    test(`takes ${what}`, async () => {
      const { code, out } = await runCli(['--json', 'decode', '-'], { stdin })
      const result = JSON.parse(out)
      assert.deepEqual([result.errors?.length ?? null, result.undecodable.length], [errors, undecodable])
      assert.equal(code, (errors ?? 0) + undecodable > 0 ? 1 : 0)
    })
  }

  test('keeps an undecodable text raw and goes on', async () => {
    const { code, out } = await runCli(['decode', '--json'], { stdin: JSON.stringify(['<VALUE/>', CAUSE]) })
    const { errors, undecodable, primary } = JSON.parse(out)
    assert.equal(code, 1)
    assert.equal(errors.length, 1)
    assert.equal(primary, 0)
    assert.deepEqual([undecodable[0].index, undecodable[0].raw], [0, '<VALUE/>'])
  })

  for (const stdin of ['[1]', '["a"', '[{}]', '{"Count":1}']) {
    test(`refuses ${stdin} as JSON of something else`, async () => {
      const { code, out, err } = await runCli(['decode'], { stdin })
      assert.deepEqual([code, out], [1, ''])
      assert.match(err, /expected CIM-XML, or JSON that holds it/)
    })
  }

  test('reads a file in UTF-8 or UTF-16, with or without a byte order mark', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hyperv-job-errors-'))
    try {
      const text = errorXml({ Message: 'Größe 日本' })
      const encodings: Readonly<Record<string, Buffer>> = {
        'utf8.xml': Buffer.from(text),
        'utf8-bom.xml': Buffer.from(`\ufeff${text}`),
        'utf16le.xml': Buffer.from(`\ufeff${text}`, 'utf16le'),
        'utf16be.xml': Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
      }
      for (const [name, bytes] of Object.entries(encodings)) {
        const file = join(folder, name)
        writeFileSync(file, bytes)
        const { out } = await runCli(['decode', '--json', file])
        assert.equal(JSON.parse(out).errors[0].message, 'Größe 日本', name)
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('reads what --json prints', async () => {
    const printed = await runCli(['decode', '--json'], { stdin: JSON.stringify([WRAPPER, CAUSE, '<']) })
    const again = await runCli(['decode', '--json'], { stdin: printed.out })
    assert.deepEqual(JSON.parse(again.out), JSON.parse(printed.out))
  })

  test('takes UTF-16 without a byte order mark, and says when bytes are no text', async () => {
    const text = errorXml({ Message: 'Größe 日本' })
    for (const bytes of [Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf16le').swap16()]) {
      const { out } = await runCli(['decode'], { stdin: bytes })
      assert.match(out, /Größe 日本/)
    }
    for (const bytes of [Buffer.from([0x3c, 0xff, 0xfe, 0x80]), Buffer.from('<INST\0\0\0\0ANCE/>')]) {
      const { code, err } = await runCli(['decode'], { stdin: bytes })
      assert.equal(code, 1)
      assert.match(err, /expected text in UTF-8 or UTF-16/)
    }
  })

  test('says on a terminal what it reads', async () => {
    const { err } = await runCli(['decode'], { stdin: CAUSE, isStdinTerminal: true })
    assert.match(err, /^reading CIM-XML from standard input; end it with Ctrl-/)
  })

  test('shows the properties of an instance that is no error', async () => {
    const stdin =
      '<INSTANCE CLASSNAME="Msvm_KvpExchangeDataItem"><PROPERTY NAME="Name" TYPE="string"><VALUE>OSName</VALUE></PROPERTY><PROPERTY NAME="Source" TYPE="uint16"><VALUE>2</VALUE></PROPERTY><PROPERTY.ARRAY NAME="List" TYPE="string"><VALUE.ARRAY><VALUE>a</VALUE><VALUE>b</VALUE></VALUE.ARRAY></PROPERTY.ARRAY></INSTANCE>'
    const { out } = await runCli(['decode'], { stdin })
    assert.deepEqual(out.split('\n'), [
      '  instance 1 of 1: Msvm_KvpExchangeDataItem',
      '    Name          OSName',
      '    Source        2',
      '    List          a, b',
      '',
    ])
  })

  test('ends with 2 for a file that is not there', async () => {
    const { code, err } = await runCli(['decode', join(tmpdir(), 'no', 'such', 'file.xml'), '--json'])
    assert.equal(code, 2)
    assert.equal(JSON.parse(err).error.code, 'ENOENT')
  })

  test('connects to nothing', async () => {
    const calls: Calls = []
    await runCli(['decode'], { stdin: CAUSE, connect: fakeConnect({}, calls) })
    assert.deepEqual(calls, [])
  })
})
