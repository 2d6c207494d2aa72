/** What stands above the errors of a job: which job, how it stands, and its own words. */

import { nameOf, ReturnValue } from '../../records/enums'
import { type Job, jobTypeName } from '../../records/job'
import type { VirtualMachine } from '../../session/virtual-machines'
import type { Screen } from '../types'
import { jobTitle, percentText, stateText, summaryOf, whenText } from './job'
import { wrap } from './layout'
import { labelled, painter, safeLine, safeText } from './terminal'

export function jobHeading(
  job: Job,
  machine: VirtualMachine | null,
  host: string | undefined,
  screen: Screen,
): string {
  const paint = painter(screen)
  const what = [jobTitle(job, machine), host ? `(on ${safeLine(host)})` : '']
  const code = job.errorCode
    ? `, error code ${labelled(nameOf(ReturnValue, job.errorCode), job.errorCode)}`
    : ''
  const facts = [jobTypeName(job) ?? '', percentText(job), whenText(job), safeLine(job.instanceId ?? '')]
  const filled = (parts: readonly string[]) => parts.filter(part => part !== '')
  const fitted = (text: string) => wrap(text, screen.width)
  return [
    ...fitted(`${filled(what).join(' ')}: ${stateText(job)}${code}`).map(line => paint('bold', line)),
    ...fitted(filled(facts).join(', ')).map(line => paint('dim', line)),
    ...summaryOf(job).flatMap(text => fitted(safeText(text))),
  ]
    .map(line => `${line}\n`)
    .join('')
}
