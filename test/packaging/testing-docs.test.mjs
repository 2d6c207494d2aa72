/** The examples of docs/testing.md, in a fresh folder with the package installed, as a reader would run them. */
import assert from 'node:assert/strict'
import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { root } from '../../scripts/lib/project.mjs'
import { installedProject, must, node, packagingTools, writeFiles } from './consumer.mjs'

const tools = await packagingTools()
const text = readFileSync(join(root, 'docs', 'testing.md'), 'utf8').replaceAll('\r\n', '\n')

/** File name → contents, of the blocks that name a file. */
const files = Object.fromEntries(
  Array.from(text.matchAll(/^```js (\S+)\n(.*?)^```$/gms), ([, name, contents]) => [name, contents]),
)

describe('docs/testing.md', () => {
  let folder
  before(async () => {
    folder = await installedProject()
    const [, introduction] = /^```js\n(.*?)^```$/ms.exec(text)
    writeFiles(folder, { ...files, 'introduction.mjs': introduction })
  })

  test('begins with a program that runs and ends', async () => {
    assert.equal(await must(node(['introduction.mjs'], { cwd: folder })), '')
  })

  test('shows a test for node:test that passes in no time', async t => {
    const started = performance.now()
    const output = await must(node(['--test', '--test-reporter=tap', 'agent.test.mjs'], { cwd: folder }))
    t.diagnostic(`the process took ${(performance.now() - started).toFixed(0)} ms`)
    assert.match(output, /^# pass 4$/m)
    const [, ms] = /^# duration_ms ([\d.]+)$/m.exec(output)
    assert.ok(Number(ms) < 5_000, `${ms} ms`)
  })

  test('shows a test for Vitest that passes', { skip: tools.skip }, async () => {
    symlinkSync(tools.path('vitest'), join(folder, 'node_modules', 'vitest'), 'junction')
    const command = tools.path('vitest', 'vitest.mjs')
    const output = await must(node([command, 'run', '--no-color', 'migrations.test.mjs'], { cwd: folder }))
    assert.match(output, /Tests +2 passed/)
  })
})
