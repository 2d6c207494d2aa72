/** What the scripts say to the person who runs them: everything goes to stderr, stdout belongs to the work. */

/** A problem that one sentence explains: printed as it is, without a stack trace. */
export class Stop extends Error {
  constructor(message, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

export function say(line) {
  process.stderr.write(`${line}\n`)
}

/** Runs a script's main function; its result is the exit code. Sets exitCode only, so that stdout is flushed. */
export async function runMain(main) {
  process.stdout.on('error', endOnClosedPipe)
  try {
    process.exitCode = (await main(process.argv.slice(2))) ?? 0
  } catch (error) {
    say(error instanceof Stop ? error.message : (error?.stack ?? String(error)))
    process.exitCode = error instanceof Stop ? error.exitCode : 1
  }
}

/** Nobody reads on, as in `… | head`: what runs for us must end as well, which the handlers of signals see to. */
function endOnClosedPipe(error) {
  if (error.code !== 'EPIPE') throw error
  process.kill(process.pid, 'SIGTERM')
}
