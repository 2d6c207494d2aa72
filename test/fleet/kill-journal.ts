/** `node dist/test/fleet/kill-journal.js [--kills 1000] [--seed N]`: the whole count, with a line about it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { killJournals } from './kills'

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '1000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  })
  const folder = mkdtempSync(join(tmpdir(), 'journal-kills-'))
  try {
    const started = performance.now()
    const { kills, delivered, added, lost, repeated, damaged } = await killJournals(
      join(folder, 'journal'),
      Number(values.kills),
      Number(values.seed),
    )
    const seconds = ((performance.now() - started) / 1000).toFixed(0)
    console.log(
      `${kills} kills (seed ${values.seed}, ${seconds} s): ${delivered} delivered, ${added} added, ` +
        `${lost.length} lost, ${repeated.length} repeated after add, ${damaged} damaged files`,
    )
    return lost.length + repeated.length === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

main().then(code => {
  process.exitCode = code
})
