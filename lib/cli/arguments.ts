/** The command line: its grammar and its help. */
import { parseArgs } from 'node:util'
import type { CancelHow } from '../session/cancel'

/** A command line that nothing can be done with; the message says why. */
export class UsageError extends Error {
  readonly code = 'ERR_USAGE'
}

export interface ConnectionArguments {
  readonly host?: string
  readonly namespace?: string
  readonly timeoutMs?: number
}

/** The operand of a command; with `--class` it is an InstanceID of that class. */
export type JobArgument = string | { readonly className: string; readonly instanceId: string }

export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'version' }
  | {
      readonly name: 'list'
      readonly connection: ConnectionArguments
      /** undefined without `--class`. */
      readonly classes: 'all' | readonly string[] | undefined
      readonly failedOnly: boolean
    }
  | { readonly name: 'errors'; readonly connection: ConnectionArguments; readonly job: JobArgument }
  | {
      readonly name: 'watch'
      readonly connection: ConnectionArguments
      readonly classes: 'all' | readonly string[] | undefined
      /** Whether progress is told that changes no state. */
      readonly allChanges: boolean
    }
  | { readonly name: 'wait'; readonly connection: ConnectionArguments; readonly job: JobArgument }
  | {
      readonly name: 'cancel'
      readonly connection: ConnectionArguments
      readonly job: JobArgument
      readonly how: CancelHow
    }
  | { readonly name: 'decode'; readonly file: string }

export const HELP = `Usage: hyperv-job-errors [options] <command>

Reads the errors of failed Hyper-V migrations and other Hyper-V jobs from WMI.

Commands:
  list                list the jobs of the host; a job vanishes five minutes after it ends
    --class <name>      a job class such as Msvm_StorageJob, or all; repeatable
                        (default: Msvm_MigrationJob)
    --failed            only jobs that ended without success
  errors <job>        print the errors of a job
  watch               tell of jobs as they start, change their state and end, those that
                      failed with the cause; first of the jobs there are. Until Ctrl-C
    --class <name>      as for list
    --changes           tell of progress as well
  wait <job>          wait for the end of a job and show its progress; print the errors of
                      a job that failed. Ctrl-C ends the waiting, not the job
  cancel <job>        ask a running job to end
    --kill              without giving it the chance to clean up
  decode [file|-]     decode CIM-XML from a file or stdin, on any system: one text, or a
                      JSON array of texts

A job is given by its InstanceID, with --class <name> unless it is a migration, or by its
object path.

Options:
  --host <name>       another computer than this one
  --namespace <name>  another namespace than root\\virtualization\\v2
  --timeout <seconds> how long each call may take (default: 30); no limit to watch and wait
  --json              print one JSON document, of watch one a line; 64-bit integers are
                      decimal strings
  --help, --version

Exit codes: 0 no errors found, 1 errors found or a text not decoded, 2 usage, 3 the connection
or the call failed. Of watch: 1 when it saw a job that failed, 0 otherwise. Of wait: 1 when the
job failed, 130 after Ctrl-C. Of cancel: 0 when the job has ended or will, 3 when it cannot be
cancelled. Results go to stdout, everything else to stderr.
`

const OPTIONS = {
  host: { type: 'string' },
  namespace: { type: 'string' },
  timeout: { type: 'string' },
  json: { type: 'boolean' },
  class: { type: 'string', multiple: true },
  failed: { type: 'boolean' },
  changes: { type: 'boolean' },
  kill: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const

/** Options that only some commands take. */
const COMMANDS_OF = {
  class: ['list', 'errors', 'watch', 'wait', 'cancel'],
  failed: ['list'],
  changes: ['watch'],
  kill: ['cancel'],
} as const satisfies Partial<Record<keyof typeof OPTIONS, readonly string[]>>

/** @throws UsageError */
export function parseCommandLine(argv: readonly string[]): Command {
  const { values, positionals } = parse(argv)
  if (values.help) return { name: 'help' }
  if (values.version) return { name: 'version' }

  const [name, ...operands] = positionals
  for (const [option, commands] of Object.entries(COMMANDS_OF)) {
    const given = values[option as keyof typeof COMMANDS_OF] !== undefined
    if (given && name !== undefined && !commands.some(command => command === name)) {
      throw new UsageError(`${name} does not take --${option}, only ${commands.join(', ')}`)
    }
  }
  switch (name) {
    case 'list':
      requireOperands(name, operands, 0, 0)
      return {
        name,
        connection: connectionOf(values),
        classes: classesOf(values),
        failedOnly: values.failed ?? false,
      }
    case 'errors':
    case 'wait':
      requireOperands(name, operands, 1, 1)
      return { name, connection: connectionOf(values), job: jobOf(name, operands, values) }
    case 'watch':
      requireOperands(name, operands, 0, 0)
      return {
        name,
        connection: connectionOf(values),
        classes: classesOf(values),
        allChanges: values.changes ?? false,
      }
    case 'cancel':
      requireOperands(name, operands, 1, 1)
      return {
        name,
        connection: connectionOf(values),
        job: jobOf(name, operands, values),
        how: values.kill ? 'kill' : 'terminate',
      }
    case 'decode':
      requireOperands(name, operands, 0, 1)
      return { name, file: operands[0] ?? '-' }
    case undefined:
      throw new UsageError('expected a command: list, errors, watch, wait, cancel or decode')
    default:
      throw new UsageError(`unknown command ${JSON.stringify(name)}`)
  }
}

/** Whether failures are to be printed as JSON, also those of a command line that is wrong elsewhere. */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return argv.slice(0, end === -1 ? argv.length : end).includes('--json')
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true, strict: true })
  } catch (error) {
    // Only what parseArgs says about the arguments; anything else is a bug.
    if (error instanceof TypeError && 'code' in error && `${error.code}`.startsWith('ERR_PARSE_ARGS_')) {
      throw new UsageError(error.message)
    }
    throw error
  }
}

function requireOperands(command: string, operands: readonly string[], min: number, max: number): void {
  if (operands.length < min) throw new UsageError(`${command} expects a job`)
  const surplus = operands[max]
  if (surplus !== undefined) throw new UsageError(`${command} does not expect ${JSON.stringify(surplus)}`)
}

function classesOf({ class: classes }: { class?: string[] }): 'all' | readonly string[] | undefined {
  return classes?.includes('all') ? 'all' : classes
}

function jobOf(
  command: string,
  [operand = '']: readonly string[],
  { class: classes = [] }: { class?: string[] },
): JobArgument {
  const [className] = classes
  if (className === undefined) return operand
  if (classes.length > 1 || className === 'all') {
    throw new UsageError(`${command} expects one class for --class`)
  }
  return { className, instanceId: operand }
}

function connectionOf(values: { host?: string; namespace?: string; timeout?: string }): ConnectionArguments {
  const { host, namespace, timeout } = values
  return {
    ...(host === undefined ? {} : { host }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(timeout === undefined ? {} : { timeoutMs: milliseconds(timeout) }),
  }
}

function milliseconds(seconds: string): number {
  const value = Math.round(Number(seconds) * 1000)
  if (!/^\d+(?:\.\d+)?$/.test(seconds) || value < 1) {
    throw new UsageError(`--timeout expects seconds such as 30 or 0.5, received ${JSON.stringify(seconds)}`)
  }
  return value
}
