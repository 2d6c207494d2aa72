/** The command line: its grammar and its help. */
import { parseArgs } from 'node:util'

/** A command line that nothing can be done with; the message says why. */
export class UsageError extends Error {
  readonly code = 'ERR_USAGE'
}

export interface ConnectionArguments {
  readonly host?: string
  readonly namespace?: string
  readonly timeoutMs?: number
}

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
  | { readonly name: 'errors'; readonly connection: ConnectionArguments; readonly job: string }
  | { readonly name: 'decode'; readonly file: string }

export const kHelp = `Usage: hyperv-job-errors [options] <command>

Reads the errors of failed Hyper-V migrations and other Hyper-V jobs from WMI.

Commands:
  list                list the jobs of the host; a job vanishes five minutes after it ends
    --class <name>      a job class such as Msvm_StorageJob, or all; repeatable
                        (default: Msvm_MigrationJob)
    --failed            only jobs that ended without success
  errors <job>        print the errors of a job, given by its InstanceID or object path
  decode [file|-]     decode CIM-XML from a file or stdin, on any system: one text, or a
                      JSON array of texts

Options:
  --host <name>       another computer than this one
  --namespace <name>  another namespace than root\\virtualization\\v2
  --timeout <seconds> how long a call may take (default: 30)
  --json              print one JSON document; 64-bit integers are decimal strings
  --help, --version

Exit codes: 0 no errors found, 1 errors found or a text not decoded, 2 usage, 3 the connection
or the call failed. Results go to stdout, everything else to stderr.
`

const kOptions = {
  host: { type: 'string' },
  namespace: { type: 'string' },
  timeout: { type: 'string' },
  json: { type: 'boolean' },
  class: { type: 'string', multiple: true },
  failed: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const

/** @throws UsageError */
export function parseCommandLine(argv: readonly string[]): Command {
  const { values, positionals } = parse(argv)
  if (values.help) return { name: 'help' }
  if (values.version) return { name: 'version' }

  const [name, ...operands] = positionals
  if (name !== 'list' && (values.class !== undefined || values.failed !== undefined)) {
    throw new UsageError('--class and --failed belong to the command list')
  }
  switch (name) {
    case 'list':
      requireOperands(name, operands, 0, 0)
      return {
        name,
        connection: connectionOf(values),
        classes: values.class?.includes('all') ? 'all' : values.class,
        failedOnly: values.failed ?? false,
      }
    case 'errors':
      requireOperands(name, operands, 1, 1)
      return { name, connection: connectionOf(values), job: operands[0] ?? '' }
    case 'decode':
      requireOperands(name, operands, 0, 1)
      return { name, file: operands[0] ?? '-' }
    case undefined:
      throw new UsageError('expected a command: list, errors or decode')
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
    return parseArgs({ args: [...argv], options: kOptions, allowPositionals: true, strict: true })
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
