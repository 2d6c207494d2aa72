import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { failureRows } from '../../lib/diagnosis/data/tables'
import { diagnose } from '../../lib/diagnosis/diagnose'
import { decodeErrorList } from '../../lib/diagnosis/error-list'
import { toMsvmError } from '../../lib/records/msvm-error'

const BLANK = toMsvmError({ className: 'Msvm_Error', properties: {} })
const WRAPPER = {
  message: "Virtual machine migration operation for 'a' failed at migration destination 'HV-02'.",
}

describe('diagnose', () => {
  test('says what failed, where, and what to do', () => {
    const { hint, url, codes, ...rest } = diagnose('No credentials exist in the package (0x8009030E).')
    assert.deepEqual(rest, {
      id: 'delegation-missing',
      category: 'migration',
      confidence: 'certain',
      retryable: false,
      side: 'source',
      matchedBy: 'code',
      record: null,
    })
    assert.match(hint ?? '', /Set-VMHost -VirtualMachineMigrationAuthenticationType Kerberos/)
    assert.match(url ?? '', /^https:\/\/learn\.microsoft\.com\//)
    assert.deepEqual(
      codes.map(({ symbol }) => symbol),
      ['SEC_E_NO_CREDENTIALS'],
    )
  })

  test('invents nothing without a match', () => {
    for (const subject of ['The operation failed.', '', [], { errors: null }, { ...BLANK }]) {
      assert.deepEqual(diagnose(subject), {
        id: null,
        category: 'unclassified',
        hint: null,
        confidence: null,
        retryable: null,
        side: null,
        codes: [],
        matchedBy: null,
        record: null,
        url: null,
      })
    }
  })

  test('keeps the codes and the side of a failure that it does not know', () => {
    const { id, codes, side } = diagnose([WRAPPER, { message: 'Odd (0x80240020).' }])
    assert.equal(id, null)
    assert.deepEqual(
      codes.map(({ hex }) => hex),
      ['0x80240020'],
    )
    assert.equal(side, 'destination')
  })

  test('prefers a code to a MessageID, and a MessageID to a text', () => {
    const text = 'Could not find Ethernet switch "LAN".'
    assert.equal(diagnose({ message: `${text} (0x80070020)`, messageId: '3122' }).id, 'file-in-use')
    assert.deepEqual(pick(diagnose({ message: text, messageId: '3122' })), [
      'not-enough-memory',
      'message-id',
      'likely',
    ])
    assert.deepEqual(pick(diagnose({ message: text })), ['switch-missing', 'text', 'likely'])
  })

  test('calls a code with several causes possible, and likelier where the text speaks for one', () => {
    assert.deepEqual(pick(diagnose('Refused (0x80070005).')), ['access-denied-share', 'code', 'possible'])
    assert.deepEqual(pick(diagnose("Refused (0x80070005): 'D:\\VMs\\a.vhdx'")), [
      'access-denied-share',
      'code',
      'likely',
    ])
    assert.deepEqual(pick(diagnose('Over time (0x800705B4).')), [
      'destination-timeout-6600',
      'code',
      'possible',
    ])
    assert.deepEqual(pick(diagnose('Over time on the connection (0x800705B4).')), [
      'destination-timeout-6600',
      'code',
      'likely',
    ])
  })

  test('does not take a generic code for a special failure without a word of it', () => {
    assert.equal(diagnose('Wrong password (0x8007052E).').id, null)
    assert.equal(diagnose('The broker could not log on (0x8007052E).').id, 'replica-broker-spn')
    assert.equal(diagnose('Aborted (0x80004004).').id, null)
    assert.equal(diagnose('Replication was aborted (0x80004004).').id, 'replica-suspended')
  })

  test('lets a companion code and E_INVALIDARG give way to a MessageID or a known sentence', () => {
    assert.equal(diagnose('The key protector could not be unwrapped (0x80070057).').id, 'vtpm-key-protector')
    assert.equal(diagnose({ message: 'x (0x80004005)', messageId: '33012' }).id, 'switch-missing')
    assert.equal(diagnose('x (0x80004005)').id, 'unspecified-failure')
    assert.equal(diagnose('x (0x80004005), y (0x80070002)').id, 'file-missing')
  })

  test('prefers the code with one cause, wherever it stands', () => {
    assert.equal(diagnose('a (0x8007000D) b (0x80042001)').id, 'computer-name-case')
    assert.equal(diagnose('b (0x80042001) a (0x8007000D)').id, 'computer-name-case')
  })

  test('finds a code in the arguments', () => {
    assert.equal(diagnose({ message: 'Kaputt.', messageArguments: ['a', '%%2147942512'] }).id, 'disk-full')
  })

  test('takes a list of records and says which one decided', () => {
    const diagnosis = diagnose([WRAPPER, { ...BLANK, message: 'Refused (0x8007274D).' }])
    assert.equal(diagnosis.id, 'destination-refused-6600')
    assert.equal(diagnosis.record, 1)
    assert.equal(diagnose({ ...BLANK, message: 'Refused (0x8007274D).' }).record, null)
  })

  test('takes the result of getErrorEx', () => {
    const instance = (message: string) =>
      `<INSTANCE CLASSNAME="Msvm_Error"><PROPERTY NAME="Message" TYPE="string"><VALUE>${message}</VALUE></PROPERTY></INSTANCE>`
    const result = decodeErrorList([
      instance('Live migration failed.'),
      instance('Full (0x80070070).'),
      'garbage',
    ])
    assert.equal(diagnose(result).id, 'disk-full')
    assert.equal(diagnose(result).record, result.primary)
    assert.equal(diagnose(decodeErrorList(null)).id, null)
  })

  test('looks at other records where the primary one says nothing', () => {
    const diagnosis = diagnose([
      { message: 'Odd (0x80240020).' },
      { message: 'An unspecified error happened.' },
    ])
    assert.equal(diagnosis.id, 'unspecified-failure')
    assert.equal(diagnosis.record, 1)
  })

  test('gives plain data', () => {
    const diagnosis = diagnose('Full (0x80070070).')
    assert.deepEqual(structuredClone(diagnosis), diagnosis)
    assert.deepEqual(JSON.parse(JSON.stringify(diagnosis)), diagnosis)
  })
})

describe('every failure of the table is diagnosed', () => {
  for (const {
    id,
    codes,
    genericCodes,
    genericNeedsSupport,
    messageIds,
    fragments,
    support,
  } of failureRows()) {
    test(id, () => {
      const supported = genericNeedsSupport === true ? ` ${support[0]} ` : ''
      for (const code of [...codes, ...genericCodes]) {
        assert.equal(diagnose(`It broke${supported} (${code}).`).id, id, code)
        assert.equal(diagnose(`失敗しました${supported} (${code})。`).id, id, code)
      }
      for (const messageId of messageIds)
        assert.equal(diagnose({ message: 'Es ging nicht.', messageId }).id, id, messageId)
      for (const fragment of fragments) {
        const text = fragment.replace('…', 'of the machine')
        assert.equal(diagnose(`Step 3: ${text[0]?.toUpperCase()}${text.slice(1)}.`).id, id, fragment)
      }
    })
  }
})

function pick({ id, matchedBy, confidence }: ReturnType<typeof diagnose>): unknown[] {
  return [id, matchedBy, confidence]
}
