'use strict'
/** What `npm run demo` shows, in Windows node.exe with the simulator already started: the command line tool itself. */
const { connect, isEnded } = require('hyperv-job-errors')
const { run } = require('../../dist/lib/cli/run.js')

const colour = Boolean(process.env.FORCE_COLOR) && !process.env.NO_COLOR
/** Takes the place of Ctrl-C. */
const interruption = new AbortController()
const io = {
  stdout: text => process.stdout.write(text),
  stderr: text => process.stderr.write(text),
  drained: async () => {},
  readStdin: async () => '',
  interruption: () => interruption.signal,
  colour,
  width: Number(process.env.COLUMNS) || 100,
  isStdinTerminal: false,
  tableWidth: Number.POSITIVE_INFINITY,
  terminalWidth: null,
}
/** Far longer than the job takes that is to fail. */
const WATCH_MS = 30_000

async function show(...args) {
  const heading = `$ hyperv-job-errors ${args.join(' ')}`
  io.stdout(`\n${colour ? `\u001b[1m${heading}\u001b[0m` : heading}\n`)
  const code = await run(args, io)
  // 1 says that errors were found, which is what the demo is about.
  if (code > 1) process.exitCode = code
}

/** Until the job that still runs has failed. */
async function showWatch(job) {
  const { stdout } = io
  let failed = false
  const timer = setTimeout(() => interruption.abort(), WATCH_MS)
  io.stdout = text => {
    stdout(text)
    failed ||= text.includes('FAILED') && text.includes(job.instanceId)
    if (failed) interruption.abort()
  }
  await show('watch')
  clearTimeout(timer)
  io.stdout = stdout
  if (!failed) throw new Error('the watch did not tell of the failure')
}

async function main() {
  await show('list', '--class', 'all')
  const session = await connect()
  const failed = await session.jobs({ failedOnly: true })
  const [running] = (await session.jobs()).filter(job => !isEnded(job))
  await session.close()
  for (const job of failed) await show('errors', job.instanceId)
  if (running === undefined) throw new Error('no job runs that could be watched')
  await showWatch(running)
}

main().catch(error => {
  io.stderr(`${error.stack}\n`)
  process.exitCode = 1
})
