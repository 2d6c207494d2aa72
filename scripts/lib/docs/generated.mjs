/**
 * The documents that are made and not written: of the tables of the diagnosis, of the types, of the results of the
 * benchmarks.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { filesBelow, mtimeOf } from '../files.mjs'
import { root } from '../project.mjs'
import { renderApi } from './api.mjs'
import { renderErrors } from './errors-doc.mjs'
import { renderPlots } from './plots.mjs'

const docs = join(root, 'docs')
const below = folder => filesBelow(join(docs, folder), () => true).map(path => relative(docs, path))

/** Each kind: its documents as they should be, path below docs/ → text, and those that there are. */
const KINDS = [
  { render: () => ({ 'errors.md': renderErrors() }), written: () => ['errors.md'] },
  { render: () => inFolder('api', renderApi()), written: () => below('api') },
  {
    render: () => inFolder('images', renderPlots()),
    written: () => below('images').filter(name => name.endsWith('.svg')),
  },
]

/** Writes them, and removes those that are made no longer. The package must have been built. */
export async function writeGenerated() {
  for (const [name, text] of await changes()) {
    const path = join(docs, name)
    mkdirSync(dirname(path), { recursive: true })
    if (text === undefined) rmSync(path)
    else writeFileSync(path, text)
  }
}

/** '' when every document is as it should be. The package must have been built. */
export async function generatedProblems() {
  const names = [...(await changes()).keys()].map(name => `docs/${name}`)
  return names.length === 0 ? '' : `not what they are made of (npm run docs writes them): ${names.join(', ')}`
}

/** Path below docs/ → the text that it should have, undefined for one that should not be there. */
async function changes() {
  const found = new Map()
  for (const { render, written } of KINDS) {
    const expected = await render()
    for (const name of new Set([...written(), ...Object.keys(expected)])) {
      const text = expected[name]
      if (text !== textOf(join(docs, name))) found.set(name, text)
    }
  }
  return found
}

async function inFolder(folder, rendering) {
  const texts = Object.entries(await rendering)
  return Object.fromEntries(texts.map(([name, text]) => [join(folder, name), text]))
}

/** Undefined for a file that there is not. */
function textOf(path) {
  return mtimeOf(path) < 0 ? undefined : readFileSync(path, 'utf8')
}
