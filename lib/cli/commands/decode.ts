/** `decode`: CIM-XML from a file or standard input, on any system. */
import { decodeErrorList } from '../../diagnosis/error-list'
import { defineCommand } from '../command'
import { ExitCode } from '../failures'
import { parseInput, readText } from '../input'
import { errorListText } from '../text/error-list'
import { errorListJson } from '../text/error-list-json'
import { toJsonText } from '../text/json'

export const command = defineCommand({
  summary: 'decode CIM-XML from a file or standard input, on any system',
  details: 'One text, or a JSON array of texts.',
  operand: { name: 'file', description: 'a file, or - for standard input (the default)', isOptional: true },
  options: {},
  examples: [{ line: 'decode errors.xml', explanation: 'a file that holds what GetErrorEx returned' }],
  async run({ operands: [file = '-'] }, { io, json }) {
    const result = decodeErrorList(parseInput(await readText(file, io)))
    io.stdout(json ? toJsonText(errorListJson(result, true)) : errorListText(result, io))
    return (result.errors?.length ?? 0) + result.undecodable.length > 0 ? ExitCode.found : ExitCode.ok
  },
})
