/** Arguments of the runner scripts: options end at the script, whose own arguments are left alone. */
import { parseArgs } from 'node:util'
import { Stop } from './console.mjs'

/**
 * `options` are those of util.parseArgs. Returns `{ values, rest }`; `rest` starts with the first argument that is
 * no option.
 */
export function leadingOptions(args, options, usage) {
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true })
  const first = tokens.find(token => token.kind !== 'option')
  const split = first?.index ?? args.length
  try {
    const { values } = parseArgs({ args: args.slice(0, split), options, strict: true })
    return { values, rest: args.slice(first?.kind === 'option-terminator' ? split + 1 : split) }
  } catch (error) {
    throw new Stop(`${error.message}\n${usage}`, 2)
  }
}
