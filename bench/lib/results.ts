/** What a benchmark keeps of a run: bench/results/<name>.json, from which the plots of docs/performance.md are made. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(__dirname, '../../../bench/results')

/** @param figures what is kept beside the date and the Node that ran */
export function keepResult(name: string, figures: object): void {
  const { versions, platform, arch } = process
  const date = new Date().toISOString().slice(0, 10)
  const result = { date, node: versions.node, platform, arch, ...figures }
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`)
}

/** To three significant digits: the rest is noise. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3))
}
