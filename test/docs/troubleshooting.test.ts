import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { codeOfSymbol } from '../../lib/base/symbols'
import { describeHresult, REACTIONS, type WbemCategory } from '../../lib/wmi/policy'

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
  ['lib/wmi/policy.ts', 'WbemCategory'],
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

describe('the table of categories', () => {
  const rows = [...text.matchAll(/^\| `([a-z-]+)` +\| (.*?) \| (yes|no) +\| .*\|$/gm)]

  test('has a row for every category but the one with a section of its own', () => {
    const categories = Object.keys(REACTIONS).filter(category => category !== 'access-denied')
    assert.deepEqual(
      rows.map(([, category]) => category),
      categories,
    )
  })

  for (const [, category = '', codes = '', again] of rows) {
    test(`says of ${category} what the policy does`, () => {
      assert.equal(again, REACTIONS[category as WbemCategory].retryable ? 'yes' : 'no')
      const symbols = [...codes.matchAll(/`([A-Z0-9_]+)`(?: (0x[0-9A-F]{8}))?/g)]
      assert.ok(symbols.length > 0 || category === 'unknown', codes)
      for (const [, symbol = '', hex] of symbols) {
        const code = codeOfSymbol(symbol)
        assert.ok(code !== null, symbol)
        const description = describeHresult(code)
        assert.equal(description.category, category, symbol)
        if (hex !== undefined) assert.equal(description.hex, hex)
      }
    })
  }
})

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
