/**
 * The floors of native/: who may include whom, and that no file with Node-API reaches a header of COM through any chain
 * of headers. CONTRIBUTING.md has the map.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { filesBelow } from '../files.mjs'

/** Folder → folders whose headers it may include; '' is what lies in native/ itself. */
const MAY_INCLUDE = {
  '': ['js', 'com'],
  js: ['js', 'work', 'data'],
  com: ['com', 'work', 'data'],
  work: ['work', 'data'],
  data: ['data'],
}
const NODE_API = /^(?:napi|node_api|js_native_api)\b.*\.h$/
const COM =
  /^(?:wbem\w+|objbase|combaseapi|oleauto|ole2|objidl|unknwn|oaidl|comdef|comutil|atl\w+|wrl\/.*)\.h$/i
const INCLUDE = /^[ \t]*#[ \t]*include[ \t]*(?:<([^>]+)>|"([^"]+)")/gm

/** What is wrong with the includes below a folder such as native/, a line for each; none when all is well. */
export function includeProblems(folder) {
  const files = filesBelow(folder, path => /\.(?:cc|h)$/.test(path))
  const includes = new Map(files.map(file => [nameOf(folder, file), includesOf(folder, file)]))
  return [...includes].flatMap(([name, { ours }]) => [
    ...ours.flatMap(header => floorProblems(name, header)),
    ...mixProblems(name, includes),
  ])
}

function nameOf(folder, file) {
  return relative(folder, file).replaceAll('\\', '/')
}

/** Headers of the project by their names below the folder, and all others as they are written. */
function includesOf(folder, file) {
  const found = [...readFileSync(file, 'utf8').matchAll(INCLUDE)].map(
    ([, system, quoted]) => system ?? quoted,
  )
  const isOurs = header => existsSync(join(folder, header))
  return { ours: found.filter(isOurs), others: found.filter(header => !isOurs(header)) }
}

function floorProblems(name, header) {
  const allowed = MAY_INCLUDE[floorOf(name)] ?? []
  return allowed.includes(floorOf(header))
    ? []
    : [`${name} includes ${header}, which is not on a floor below`]
}

function floorOf(name) {
  return name.includes('/') ? name.slice(0, name.indexOf('/')) : ''
}

function mixProblems(name, includes) {
  const chains = chainsFrom(name, includes)
  const chainTo = pattern => chains.find(chain => pattern.test(chain.at(-1)))
  const [nodeApi, com] = [chainTo(NODE_API), chainTo(COM)]
  if (nodeApi === undefined || com === undefined) return []
  return [`${name} reaches Node-API (${nodeApi.join(' → ')}) and COM (${com.join(' → ')})`]
}

/** A shortest chain to every header that a file reaches. */
function chainsFrom(name, includes) {
  const chains = [[name]]
  const seen = new Set([name])
  for (const chain of chains) {
    const { ours, others } = includes.get(chain.at(-1)) ?? { ours: [], others: [] }
    for (const header of [...ours, ...others]) {
      if (seen.has(header)) continue
      seen.add(header)
      chains.push([...chain, header])
    }
  }
  return chains
}
