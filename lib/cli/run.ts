/** The command line tool without its process: everything it reads and writes goes through {@link CliIo}. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isHyperVError } from '../base/errors'
import { decodeErrorList } from '../diagnosis/error-list'
import { type Command, HELP, parseCommandLine, UsageError, wantsJson } from './arguments'
import { cancel } from './cancel'
import { errorListText, jobHeading } from './errors'
import { safeText } from './format'
import { InputError, parseInput, readText } from './input'
import { errorToJson, toJsonText } from './json'
import { listText } from './list'
import { type CliIo, type Connect, ExitCode, InterruptedError } from './types'
import { wait } from './wait'
import { watch } from './watch'

export type { CliIo, CliSession, Connect } from './types'

type CommandOf<Name extends Command['name']> = Extract<Command, { name: Name }>

/** Loaded only when a command connects: `decode` works where the addon does not. */
const connectLazily: Connect = async options => (await import('../session/connect.js')).connect(options)

/** Runs one command and gives its exit code: see {@link ExitCode}. Rejects only for a bug. */
export async function run(
  argv: readonly string[],
  io: CliIo,
  connect: Connect = connectLazily,
): Promise<number> {
  const json = wantsJson(argv)
  try {
    return await execute(parseCommandLine(argv), json, io, connect)
  } catch (error) {
    const code = exitCodeOf(error)
    if (code === undefined || !(error instanceof Error)) throw error
    io.stderr(
      json ? toJsonText({ error: errorToJson(error) }) : `hyperv-job-errors: ${safeText(error.message)}\n`,
    )
    if (error instanceof UsageError && !json) io.stderr('Try hyperv-job-errors --help\n')
    return code
  }
}

/** undefined for an error that no command should meet. */
function exitCodeOf(error: unknown): number | undefined {
  if (error instanceof UsageError) return ExitCode.usage
  if (error instanceof InterruptedError) return ExitCode.interrupted
  if (error instanceof InputError) return ExitCode.found
  if (isHyperVError(error)) return error.code === 'ERR_INVALID_ARG' ? ExitCode.usage : ExitCode.failed
  // A file that cannot be read.
  return error instanceof Error && 'syscall' in error ? ExitCode.usage : undefined
}

async function execute(command: Command, json: boolean, io: CliIo, connect: Connect): Promise<number> {
  switch (command.name) {
    case 'help':
      io.stdout(HELP)
      return ExitCode.ok
    case 'version':
      io.stdout(`${packageVersion()}\n`)
      return ExitCode.ok
    case 'list':
      return list(command, json, io, connect)
    case 'errors':
      return errors(command, json, io, connect)
    case 'watch':
      return watch(command, json, io, connect)
    case 'wait':
      return wait(command, json, io, connect)
    case 'cancel':
      return cancel(command, json, io, connect)
    case 'decode':
      return decode(command, json, io)
  }
}

async function list(
  { connection, classes, failedOnly }: CommandOf<'list'>,
  json: boolean,
  io: CliIo,
  connect: Connect,
): Promise<number> {
  const session = await connect(connection)
  try {
    const jobs = await session.jobs({ ...(classes === undefined ? {} : { classes }), failedOnly })
    io.stdout(json ? toJsonText(jobs) : listText(jobs, io))
  } finally {
    await session.close()
  }
  return ExitCode.ok
}

async function errors(
  { connection, job }: CommandOf<'errors'>,
  json: boolean,
  io: CliIo,
  connect: Connect,
): Promise<number> {
  const session = await connect(connection)
  try {
    // The heading is a courtesy: its failure takes no error from anybody.
    const heading = json ? null : session.job(job).catch(() => null)
    const result = await session.getErrorEx(job)
    if (json) {
      io.stdout(toJsonText(result))
    } else {
      const record = await heading
      const head = record ? `${jobHeading(record, connection.host, io)}\n` : ''
      io.stdout(`${head}${errorListText(result, io)}`)
    }
    return (result.errors?.length ?? 0) + result.undecodable.length > 0 ? ExitCode.found : ExitCode.ok
  } finally {
    await session.close()
  }
}

async function decode({ file }: CommandOf<'decode'>, json: boolean, io: CliIo): Promise<number> {
  const result = decodeErrorList(parseInput(await readText(file, io)))
  io.stdout(json ? toJsonText(result) : errorListText(result, io))
  return (result.errors?.length ?? 0) + result.undecodable.length > 0 ? ExitCode.found : ExitCode.ok
}

function packageVersion(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(join(__dirname, '..', '..', '..', 'package.json'), 'utf8'),
  )
  return manifest.version
}
