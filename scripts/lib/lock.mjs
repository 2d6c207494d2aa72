/** Two commands started at the same time must not set up or build into the same folders at once. */
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { say } from './console.mjs'
import { mtimeOf } from './files.mjs'
import { cacheDir } from './project.mjs'

const BEAT_MS = 1000
/** A holder that is silent for so long is gone. Process ids would not tell: a killed process may stay as a zombie. */
const SILENCE_MS = 4000

export async function withLock(work) {
  mkdirSync(cacheDir, { recursive: true })
  const file = join(cacheDir, 'setup.lock')
  let told = false
  while (!tryCreate(file)) {
    if (isAbandoned(file)) {
      rmSync(file, { force: true })
      continue
    }
    if (!told) say('waiting for another build of this folder')
    told = true
    await delay(100)
  }
  const beat = setInterval(() => touch(file), BEAT_MS)
  try {
    return await work()
  } finally {
    clearInterval(beat)
    rmSync(file, { force: true })
  }
}

function tryCreate(file) {
  try {
    writeFileSync(file, '', { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

function touch(file) {
  try {
    utimesSync(file, new Date(), new Date())
  } catch {
    // Deleted by hand; the work goes on.
  }
}

function isAbandoned(file) {
  const beat = mtimeOf(file)
  return beat >= 0 && Date.now() - beat > SILENCE_MS
}
