import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** From the package's manifest, three folders above this file in the source tree's output as in the package. */
export function packageVersion(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(join(__dirname, '..', '..', '..', 'package.json'), 'utf8'),
  )
  return manifest.version
}
