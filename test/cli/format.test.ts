import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { wrap } from '../../lib/cli/text/layout'
import { safeLine, safeText } from '../../lib/cli/text/terminal'
import { durationText, timeText } from '../../lib/cli/text/time'

describe('the text for people', () => {
  test('shows a datetime in the time zone it came with', () => {
    assert.equal(timeText('20240601120304.000000+120'), '2024-06-01 12:03:04 +02:00')
    assert.equal(timeText('20240601120304.000000-330'), '2024-06-01 12:03:04 -05:30')
    assert.equal(timeText('20240601120304.000000+000'), '2024-06-01 12:03:04 +00:00')
  })

  test('shows a datetime it cannot read as it came', () => {
    assert.equal(timeText('20240601******.000000+***'), '20240601******.000000+***')
    assert.equal(timeText('soon\x1b'), 'soon\\u001b')
  })

  test('shows an interval in its two largest units', () => {
    assert.equal(durationText('00000000000007.900000:000'), '7s')
    assert.equal(durationText('00000000000205.000000:000'), '2m 05s')
    assert.equal(durationText('00000002030405.000000:000'), '51h 04m')
    assert.equal(durationText('00000000******.000000:000'), '00000000******.000000:000')
  })

  test('breaks lines at blanks and leaves long words whole', () => {
    assert.deepEqual(wrap('aa bb cc', 5), ['aa bb', 'cc'])
    assert.deepEqual(wrap('a bbbbbbbb c', 4), ['a', 'bbbbbbbb', 'c'])
    assert.deepEqual(wrap('a\n\nb', 4), ['a', '', 'b'])
    assert.deepEqual(wrap('', 4), [''])
  })

  test('keeps line ends of a text, shows those of a line, and escapes what steers a terminal', () => {
    assert.equal(safeText('a\r\nb\rc'), 'a\nb\\u000dc')
    assert.equal(safeLine('a\r\nb'), 'a\\nb')
    assert.equal(safeText('\0\x7f\x9b\u202e\u2066\ud800'), '\\u0000\\u007f\\u009b\\u202e\\u2066\\ud800')
    assert.equal(safeText('Größe 日本 😀 👩\u200d💻'), 'Größe 日本 😀 👩\u200d💻')
  })
})
