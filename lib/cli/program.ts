/** The table of commands as a parser with help: everything that is particular to Commander. */
import { Command as Commander, CommanderError, Option } from 'commander'
import type { Command, Operand, OptionTable, OptionValues } from './command'
import { COMMANDS } from './commands'
import { UsageError } from './failures'
import { GLOBAL_OPTIONS } from './options'
import { indent, wrap } from './text/layout'
import type { CliIo } from './types'
import { packageVersion } from './version'

export const PROGRAM = 'hyperv-job-errors'

const ABOUT = 'Reads the errors of failed Hyper-V migrations and other Hyper-V jobs from WMI.'

const EXIT_CODES =
  'Exit codes: 0 no errors found, 1 errors found, a text not decoded or a check failed, 2 usage, 3 the connection or the call failed, 130 Ctrl-C. Results go to stdout, everything else to stderr.'

/** Wider than this a line of help is hard to read. */
const MAX_HELP_WIDTH = 100

/** Below this a description is left on one line, and the terminal breaks it. */
const MIN_WRAPPED = 16

/** A command line that was understood. */
export interface ParsedCommand {
  readonly command: Command
  readonly operands: readonly string[]
  readonly options: OptionValues<OptionTable>
  readonly globals: OptionValues<typeof GLOBAL_OPTIONS>
}

/**
 * Reads a command line; help and the version are printed here, and null is returned.
 * @throws UsageError
 */
export async function parseCommandLine(argv: readonly string[], io: CliIo): Promise<ParsedCommand | null> {
  const program = newProgram(io)
  const name = commandNameIn(argv)
  const isKnown = name !== undefined && Object.hasOwn(COMMANDS, name)
  const asksForOverview = name === 'help' || argv.includes('--help') || argv.includes('-h')
  const commands = await loadCommands(isKnown ? [name] : asksForOverview ? Object.keys(COMMANDS) : [])
  let parsed: ParsedCommand | null = null
  for (const each of Object.keys(COMMANDS)) {
    const sub = program.command(each)
    const command = commands.get(each)
    if (command === undefined) continue
    describe(sub, command, helpWidth(io))
    sub.action(() => {
      const options = optionValues(command.options, sub.opts())
      const globals = optionValues(GLOBAL_OPTIONS, program.opts())
      parsed = { command, operands: sub.args, options, globals }
    })
  }
  try {
    program.parse(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.code === 'commander.helpDisplayed' || error.code === 'commander.version') return null
    // `help` and `help <command>`.
    if (error.code === 'commander.help' && name === 'help' && isHelpOf(program.args[1])) return null
    throw await usageError(error, program, name)
  }
  return parsed
}

export async function loadCommands(names: readonly string[]): Promise<ReadonlyMap<string, Command>> {
  const load = async (name: string): Promise<readonly (readonly [string, Command])[]> => {
    const entry = COMMANDS[name]
    return entry === undefined ? [] : [[name, (await entry()).command]]
  }
  return new Map((await Promise.all(names.map(load))).flat())
}

function isHelpOf(name: string | undefined): boolean {
  return name === undefined || name === 'help' || Object.hasOwn(COMMANDS, name)
}

/** The first operand, whatever it is. */
function commandNameIn(argv: readonly string[]): string | undefined {
  const parser = new Commander().exitOverride().configureOutput({ writeErr: () => {} })
  for (const option of optionsFrom(GLOBAL_OPTIONS)) parser.addOption(option)
  try {
    return parser.parseOptions([...argv]).operands[0]
  } catch (error) {
    // It comes again when the line is read in earnest.
    if (error instanceof CommanderError || error instanceof UsageError) return undefined
    throw error
  }
}

function newProgram(io: CliIo): Commander {
  const program = new Commander(PROGRAM)
    .description(ABOUT)
    .usage('[options] <command>')
    .exitOverride()
    .version(packageVersion(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print help; also: help <command>')
    .configureHelp({ showGlobalOptions: true, minWidthToWrap: MIN_WRAPPED })
    .configureOutput({
      writeOut: text => io.stdout(text),
      // What is wrong is printed by those who catch it.
      writeErr: () => {},
      getOutHelpWidth: () => helpWidth(io),
      getOutHasColors: () => io.colour,
    })
    .addHelpText('after', `\n${indent(wrap(EXIT_CODES, helpWidth(io)), 0)}`)
  for (const option of optionsFrom(GLOBAL_OPTIONS)) program.addOption(option)
  return program
}

function helpWidth({ width }: CliIo): number {
  return Math.min(width, MAX_HELP_WIDTH)
}

function describe(
  sub: Commander,
  { summary, details, operand, options, examples }: Command,
  width: number,
): void {
  sub
    .summary(summary)
    .description(details === undefined ? sentence(summary) : `${sentence(summary)} ${details}`)
    .allowExcessArguments(false)
    .addHelpText('after', examplesText(examples, width))
  if (operand !== undefined) sub.argument(operandText(operand), operand.description)
  for (const option of optionsFrom(options)) sub.addOption(option)
}

function sentence(phrase: string): string {
  return `${phrase.slice(0, 1).toUpperCase()}${phrase.slice(1)}.`
}

function operandText({ name, isOptional = false, isRest = false }: Operand): string {
  const text = isRest ? `${name}...` : name
  return isOptional ? `[${text}]` : `<${text}>`
}

/** An example stands on one line, to be copied. */
function examplesText(examples: Command['examples'], width: number): string {
  const lines = examples.map(
    ({ line, explanation }) => `  ${PROGRAM} ${line}\n${indent(wrap(explanation, width - 6), 6)}`,
  )
  return lines.length === 0 ? '' : `\nExamples:\n${lines.join('')}`
}

function optionsFrom(table: OptionTable): Option[] {
  return Object.entries(table).map(([name, spec]) => {
    if (spec.kind === 'flag') return new Option(`--${name}`, spec.description)
    const option = new Option(`--${name} <${spec.value}>`, spec.description)
    return spec.kind === 'text'
      ? option.argParser(value => checkedValue(name, value))
      : option.argParser((value, before: readonly string[] = []) => [...before, checkedValue(name, value)])
  })
}

/** An option in the place of a value is a value that was forgotten. */
function checkedValue(name: string, value: string): string {
  if (value.startsWith('--')) throw new UsageError(`--${name} expects a value, received ${value}`)
  return value
}

function optionValues<Table extends OptionTable>(
  table: Table,
  given: Readonly<Record<string, unknown>>,
): OptionValues<Table> {
  const absent = { flag: false, text: undefined, list: [] } as const
  const values = Object.entries(table).map(([name, { kind }]) => [name, given[name] ?? absent[kind]])
  // Each value is of its option's kind: a flag of Commander is true, the readers above make the others.
  return Object.fromEntries(values) as OptionValues<Table>
}

/** What Commander found wrong, in the words of this program. */
async function usageError(
  error: CommanderError,
  program: Commander,
  given: string | undefined,
): Promise<UsageError> {
  const sub = program.commands.find(command => command.name() === given)
  const name = sub?.name() ?? null
  const known = Object.keys(COMMANDS)
  switch (error.code) {
    case 'commander.help':
      // Without a command, or `help` of one that does not exist.
      return given === undefined
        ? new UsageError(`expected a command: ${known.slice(0, -1).join(', ')} or ${known.at(-1)}`)
        : new UsageError(`unknown command ${JSON.stringify(program.args[1] ?? '')}`)
    case 'commander.unknownCommand':
      return new UsageError(`unknown command ${JSON.stringify(given)}${suggestionIn(error)}`)
    case 'commander.missingArgument':
      return new UsageError(`${name} expects a ${sub?.registeredArguments[0]?.name()}`, name)
    case 'commander.excessArguments': {
      const surplus = sub?.args[sub.registeredArguments.length]
      return new UsageError(`${name} does not expect ${JSON.stringify(surplus)}`, name)
    }
    case 'commander.unknownOption':
      return unknownOption(error, name)
    default:
      return new UsageError(plainMessage(error), name)
  }
}

async function unknownOption(error: CommanderError, name: string | null): Promise<UsageError> {
  const option = /'(?:--)?([\w-]+)/.exec(error.message)?.[1] ?? ''
  const takers = [...(await loadCommands(Object.keys(COMMANDS)))]
    .filter(([, { options }]) => Object.hasOwn(options, option))
    .map(([taker]) => taker)
  if (takers.length === 0) return new UsageError(plainMessage(error), name)
  return name === null
    ? new UsageError(`--${option} follows the command that takes it: ${takers.join(', ')}`)
    : new UsageError(`${name} does not take --${option}, only ${takers.join(', ')}`, name)
}

function plainMessage({ message }: CommanderError): string {
  return message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ')
}

/** ` (Did you mean list?)`, or nothing. */
function suggestionIn({ message }: CommanderError): string {
  const suggestion = /\(Did you mean .*\?\)/.exec(message)?.[0]
  return suggestion === undefined ? '' : ` ${suggestion}`
}
