/** A process of its own: what the package costs before and in its first call. Prints a ColdStart as JSON. */
import { startSimulator } from '../../simulator'
import type { ColdStart } from './processes'
import { JOB_PATH, SCENARIO } from './scenario'

function timed<T>(work: () => T): { ms: number; result: T } {
  const started = performance.now()
  const result = work()
  return { ms: performance.now() - started, result }
}

async function main(): Promise<ColdStart> {
  // The simulator needs nothing of the package, so that both imports start from the same.
  startSimulator(SCENARIO, { recordCalls: false })
  const empty = timed(() => require('./empty'))
  const { ms: importPackage, result } = timed(
    () => require('hyperv-job-errors') as typeof import('../../lib/entries'),
  )
  const started = performance.now()
  const session = await result.connect()
  const connected = performance.now()
  await session.getErrorEx(JOB_PATH)
  const called = performance.now()
  await session.close()
  return {
    'import of an empty module': empty.ms,
    'import of the package': importPackage,
    connect: connected - started,
    'first call': called - connected,
  }
}

main().then(result => process.stdout.write(JSON.stringify(result)))
