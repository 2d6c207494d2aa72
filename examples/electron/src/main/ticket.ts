/** What an administrator pastes into a ticket: the cause first, then everything else that was read. */
import type { ErrorView, JobView } from '../shared'

export function ticketText(view: JobView): string {
  const { job, labels } = view
  const facts: [name: string, value: string | number | null | undefined][] = [
    ['Job', view.title],
    ['State', `${labels.jobState ?? 'unknown'} (${job.jobState ?? '-'})`],
    ['Error code', job.errorCode ? `${labels.errorCode ?? 'unknown'} (${job.errorCode})` : null],
    ['Virtual machine', machineText(view)],
    ['Host', view.host],
    ['Destination', job.kind === 'migration' ? job.destinationHost : null],
    ['Progress', typeof job.percentComplete === 'number' ? `${job.percentComplete} %` : null],
    ['Started', isoTime(view.startedAt)],
    ['Ended', isoTime(view.changedAt)],
    ['Object', `${job.className} ${job.instanceId ?? ''}`.trim()],
    ['Summary', job.errorSummaryDescription ?? job.errorDescription],
    ['Remedy', view.report?.diagnosis?.hint],
  ]
  const heading = facts.flatMap(([name, value]) => (value ? [`${`${name}:`.padEnd(17)}${value}`] : []))
  return `${[heading.join('\n'), ...errorTexts(view)].join('\n\n')}\n`
}

/** The name that people know, and the id that scripts take. */
function machineText({ job, virtualMachine }: JobView): string | null | undefined {
  if (virtualMachine === null) return 'virtualSystemName' in job ? job.virtualSystemName : null
  const { id, name } = virtualMachine
  return name === null || name === id ? id : `${name} (${id})`
}

function errorTexts({ report, problem }: JobView): string[] {
  if (report === null) return problem === null ? [] : [`The errors could not be read: ${problem.message}`]
  const errors = report.errors ?? []
  const order = errors.map((_, index) => index)
  order.sort((one, other) => Number(other === report.primary) - Number(one === report.primary))
  const texts = order.map(index => {
    const primary = index === report.primary && errors.length > 1 ? ' (primary)' : ''
    return errorText(errors[index], `Error ${index + 1} of ${errors.length}${primary}`)
  })
  const bad = report.undecodable.map(
    ({ index, message }) =>
      `Element ${index + 1} could not be decoded: ${message}\n${report.raw[index] ?? 'NULL'}`,
  )
  return texts.length + bad.length === 0 ? ['No error records.'] : [...texts, ...bad]
}

function errorText(view: ErrorView | undefined, title: string): string {
  if (view === undefined) return title
  const { record, labels, codes } = view
  const lines = [title, record.message ?? '(no message)']
  const add = (name: string, value: string | null | undefined) => {
    if (value) lines.push(`  ${name}: ${value}`)
  }
  for (const { hex, symbol } of codes) add('Code', symbol === null ? hex : `${hex} ${symbol}`)
  add('MessageID', record.messageId)
  add('ErrorType', record.errorType ? `${labels.errorType} (${record.errorType})` : null)
  add('ProbableCause', record.probableCause ? `${labels.probableCause} (${record.probableCause})` : null)
  add('Description', record.probableCauseDescription)
  for (const action of record.recommendedActions ?? []) add('Recommended', action)
  add('ErrorSource', record.errorSource)
  return lines.join('\n')
}

function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

/** The CIM-XML texts as they came, each on its own. */
export function rawText({ report }: JobView): string {
  return (report?.raw ?? []).map(raw => `${raw ?? 'NULL'}\n`).join('\n')
}
