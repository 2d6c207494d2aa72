/**
 * Hands failures over, as a watcher does, until it is killed: `<file> <first> <count> <maxWaste>`. It writes a line
 * `deliver <id>` for what it hands over and `added <id>` once the journal has it.
 */
import { writeSync } from 'node:fs'
import { Journal } from '../../lib/fleet/journal'

const [file = '', first = '0', count = '0', maxWaste = '0'] = process.argv.slice(2)
const KEEP_MS = 3_600_000
/** As many entries at a time as a burst of failures makes. */
const AT_A_TIME = 4

/** Nothing is buffered: what was written before the kill has arrived. */
function say(line: string): void {
  writeSync(1, `${line}\n`)
}

async function main(): Promise<void> {
  const journal = await Journal.open(file, { keepMs: KEEP_MS, maxWaste: Number(maxWaste) })
  if (journal.damage !== null) say(`damage ${JSON.stringify(journal.damage)}`)
  say('ready')
  const ids = Array.from({ length: Number(count) }, (_, index) => `HV-01/job-${Number(first) + index}`)
  const left = ids.filter(id => !journal.has({ id }))
  for (let at = 0; at < left.length; at += AT_A_TIME) {
    const adding = left.slice(at, at + AT_A_TIME).map(async id => {
      say(`deliver ${id}`)
      await journal.add({ id })
      say(`added ${id}`)
    })
    await Promise.all([...adding, journal.markWatched(['HV-01', 'HV-02'])])
  }
  say('done')
  await journal.close()
}

main()
