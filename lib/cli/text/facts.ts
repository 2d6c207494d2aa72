/** Names with values, below each other. */
import { wrap } from './layout'
import { type Paint, safeLine } from './terminal'

export type Fact = readonly [name: string, value: string]

/** Columns of the names. */
const NAME_WIDTH = 14

export function factLines(facts: readonly Fact[], width: number, paint: Paint): string[] {
  return facts.flatMap(([name, value]) => {
    const [first = '', ...rest] = wrap(safeLine(value), width - NAME_WIDTH)
    return [
      `${paint('dim', name.padEnd(NAME_WIDTH))}${first}`,
      ...rest.map(line => ' '.repeat(NAME_WIDTH) + line),
    ]
  })
}
