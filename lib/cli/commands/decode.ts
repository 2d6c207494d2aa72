/** `decode`: CIM-XML from a file or standard input, on any system. */
import { decodeErrorList } from '../../diagnosis/error-list'
import { defineCommand } from '../command'
import { parseInput } from '../decode-input'
import { ExitCode } from '../failures'
import { readText, sayWhatIsRead } from '../input'
import { errorListText } from '../text/error-list'
import { errorListJson } from '../text/error-list-json'
import { toJsonText } from '../text/json'

export const command = defineCommand({
  summary: 'decode CIM-XML from a file or standard input, on any system',
  details:
    'One text or several, in UTF-8 or UTF-16; or JSON that holds them: an array, what ConvertTo-Json makes of one, or what --json prints.',
  operand: { name: 'file', description: 'a file, or - for standard input (the default)', isOptional: true },
  options: {},
  examples: [{ line: 'decode errors.xml', explanation: 'a file that holds what GetErrorEx returned' }],
  async run({ operands: [file = '-'] }, { io, json }) {
    if (file === '-') sayWhatIsRead(io, 'CIM-XML')
    const result = decodeErrorList(parseInput(await readText(file, io)), { wmiObjects: true })
    io.stdout(json ? toJsonText(errorListJson(result, true)) : errorListText(result, io))
    return (result.errors?.length ?? 0) + result.undecodable.length > 0 ? ExitCode.found : ExitCode.ok
  },
})
