/** Small helpers over node:fs. */
import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Modification time in ms, or -1 when there is no such file. */
export function mtimeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -1
}

/** All files below a directory that the filter accepts, sorted; empty when there is no such directory. */
export function filesBelow(directory, accept) {
  if (mtimeOf(directory) < 0) return []
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath ?? entry.path, entry.name))
    .filter(accept)
    .sort()
}

export function digest(text) {
  return createHash('sha256').update(text).digest('hex')
}

/** Changes whenever a file of the list is added, removed or written. */
export function signatureOf(files) {
  return digest(files.map(file => `${file}\0${mtimeOf(file)}\0${statSync(file).size}`).join('\n'))
}
