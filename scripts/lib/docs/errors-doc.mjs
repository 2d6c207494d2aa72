/** Renders docs/errors.md from the tables of the diagnosis. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from '../project.mjs'

/** The document; the TypeScript must have been compiled. */
export function renderErrors() {
  const load = createRequire(import.meta.url)
  const lib = join(root, 'dist', 'lib')
  const tables = load(join(lib, 'diagnosis', 'data', 'tables.js'))
  const { explain } = load(join(lib, 'diagnosis', 'explain.js'))
  const { SYMBOL_ROWS } = load(join(lib, 'base', 'hresult-symbols.js'))
  const aliases = new Map(
    SYMBOL_ROWS.trim()
      .split('\n')
      .map(row => row.split(' '))
      .map(([digits, , ...others]) => [Number.parseInt(digits, 16), others]),
  )
  const codes = [...tables.codeRows()].sort((one, other) => one.hresult - other.hresult)
  const failures = tables.failureRows()
  const link = key => {
    const { title, url } = tables.sourceOf(key)
    return `[${title.replaceAll('[', '\\[').replaceAll(']', '\\]')}](${url})`
  }
  const failureLink = id => `[${id}](#${id})`
  const codeText = hresult => {
    const { hex, symbol } = explain(hresult)
    return symbol === null ? `\`${hex}\`` : `\`${hex}\` ${symbol}`
  }

  const lines = [
    '# Errors: codes, failures, message numbers',
    '',
    `Generated from the tables of \`hyperv-job-errors/diagnosis\` (version ${tables.DATA_VERSION}) by \`npm run docs\`; search it for`,
    'a code in hexadecimal, its name, or the number of a message. The meanings and hints are our own words; each row names',
    'its source. `explain(code)` and `diagnose(error)` give the same.',
    '',
    '- [Failures](#failures): what to do about them',
    '- [Codes](#codes): what they mean',
    '- [Message numbers](#message-numbers): which name a cause',
    '',
    '## Failures',
    '',
    'A failure is *certain* by a code that has no other known cause, *likely* by a MessageID or a known English sentence, and',
    '*possible* by a code that has other causes too.',
    '',
  ]
  for (const row of failures) {
    const names = codesOfRow => codesOfRow.map(code => codeText(Number.parseInt(code, 16))).join(', ')
    lines.push(`### ${row.id}`, '')
    lines.push(`${text(row.hint)}`, '')
    if (row.codes.length > 0) lines.push(`- Codes: ${names(row.codes)}`)
    if (row.genericCodes.length > 0) lines.push(`- Codes with other causes too: ${names(row.genericCodes)}`)
    if (row.messageIds.length > 0) lines.push(`- MessageID: ${row.messageIds.join(', ')}`)
    if (row.fragments.length > 0)
      lines.push(`- Sentences with: ${row.fragments.map(one => `“${one}”`).join(', ')}`)
    lines.push(
      `- Area: ${row.category}; where: ${row.side}; may pass by itself: ${row.retryable ? 'yes' : 'no'}`,
    )
    const basis = row.basis === 'page' ? '' : ' (for the codes; the hint is general knowledge)'
    lines.push(`- Sources: ${row.sources.map(link).join(', ')}${basis}`, '')
  }
  lines.push('## Codes', '')
  lines.push(
    '| Code | Name | Meaning | Area | May pass | Failure | Source |',
    '| --- | --- | --- | --- | --- | --- | --- |',
  )
  for (const { hresult, category, retryable, meaning, source } of codes) {
    const { hex, symbol } = explain(hresult)
    const names = symbol === null ? [] : [symbol, ...(aliases.get(hresult) ?? [])]
    const failure = tables.failureOfCode(hresult)
    const cells = [
      `\`${hex}\``,
      names.join(', '),
      text(meaning),
      category,
      retryable ? 'yes' : 'no',
      failure === null ? '' : failureLink(failure.failure.id),
      link(source),
    ]
    lines.push(`| ${cells.join(' | ')} |`)
  }
  lines.push(
    '',
    'The package names many more codes: every error of `wbemcli.h` and most of `winerror.h`.',
    '',
  )
  lines.push('## Message numbers', '')
  lines.push(
    'That the MessageID of a record is the number of the event with the same text is inferred from public sources.',
    '',
  )
  lines.push(
    '| Number | Channel | Says | Meaning | Failure | Source |',
    '| --- | --- | --- | --- | --- | --- |',
  )
  const says = { cause: 'a cause', wrapper: 'only that something failed', neutral: 'no failure' }
  for (const { id, channel, role, documented, meaning, source } of tables.messageRows()) {
    const failure = tables.failureOfMessageId(id)
    const cells = [
      id,
      channel,
      says[role],
      `${text(meaning)}${documented ? '' : ' (reported, not documented)'}`,
      failure === null ? '' : failureLink(failure.id),
      link(source),
    ]
    lines.push(`| ${cells.join(' | ')} |`)
  }
  return `${lines.join('\n')}\n`
}

/** Markdown takes `<vm>` for a tag and `|` for the end of a cell. */
function text(sentence) {
  return sentence
    .replaceAll('\\', '\\\\')
    .replaceAll('<', '\\<')
    .replaceAll('|', '\\|')
    .replaceAll('*', '\\*')
    .replaceAll('_', '\\_')
    .replaceAll('$', '\\$')
}
