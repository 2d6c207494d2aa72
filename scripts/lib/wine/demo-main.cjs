'use strict'
/** What `npm run demo` shows, in Windows node.exe with the simulator already started: the command `demo` over WMI. */
const { connect } = require('hyperv-job-errors')
const { tell } = require('../../../dist/lib/cli/demo/tell.js')

const width = Number(process.env.COLUMNS) || 100
const interruption = new AbortController()
/** Far longer than the job takes that is to fail. */
const WATCH_MS = 30_000

const io = {
  stdout: text => process.stdout.write(text),
  stderr: text => process.stderr.write(text),
  drained: async () => {},
  readStdin: async () => '',
  isStdinTerminal: false,
  interruption: () => interruption.signal,
  colour: Boolean(process.env.FORCE_COLOR) && !process.env.NO_COLOR,
  width,
  tableWidth: Number.POSITIVE_INFINITY,
  terminalWidth: null,
}

async function main() {
  const timer = setTimeout(() => interruption.abort(), WATCH_MS)
  process.exitCode = await tell({ io, json: false, connection: {}, connect, commands: {} })
  clearTimeout(timer)
  if (interruption.signal.aborted) throw new Error('no failure was reported while the host was watched')
}

main().catch(error => {
  io.stderr(`${error.stack}\n`)
  process.exitCode = 1
})
