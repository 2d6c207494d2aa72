/**
 * Reporter for node:test that writes one JSON line per result, and a last one when all tests have ended: without it
 * the process did not get to the end, whatever its exit code says. Runs in every Node that is tested.
 */
import { inspect } from 'node:util'

export default async function* report(events) {
  const names = []
  for await (const { type, data } of events) {
    if (type === 'test:start') names[data.nesting] = data.name
    if (type !== 'test:pass' && type !== 'test:fail') continue
    const own = data.details?.error?.failureType !== 'subtestsFailed'
    // A suite is a heading; but one that is skipped hides its tests, and one may fail by itself, as in a hook.
    if (data.details?.type === 'suite' && data.skip === undefined && (type === 'test:pass' || !own)) continue
    const name = [...names.slice(0, data.nesting), data.name].join(' > ')
    yield `${JSON.stringify({ name, result: resultOf(type, data), detail: own ? detailOf(data) : undefined })}\n`
  }
  yield '{"end":true}\n'
}

function resultOf(type, { skip, todo }) {
  if (skip !== undefined || todo !== undefined) return 'skipped'
  return type === 'test:pass' ? 'passed' : 'failed'
}

function detailOf({ skip, details }) {
  if (typeof skip === 'string') return skip
  const error = details?.error
  return error === undefined ? undefined : inspect(error.cause ?? error)
}
