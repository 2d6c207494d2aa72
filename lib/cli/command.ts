/** What a command is: its operand, its options and examples, from which parsing, help and completion are made. */
import type { CliIo, Connect, ConnectionArguments } from './types'

/** An option without a value. */
export interface FlagOption {
  readonly kind: 'flag'
  readonly description: string
}

/** An option with a value; a `list` may be given again. */
export interface ValueOption {
  readonly kind: 'text' | 'list'
  /** What help calls the value. */
  readonly value: string
  readonly description: string
  /** What completion offers. */
  readonly choices?: readonly string[]
}

export type OptionSpec = FlagOption | ValueOption
/** By the long name without its dashes. */
export type OptionTable = Readonly<Record<string, OptionSpec>>

/** A flag that is not given is false, a text undefined, a list empty. */
export type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name]['kind'] extends 'flag'
    ? boolean
    : Table[Name]['kind'] extends 'list'
      ? readonly string[]
      : string | undefined
}

export interface Operand {
  readonly name: string
  readonly description: string
  readonly isOptional?: boolean
  /** Whether it takes everything that follows. */
  readonly isRest?: boolean
  /** What completion offers. */
  readonly choices?: readonly string[]
}

export interface Example {
  /** What follows the program's name. */
  readonly line: string
  readonly explanation: string
}

export interface CommandSpec<Table extends OptionTable> {
  /** A phrase for the overview of commands. */
  readonly summary: string
  /** Further sentences for the help of the command itself. */
  readonly details?: string
  readonly operand?: Operand
  readonly options: Table
  readonly examples: readonly Example[]
  /** Gives the exit code. A method, so that commands with different options fit into one table. */
  run(call: Call<Table>, context: Context): Promise<number>
}

/** What was given on the command line. */
export interface Call<Table extends OptionTable> {
  readonly operands: readonly string[]
  readonly options: OptionValues<Table>
}

export type Command = CommandSpec<OptionTable>

/** All commands by name; each is loaded only when it is asked for. */
export type CommandTable = Readonly<Record<string, () => Promise<{ readonly command: Command }>>>

/** The surroundings of one command. */
export interface Context {
  readonly io: CliIo
  /** Whether results are printed as JSON. */
  readonly json: boolean
  readonly connection: ConnectionArguments
  readonly connect: Connect
  readonly commands: CommandTable
}

/** Lets TypeScript infer the options of a command from its table. */
export function defineCommand<const Table extends OptionTable>(spec: CommandSpec<Table>): CommandSpec<Table> {
  return spec
}
