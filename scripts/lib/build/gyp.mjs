/**
 * Reads a binding.gyp for the cross build, so that it stays the one list of sources, defines and libraries.
 *
 * Only the plain-literal subset is read; whatever gyp would expand or merge in another way (variables, commands,
 * other conditions) is refused, so that this reader and node-gyp can never silently disagree.
 */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Stop } from '../console.mjs'

/** What means something to the cross build, and what only MSVC needs. */
const LISTS = ['sources', 'include_dirs', 'defines', 'libraries']
const MSVC_KEYS = ['msvs_settings', 'msvs_configuration_attributes']
const OTHER_KEYS = ['target_name', 'type', ...MSVC_KEYS]
/** Of settings that only MSVC needs, whether the branch holds makes no difference here. */
const ARCH_CONDITION = /^OS=="win" and target_arch=="\w+"$/

/** Returns `{ name, sources, includeDirs, defines, libraries }` of the only target, for OS=win; paths absolute. */
export function readGyp(file) {
  const fail = reason => {
    throw new Stop(`${file}: ${reason}`)
  }
  const document = parseGypLiteral(readFileSync(file, 'utf8'), fail)
  const { targets = [], ...others } = document
  if (Object.keys(others).length > 0 || targets.length !== 1) fail('expected one target and nothing else')
  const target = forWindows(targets[0], fail)
  const list = key => {
    const value = target[key] ?? []
    if (!Array.isArray(value) || value.some(item => typeof item !== 'string'))
      fail(`${key} is not a list of strings`)
    const special = value.find(item => /[<>]\(|[<>]!|[<>]@/.test(item))
    if (special !== undefined) fail(`cannot expand ${special}: keep the list plain`)
    return value
  }
  const path = item => resolve(dirname(file), item)
  return {
    name: target.target_name,
    sources: list('sources').map(path),
    includeDirs: list('include_dirs').map(path),
    defines: list('defines'),
    libraries: list('libraries'),
  }
}

/** A gyp file is a Python literal: JSON but for comments, single quotes and trailing commas. */
export function parseGypLiteral(text, fail) {
  const quoted = text.replace(/'([^'\n]*)'|"([^"\n]*)"|#.*/g, (token, single, double) => {
    const value = single ?? double
    if (value === undefined) return ''
    if (value.includes('\\')) fail(`cannot read the escape in ${token}`)
    return JSON.stringify(value)
  })
  const json = quoted.replace(/"(?:[^"\\]|\\.)*"|,(?=\s*[\]}])/g, token => (token === ',' ? '' : token))
  try {
    return JSON.parse(json)
  } catch (error) {
    return fail(`not a plain literal (${error.message})`)
  }
}

/** Applies the branches of `conditions` that hold under Windows. */
function forWindows({ conditions = [], ...target }, fail) {
  checkKeys(target, fail)
  let result = target
  for (const [condition, whenTrue, whenFalse = {}] of conditions) {
    if (ARCH_CONDITION.test(condition)) {
      const other = [whenTrue, whenFalse].flatMap(Object.keys).find(key => !MSVC_KEYS.includes(key))
      if (other !== undefined) fail(`cannot read ${other} under the condition ${condition}`)
      continue
    }
    if (condition !== 'OS=="win"' && condition !== 'OS!="win"')
      fail(`cannot evaluate the condition ${condition}`)
    const branch = condition === 'OS=="win"' ? whenTrue : whenFalse
    checkKeys(branch, fail)
    result = merge(result, branch)
  }
  return result
}

function checkKeys(target, fail) {
  const known = [...LISTS, ...LISTS.map(key => `${key}=`), ...OTHER_KEYS]
  const unknown = Object.keys(target).find(key => !known.includes(key))
  if (unknown !== undefined) fail(`cannot read the key ${unknown}`)
}

/** As gyp merges: lists are appended, `key=` replaces a list, and anything else is replaced. */
function merge(base, addition) {
  const result = { ...base }
  for (const [key, value] of Object.entries(addition)) {
    if (key.endsWith('=')) result[key.slice(0, -1)] = value
    else if (LISTS.includes(key)) result[key] = [...(base[key] ?? []), ...value]
    else result[key] = value
  }
  return result
}
