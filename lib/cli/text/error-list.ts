/** The records of a job for a person: the cause first, whatever came with it after. */

import { foldCase } from '../../cim/names'
import type { CimScalar } from '../../cim/types'
import { diagnose } from '../../diagnosis/diagnose'
import type { ErrorList, Undecodable } from '../../diagnosis/error-list'
import { findCodes } from '../../diagnosis/find-codes'
import { ErrorType, PerceivedSeverity, ProbableCause } from '../../records/enum-error'
import { nameOf } from '../../records/enumeration'
import type { MsvmError } from '../../records/msvm-error'
import type { Screen } from '../types'
import { codeFacts, diagnosisFacts } from './diagnosis'
import { type Fact, factLines } from './facts'
import { toJsonLine } from './json'
import { indent, wrap } from './layout'
import { labelled, type Paint, painter, safeLine, safeText } from './terminal'

const INDENT = 4
/** Enough to see what an undecodable text is; `--json` prints it whole. */
const MAX_RAW = 2000

export function errorListText(list: ErrorList, screen: Screen): string {
  const { errors, undecodable, primary } = list
  const records = errors ?? []
  const count = records.length + undecodable.length
  if (count === 0) return 'no errors\n'
  const paint = painter(screen)
  const order = records
    .map((_, index) => index)
    .sort((one, other) => rank(one, primary) - rank(other, primary))
  const blocks = order.map(index => {
    const record = records[index]
    if (record === undefined) return ''
    const isPrimary = index === primary
    return recordText(record, index, records.length, isPrimary ? meaningOf(list) : null, screen, paint)
  })
  return [...blocks, ...undecodable.map(entry => undecodableText(entry, screen, paint))].join('\n')
}

function rank(index: number, primary: number | null): number {
  return index === primary ? -1 : index
}

function recordText(
  record: MsvmError,
  index: number,
  count: number,
  primaryMeaning: readonly Fact[] | null,
  screen: Screen,
  paint: Paint,
): string {
  if (isOfOtherClass(record)) return instanceText(record, index, count, screen, paint)
  const title = `error ${index + 1} of ${count}`
  const severity = record.perceivedSeverity
  const heading = [
    primaryMeaning !== null ? paint('red', `> ${title}, the primary one`) : `  ${title}`,
    typeof severity === 'number' ? labelled(nameOf(PerceivedSeverity, severity), severity) : 'no severity',
  ].join(': ')
  const width = screen.width - INDENT
  const message = record.message ? wrap(safeText(record.message.trim()), width) : ['(no message)']
  const facts = factLines(
    [...codeFacts(findCodes(record)), ...(primaryMeaning ?? []), ...factsOf(record)],
    width,
    paint,
  )
  return `${heading}\n${indent([...message.map(line => paint('bold', line)), ...facts], INDENT)}`
}

/** Not an error, but an instance of a class of its own. */
function isOfOtherClass({ className, message }: MsvmError): boolean {
  return foldCase(className) !== 'msvm_error' && !message
}

function instanceText(record: MsvmError, index: number, count: number, screen: Screen, paint: Paint): string {
  const heading = `  instance ${index + 1} of ${count}: ${safeLine(record.className)}`
  const width = screen.width - INDENT
  const facts = Object.entries(record.extra).map(([name, value]): Fact => [name, valueText(value)])
  return `${heading}\n${indent(factLines([...factsOf(record), ...facts], width, paint), INDENT)}`
}

function valueText(value: MsvmError['extra'][string]): string {
  if (value === null) return 'NULL'
  if (Array.isArray(value)) return value.map(item => valueText(item as CimScalar | null)).join(', ')
  return typeof value === 'object' ? toJsonLine(value).trimEnd() : String(value)
}

/** What the diagnosis says of the list, with the record that decided if it is not the primary one. */
function meaningOf(list: ErrorList): Fact[] {
  const diagnosis = diagnose(list)
  const { record } = diagnosis
  const facts = diagnosisFacts(diagnosis)
  return record === null || record === list.primary
    ? facts
    : facts.map(([name, value]) => [name, name === 'cause' ? `${value}, by error ${record + 1}` : value])
}

function factsOf(record: MsvmError): Fact[] {
  const facts: Fact[] = []
  const add = (name: string, value: string | null | undefined) => {
    if (value) facts.push([name, value])
  }
  const addLabelled = (name: string, label: string | null, value: number | null | undefined) => {
    if (value) add(name, labelled(label, value))
  }
  add('MessageID', record.messageId)
  addLabelled('type', nameOf(ErrorType, record.errorType), record.errorType)
  add('', record.otherErrorType)
  addLabelled('ProbableCause', nameOf(ProbableCause, record.probableCause), record.probableCause)
  add('', record.probableCauseDescription)
  if (!record.message) add('arguments', present(record.messageArguments).join(', '))
  for (const action of present(record.recommendedActions)) add('do', action)
  add('source', record.errorSource)
  return facts
}

function present(texts: readonly (string | null)[] | null | undefined): string[] {
  return (texts ?? []).filter(text => text !== null)
}

function undecodableText({ index, raw, error }: Undecodable, screen: Screen, paint: Paint): string {
  const heading = paint('red', `! element ${index + 1} could not be decoded`)
  const width = screen.width - INDENT
  // The message of a DecodeError names line and column.
  const why = wrap(safeText(error.message), width)
  const shown = raw === null ? ['(NULL)'] : wrap(safeText(raw.slice(0, MAX_RAW)), width)
  const surplus = (raw?.length ?? 0) - MAX_RAW
  const more = surplus > 0 ? [`(${surplus} more characters: --json prints them)`] : []
  return `${heading}\n${indent([...why, ...shown, ...more], INDENT)}`
}
