import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(__dirname, '../../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const text = read('docs/troubleshooting.md')

/** The string literals of the first union type of that name. */
function unionOf(path: string, type: string): string[] {
  const [, union = ''] = new RegExp(`type ${type} =\\s+((?:\\| '[^']+'\\s*)+)`).exec(read(path)) ?? []
  return [...union.matchAll(/'([^']+)'/g)].map(([, name = '']) => name)
}

for (const [path, type] of [
  ['lib/base/errors.ts', 'ErrorCode'],
  ['lib/base/hresult.ts', 'WbemCategory'],
] as const) {
  test(`the document for troubleshooting has something for every ${type}`, () => {
    const names = unionOf(path, type)
    assert.ok(names.length > 10, names.join())
    assert.deepEqual(
      names.filter(name => !text.includes(`\`${name}\``)),
      [],
    )
  })
}

test('its links lead to its own headings', () => {
  const anchor = (heading: string) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-')
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchor(heading))
  const links = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, link = '']) => link)
  assert.ok(links.length > 5)
  assert.deepEqual(
    links.filter(link => !headings.includes(link)),
    [],
  )
})
