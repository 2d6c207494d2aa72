/** The properties of a record: those with a value as a list, the others by name, so that nothing is hidden. */
import type { Job, MsvmError } from 'hyperv-job-errors'
import { el } from './dom.js'
import { safeText } from './text.js'

type ErrorField = Exclude<keyof MsvmError, 'className' | 'extra'>

/** In the order in which they help. */
const ERROR_FIELDS: Readonly<Record<ErrorField, string>> = {
  message: 'Message',
  messageId: 'MessageID',
  messageArguments: 'MessageArguments',
  recommendedActions: 'RecommendedActions',
  errorType: 'ErrorType',
  otherErrorType: 'OtherErrorType',
  perceivedSeverity: 'PerceivedSeverity',
  probableCause: 'ProbableCause',
  probableCauseDescription: 'ProbableCauseDescription',
  errorSource: 'ErrorSource',
  errorSourceFormat: 'ErrorSourceFormat',
  otherErrorSourceFormat: 'OtherErrorSourceFormat',
  cimStatusCode: 'CIMStatusCode',
  cimStatusCodeDescription: 'CIMStatusCodeDescription',
  owningEntity: 'OwningEntity',
}

type Row = readonly [name: string, value: unknown, label: string | undefined]

/** All but a message that there is: it stands above them. */
export function errorFields(record: MsvmError, labels: Readonly<Record<string, string>>): Node[] {
  const rows = Object.entries(ERROR_FIELDS)
    .filter(([field]) => field !== 'message' || !record.message)
    .map(([field, name]): Row => [name, record[field as ErrorField], labels[field]])
  return fieldList([...rows, ...extraRows(record.extra)])
}

export function jobFields(job: Job, labels: Readonly<Record<string, string>>): Node[] {
  const { kind, className, path, extra, ...fields } = job
  const rows = Object.entries(fields).map(([field, value]): Row => [cimName(field), value, labels[field]])
  return fieldList([['__CLASS', className, undefined], ...rows, ...extraRows(extra)])
}

function extraRows(extra: Readonly<Record<string, unknown>>): Row[] {
  return Object.entries(extra).map(([name, value]): Row => [safeText(name), value, undefined])
}

function cimName(field: string): string {
  return field === 'instanceId' ? 'InstanceID' : `${field.charAt(0).toUpperCase()}${field.slice(1)}`
}

function fieldList(rows: readonly Row[]): Node[] {
  const without = new Map<string, string[]>()
  const list = el('dl', { class: 'fields' })
  for (const [name, value, label] of rows) {
    const lack = lackOf(value)
    if (lack === null) list.append(el('dt', {}, name), el('dd', {}, ...valueNodes(value, label)))
    else without.set(lack, [...(without.get(lack) ?? []), name])
  }
  const lacking = Array.from(without, ([lack, names]) =>
    el('p', { class: 'without' }, el('b', {}, lack), ` ${names.join(', ')}`),
  )
  return list.childElementCount > 0 ? [list, ...lacking] : lacking
}

/** Absent, NULL and empty are three things. */
function lackOf(value: unknown): string | null {
  if (value === undefined) return 'Absent:'
  if (value === null) return 'NULL:'
  return value === '' || (Array.isArray(value) && value.length === 0) ? 'Empty:' : null
}

function valueNodes(value: unknown, label: string | undefined): (Node | string)[] {
  if (!Array.isArray(value)) {
    const text = safeText(String(value))
    return label === undefined ? [text] : [label, ' ', el('span', { class: 'number' }, text)]
  }
  if (label !== undefined) return [label, ' ', el('span', { class: 'number' }, value.join(', '))]
  const items = value.map(item => el('li', {}, item === null ? 'NULL' : safeText(String(item))))
  return [el('ul', {}, ...items)]
}
