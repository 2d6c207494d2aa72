/** `completion`: a script that teaches a shell the commands, options and classes. */
import { type Command, defineCommand } from '../command'
import { ExitCode, UsageError } from '../failures'
import { GLOBAL_OPTIONS } from '../options'

const SHELLS = ['powershell']

export const command = defineCommand({
  summary: 'print a script that completes command lines in PowerShell',
  operand: { name: 'shell', description: 'powershell', choices: SHELLS },
  options: {},
  examples: [
    {
      line: 'completion powershell | Out-String | Invoke-Expression',
      explanation: 'for this window; in $PROFILE, for every one',
    },
  ],
  async run({ operands: [shell = ''] }, { io, commands: table }) {
    if (!SHELLS.includes(shell)) {
      throw new UsageError(`completion expects powershell, received ${JSON.stringify(shell)}`, 'completion')
    }
    const commands = Object.entries(table).map(
      async ([name, load]) => [name, (await load()).command] as const,
    )
    io.stdout(powerShellScript(await Promise.all(commands)))
    return ExitCode.ok
  },
})

type Words = readonly (readonly [word: string, description: string])[]

function powerShellScript(commands: readonly (readonly [name: string, command: Command])[]): string {
  const summaries: Words = commands.map(([name, { summary }]) => [name, summary])
  const help = ['help', 'print the help of a command'] as const
  const tables = commands.map(([name, command]) => `    ${quoted(name)} = ${hashtable(wordsOf(command), 8)}`)
  return `# Completes hyperv-job-errors in Windows PowerShell 5.1 and PowerShell 7.
Register-ArgumentCompleter -Native -CommandName 'hyperv-job-errors' -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $commands = ${hashtable([...summaries, help], 4)}
  $globals = ${hashtable(optionWords(GLOBAL_OPTIONS), 4)}
  $words = @{
${tables.join('\n')}
    'help' = ${hashtable(summaries, 8)}
  }
  $values = ${valuesTable(commands.map(([, command]) => command))}
  $given = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  $command = $given | Where-Object { $words.ContainsKey($_) } | Select-Object -First 1
  $candidates = @{}
  if ($given.Count -gt 0 -and $values.ContainsKey($given[-1])) {
    $values[$given[-1]] | ForEach-Object { $candidates[$_] = $_ }
  } else {
    $offered = if ($command) { @($words[$command], $globals) } else { @($commands, $globals) }
    foreach ($table in $offered) { foreach ($key in $table.Keys) { $candidates[$key] = $table[$key] } }
  }
  $candidates.GetEnumerator() | Where-Object { $_.Key -like "$wordToComplete*" } | Sort-Object Key | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_.Key, $_.Key, 'ParameterValue', $_.Value)
  }
}
`
}

function wordsOf({ operand, options }: Command): Words {
  const choices = (operand?.choices ?? []).map(choice => [choice, choice] as const)
  return [...choices, ...optionWords(options)]
}

function optionWords(options: Command['options']): Words {
  return Object.entries(options).map(([name, { description }]) => [`--${name}`, description])
}

/** The options whose values are known. */
function valuesTable(commands: readonly Command[]): string {
  const choices = new Map<string, ReadonlySet<string>>()
  for (const { options } of commands) {
    for (const [name, option] of Object.entries(options)) {
      if (option.kind === 'flag' || option.choices === undefined) continue
      choices.set(`--${name}`, new Set([...(choices.get(`--${name}`) ?? []), ...option.choices]))
    }
  }
  const lines = [...choices].map(
    ([option, values]) => `    ${quoted(option)} = @(${[...values].map(quoted).join(', ')})`,
  )
  return `@{\n${lines.join('\n')}\n  }`
}

function hashtable(words: Words, indentation: number): string {
  if (words.length === 0) return '@{}'
  const blanks = ' '.repeat(indentation)
  const lines = words.map(([word, description]) => `${blanks}${quoted(word)} = ${quoted(description)}`)
  return `@{\n${lines.join('\n')}\n${blanks.slice(2)}}`
}

/** A literal of PowerShell, in which only the quote itself is special. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
