import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, mock, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { startSimulator } from '../../simulator'

const ROOT = join(__dirname, '../../..')
const DEADLINE_MS = 20_000

function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8').replaceAll('\r\n', '\n')
}

/** The contents of the n-th fenced block with this language. */
function block(markdown: string, language: string): string {
  const [, content] = markdown.split(`\`\`\`${language}\n`)
  return content?.split('```')[0] ?? assert.fail(`the README has no block of ${language || 'plain text'}`)
}

describe('the README', () => {
  const readme = textOf('README.md')

  test('shows the example as it is', () => {
    assert.equal(block(readme, 'js'), textOf('examples/failed-migrations/index.js'))
  })

  test('shows what the example prints', async () => {
    const expected = block(readme.split('\nprints:\n\n')[1] ?? '', '')
    const simulator = startSimulator(join(ROOT, 'test/fixtures/demo.json'))
    const log = mock.method(console, 'log', () => {})
    const printed = () => log.mock.calls.map(call => `${call.arguments[0]}\n`).join('')
    try {
      require(join(ROOT, 'examples/failed-migrations/index.js'))
      const deadline = Date.now() + DEADLINE_MS
      while (printed().length < expected.length && Date.now() < deadline) await delay(10)
      assert.equal(printed(), expected)
    } finally {
      log.mock.restore()
      simulator.stop()
    }
  })
})
