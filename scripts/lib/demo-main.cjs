'use strict'
/** What `npm run demo` shows, in Windows node.exe with the simulator already started: the command line tool itself. */
const { connect } = require('hyperv-job-errors')
const { run } = require('../../dist/lib/cli/run.js')

const colour = Boolean(process.env.FORCE_COLOR) && !process.env.NO_COLOR
const io = {
  stdout: text => process.stdout.write(text),
  stderr: text => process.stderr.write(text),
  readStdin: async () => '',
  colour,
  width: Number(process.env.COLUMNS) || 100,
}

async function show(...args) {
  const heading = `$ hyperv-job-errors ${args.join(' ')}`
  io.stdout(`\n${colour ? `\u001b[1m${heading}\u001b[0m` : heading}\n`)
  const code = await run(args, io)
  // 1 says that errors were found, which is what the demo is about.
  if (code > 1) process.exitCode = code
}

async function main() {
  await show('list')
  const session = await connect()
  const failed = await session.jobs({ failedOnly: true })
  await session.close()
  for (const job of failed) await show('errors', job.instanceId)
}

main().catch(error => {
  io.stderr(`${error.stack}\n`)
  process.exitCode = 1
})
