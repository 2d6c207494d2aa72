import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { choosePrimary } from '../../lib/entries/diagnosis'
import { type MsvmError, toMsvmError } from '../../lib/records/msvm-error'

const BLANK = toMsvmError({ className: 'Msvm_Error', properties: {} })

function primaryOf(...errors: readonly Partial<MsvmError>[]): number | null {
  return choosePrimary(errors.map(error => ({ ...BLANK, ...error })))
}

const WRAPPER = "Virtual machine migration operation for 'web-01' failed at migration destination 'HV-02'."

describe('choosePrimary', () => {
  test('is null without records', () => assert.equal(primaryOf(), null))

  test('is the only record, whatever it says', () => assert.equal(primaryOf({}), 0))

  test('prefers a classified code to any other code', () => {
    assert.equal(primaryOf({ message: 'a (0x8000FFFF)' }, { message: 'b (0x80072746)' }), 1)
  })

  test('prefers a classified code whatever the severity', () => {
    assert.equal(primaryOf({ perceivedSeverity: 7 }, { message: '(0x80072746)', perceivedSeverity: 2 }), 1)
  })

  test('prefers a known MessageID to an unclassified code', () => {
    assert.equal(primaryOf({ message: 'a (0x8000FFFF)' }, { message: 'b', messageId: '33012' }), 1)
    assert.equal(primaryOf({ message: 'a (0x8000FFFF)' }, { message: 'b', messageId: '33013' }), 0)
  })

  test('finds a classified code in the arguments too', () => {
    assert.equal(primaryOf({ message: 'a' }, { message: 'b', messageArguments: ['80070534'] }), 1)
  })

  test('prefers any code to none', () => {
    assert.equal(primaryOf({ message: 'a' }, { message: 'b (0x8000FFFF)' }), 1)
  })

  test('prefers the cause to its wrapper', () => {
    assert.equal(primaryOf({ message: WRAPPER, perceivedSeverity: 7 }, { message: 'The disk is gone.' }), 1)
    assert.equal(
      primaryOf(
        { message: "'web-01' is not compatible with physical computer 'HV-02'." },
        { message: 'The switch is gone.' },
      ),
      1,
    )
  })

  test('prefers the cause to a wrapper that repeats its code', () => {
    assert.equal(primaryOf({ message: `${WRAPPER} (0x80070569)` }, { message: 'No right (0x80070569)' }), 1)
  })

  test('prefers a wrapper with a code to a sentence without one', () => {
    assert.equal(primaryOf({ message: 'Something happened.' }, { message: `${WRAPPER} (0x80070569)` }), 1)
  })

  test('prefers the higher severity of the installed class', () => {
    assert.equal(primaryOf({ perceivedSeverity: 3 }, { perceivedSeverity: 6 }, { perceivedSeverity: 5 }), 1)
  })

  test('ranks a severity that says nothing below every other', () => {
    for (const perceivedSeverity of [0, 1, 8, 65535, null, undefined]) {
      assert.equal(primaryOf({ perceivedSeverity }, { perceivedSeverity: 2 }), 1, String(perceivedSeverity))
    }
  })

  test('prefers the record that names more, in a language that nobody here knows', () => {
    assert.equal(primaryOf({ message: "Qux 'web' zot." }, { message: "Grib 'LAN' frob 'web'." }), 1)
    assert.equal(primaryOf({ message: "Grib 'LAN' frob 'web'." }, { message: "Qux 'web' zot." }), 0)
    assert.equal(primaryOf({ message: "Qux 'web' zot." }, { message: "Grib 'web'." }), 0)
  })

  test('lets companion codes give way to a specific one, a MessageID and a known sentence', () => {
    for (const companion of ['0x80004005', '0x8000FFFF', '0x80048054']) {
      const odd = { message: `Odd (${companion}).` }
      assert.equal(primaryOf(odd, { message: 'Busy (0x80070020).' }), 1)
      assert.equal(primaryOf(odd, { message: 'x', messageId: '33012' }), 1)
      assert.equal(primaryOf(odd, { message: 'It uses processor-specific features.' }), 1)
      assert.equal(primaryOf(odd, { message: "'web' failed to start." }), 0)
    }
  })

  test('knows wrappers by MessageID, whatever they say', () => {
    for (const messageId of ['3040', '12030', '12010', '1069', '21111', '21024']) {
      assert.equal(primaryOf({ message: 'Qux.', messageId }, { message: 'Grib.' }), 1, messageId)
      assert.equal(
        primaryOf({ message: 'Qux (0x80070020).', messageId }, { message: 'Grib (0x80070020).' }),
        1,
      )
    }
  })

  test('takes the start of memory for a weaker cause than what is said beside it', () => {
    assert.equal(primaryOf({ message: 'a', messageId: '3050' }, { message: 'b', messageId: '3122' }), 1)
  })

  test('takes the first of equals', () => {
    assert.equal(primaryOf({ message: 'a' }, { message: 'b' }), 0)
    assert.equal(
      primaryOf({ message: WRAPPER }, { message: 'x (0x80070005)' }, { message: 'y (0x80070005)' }),
      1,
    )
  })
})
