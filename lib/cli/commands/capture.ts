/** `capture`: what a host answers, as a scenario file that `--simulate` takes. */
import { writeFileSync } from 'node:fs'
import { type Capture, capture } from '../../doctor/capture'
import { defineCommand } from '../command'
import { ExitCode } from '../failures'
import { interruptible } from '../session-run'
import { simulatedAddon } from '../simulated-host'
import { indent, wrap } from '../text/layout'
import { safeText } from '../text/terminal'
import type { Screen } from '../types'

export const command = defineCommand({
  summary: 'write what the host answers to a scenario file, for --simulate',
  details:
    'Jobs, their errors, virtual machines, failures and whether events come by themselves. Names, accounts, addresses, GUIDs and paths are replaced; what was kept is printed: read it before you give the file away.',
  options: {
    out: { kind: 'text', value: 'file', description: 'where to write it (default: standard output)' },
    raw: { kind: 'flag', description: 'keep names, accounts, addresses, GUIDs and paths' },
  },
  examples: [
    {
      line: 'capture --out host.json',
      explanation: 'this computer; --simulate host.json before any command has the same answers',
    },
    { line: 'capture --host HV-02 --raw', explanation: 'another host, with its names' },
  ],
  async run({ options: { out, raw } }, { io, connection: { simulate, ...options } }) {
    const result = await interruptible(io, async signal =>
      capture({ ...options, ...(await simulatedAddon(simulate)), raw, signal }),
    )
    const text = `${JSON.stringify(result.scenario, null, 2)}\n`
    if (out === undefined) io.stdout(text)
    else writeFileSync(out, text, { mode: 0o600 })
    io.stderr(summaryText(result, io))
    return ExitCode.ok
  },
})

/** More than a person reads; the file has all of them. */
const MAX_SHOWN = 60

function summaryText({ scenario, redaction, latenciesMs }: Capture, { width }: Screen): string {
  const { jobs, instances, faults, captured } = scenario
  const lines = (texts: readonly string[]) =>
    indent(
      texts.slice(0, MAX_SHOWN).flatMap(text => wrap(safeText(text), width - 4)),
      4,
    )
  const more = (count: number) => (count > MAX_SHOWN ? `    and ${count - MAX_SHOWN} more\n` : '')
  const parts = [
    `${jobs.length} jobs, ${instances.length} other objects, ${faults.length} calls that failed\n`,
    ...(latenciesMs.length === 0 ? [] : [`GetErrorEx took ${latencyText(latenciesMs)}\n`]),
    ...(captured.omitted.length === 0 ? [] : [`could not be written:\n${lines(captured.omitted)}`]),
  ]
  if (redaction === null) return `${parts.join('')}nothing was replaced\n`
  const { replaced, kept } = redaction
  const counts = Object.entries(replaced).map(([kind, count]) => `${kind} ${count}`)
  return `${parts.join('')}replaced: ${counts.join(', ') || 'nothing'}
kept: names of classes and properties, numbers, codes, states, times, and these texts
${lines(kept)}${more(kept.length)}`
}

function latencyText(latenciesMs: readonly number[]): string {
  const sorted = [...latenciesMs].sort((one, other) => one - other)
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0
  return `${median.toFixed(1)} ms (median of ${sorted.length}), ${(sorted.at(-1) ?? 0).toFixed(1)} ms at most`
}
