/** `doctor`: examines why the package does not work somewhere, or shows that it does. */
import type { Check, CheckStatus } from '../../doctor/check'
import { examine } from '../../doctor/examine'
import { defineCommand } from '../command'
import { ExitCode } from '../failures'
import { interruptible } from '../session-run'
import { simulatedAddon } from '../simulated-host'
import { toJsonText } from '../text/json'
import { indent, padColumns, wrap } from '../text/layout'
import { painter, type Style, safeText } from '../text/terminal'
import type { Screen } from '../types'

export const command = defineCommand({
  summary: 'find out why the package does not work here, or that it does',
  details:
    'Examines the process, the addon, the network to another host, WMI, rights, Hyper-V and its events. --timeout limits each check. Nothing is changed.',
  options: {},
  examples: [
    { line: 'doctor', explanation: 'this computer' },
    { line: 'doctor --host HV-02 --json', explanation: 'another host, for a report' },
  ],
  async run(_, { io, json, connection: { simulate, ...options } }) {
    const { checks } = await interruptible(io, async signal =>
      examine({ ...options, ...(await simulatedAddon(simulate)), signal }),
    )
    io.stdout(json ? toJsonText({ checks }) : checksText(checks, io))
    return checks.some(({ status }) => status === 'fail') ? ExitCode.found : ExitCode.ok
  },
})

const STYLES: Readonly<Record<CheckStatus, Style>> = {
  pass: 'green',
  warn: 'yellow',
  fail: 'red',
  skip: 'dim',
}
const STATUSES: readonly CheckStatus[] = ['pass', 'warn', 'fail', 'skip']
/** Columns of a status with its blanks. */
const STATUS_WIDTH = 6
/** Narrower than this, what was seen stands below its name. */
const MIN_BESIDE = 70

function checksText(checks: readonly Check[], screen: Screen): string {
  const paint = painter(screen)
  const nameWidth = Math.max(...checks.map(({ id }) => id.length)) + 2
  const isBeside = screen.width >= MIN_BESIDE
  const left = STATUS_WIDTH + (isBeside ? nameWidth : 0)
  const blocks = checks.map(({ id, status, detail, advice }) => {
    const style = STYLES[status]
    const seen = [
      ...wrap(safeText(detail), screen.width - left),
      ...(advice === null ? [] : wrap(`→ ${safeText(advice)}`, screen.width - left)),
    ]
    const head = `${paint(style, status.padEnd(STATUS_WIDTH))}${paint('bold', isBeside ? padColumns(id, nameWidth) : id)}`
    const [first = '', ...rest] = seen
    return isBeside ? `${head}${first}\n${indent(rest, left)}` : `${head}\n${indent(seen, left)}`
  })
  const counts = STATUSES.map(status => ({
    status,
    count: checks.filter(check => check.status === status).length,
  }))
  const summary = counts.filter(({ count }) => count > 0).map(({ status, count }) => `${count} ${status}`)
  return `${blocks.join('')}\n${summary.join(', ')}\n`
}
