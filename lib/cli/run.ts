/** The command line tool without its process: everything it reads and writes goes through {@link CliIo}. */
import { COMMANDS } from './commands'
import { ExitCode, reportFailure } from './failures'
import { connectionOf } from './options'
import { parseCommandLine } from './program'
import type { CliIo, Connect } from './types'

export { ExitCode } from './failures'
export type { CliIo, CliSession, Connect } from './types'

/** Loaded only when a command connects: `decode` works where the addon does not. */
const connectLazily: Connect = async options => (await import('../session/connect.js')).connect(options)

/** Runs one command and gives its exit code: see {@link ExitCode}. Rejects only for a bug. */
export async function run(
  argv: readonly string[],
  io: CliIo,
  connect: Connect = connectLazily,
): Promise<number> {
  try {
    const parsed = await parseCommandLine(argv, io)
    if (parsed === null) return ExitCode.ok
    const { command, operands, options, globals } = parsed
    const context = { io, json: globals.json, connection: connectionOf(globals), connect, commands: COMMANDS }
    return await command.run({ operands, options }, context)
  } catch (error) {
    return reportFailure(error, wantsJson(argv), io)
  }
}

/** Whether failures are printed as JSON, also those of a command line that is wrong elsewhere. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return argv.slice(0, end === -1 ? argv.length : end).includes('--json')
}
