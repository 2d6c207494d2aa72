/** `explain`: what a code or a message means and what to do, on any system. */
import { type MessageRow, messageRowOf } from '../../diagnosis/data/tables'
import { type Diagnosis, diagnose } from '../../diagnosis/diagnose'
import { type Explanation, explain } from '../../diagnosis/explain'
import { findCodes } from '../../diagnosis/find-codes'
import { fingerprint } from '../../diagnosis/fingerprint'
import { defineCommand } from '../command'
import { ExitCode } from '../failures'
import { readText, sayWhatIsRead } from '../input'
import { codeName, diagnosisFacts, explanationFacts } from '../text/diagnosis'
import { type Fact, factLines } from '../text/facts'
import { toJsonText } from '../text/json'
import { indent } from '../text/layout'
import { painter } from '../text/terminal'
import type { Screen } from '../types'

export const command = defineCommand({
  summary: 'say what a code or a message means and what to do, on any system',
  details:
    'A code in any spelling, its name, the number of an event, or a whole line of a log. Without a text, standard input is read.',
  operand: { name: 'text', description: 'a code, a name or a message', isOptional: true, isRest: true },
  options: {},
  examples: [
    { line: 'explain 0x8009030E', explanation: 'an HRESULT; -2146893042 is the same' },
    { line: 'explain ERROR_LOGON_TYPE_NOT_GRANTED', explanation: 'by its name' },
    {
      line: 'explain "The operation failed: General access denied error (0x80070005)"',
      explanation: 'a message as it was copied',
    },
  ],
  async run({ operands }, { io, json }) {
    const isPiped = operands.length === 0 || (operands.length === 1 && operands[0] === '-')
    if (isPiped) sayWhatIsRead(io, 'a code or a message')
    const meaning = meaningOf((isPiped ? await readText('-', io) : operands.join(' ')).trim())
    io.stdout(json ? toJsonText(meaningJson(meaning)) : meaningText(meaning, io))
    return isKnown(meaning) ? ExitCode.ok : ExitCode.found
  },
})

interface Meaning {
  readonly text: string
  readonly codes: readonly Explanation[]
  /** Of a text that is the number of a message. */
  readonly message: MessageRow | null
  readonly diagnosis: Diagnosis
}

function meaningOf(text: string): Meaning {
  const direct = explain(text)
  const isOneWord = !/\s/.test(text)
  const message = /^\d{4,5}$/.test(text) ? messageRowOf(text) : null
  const found = isOneWord && direct.code !== null ? [] : findCodes(text)
  // A number of both kinds is a Win32 error only if Windows has one.
  const isCode = direct.code !== null && (message === null || direct.symbol !== null)
  const codes = found.length > 0 || !isCode ? found.map(code => explain(code.hresult)) : [direct]
  const byText = diagnose(text)
  if (byText.id !== null || !isOneWord) return { text, codes, message, diagnosis: byText }
  const byMessage = message === null ? null : diagnose({ messageId: text })
  if (byMessage !== null && byMessage.id !== null) return { text, codes, message, diagnosis: byMessage }
  return { text, codes, message, diagnosis: isCode && direct.hex !== null ? diagnose(direct.hex) : byText }
}

function isKnown({ codes, message, diagnosis }: Meaning): boolean {
  return codes.length > 0 || message !== null || diagnosis.id !== null
}

/** The fields of the first code stand at the top: for one code there is nothing to unpack. */
function meaningJson({ text, codes, message, diagnosis }: Meaning): Readonly<Record<string, unknown>> {
  const first = codes[0] ?? explain('')
  return { text, ...first, codes, message, diagnosis, fingerprint: fingerprint(text) }
}

function meaningText(meaning: Meaning, screen: Screen): string {
  if (!isKnown(meaning)) return 'no code in it, and no failure that is known\n'
  const paint = painter(screen)
  const block = (heading: string, facts: readonly Fact[]) =>
    `${paint('bold', heading)}\n${indent(factLines(facts, screen.width - 4, paint), 4)}`
  const { codes, message, diagnosis } = meaning
  const blocks = codes.map(code => block(codeName({ ...code, hex: code.hex ?? '' }), explanationFacts(code)))
  if (message !== null) blocks.push(block(`MessageID ${message.id}`, messageFacts(message)))
  if (diagnosis.id !== null) blocks.push(block('diagnosis', diagnosisFacts(diagnosis)))
  return blocks.join('\n')
}

const ROLES: Readonly<Record<MessageRow['role'], string>> = {
  cause: 'names a cause',
  wrapper: 'says that something failed; the cause is in another record',
  neutral: 'reports no failure',
}

function messageFacts({ meaning, channel, role }: MessageRow): Fact[] {
  return [
    ['meaning', meaning],
    ['channel', channel],
    ['role', ROLES[role]],
  ]
}
