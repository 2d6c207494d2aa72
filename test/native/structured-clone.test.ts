import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { hostWithEverything } from '../electron/scenario'
import { simulated } from './harness'

/** The same value without null prototypes, which a structured clone does not keep. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  assert.ok([Object.prototype, null].includes(Object.getPrototypeOf(value)), 'the record is plain data')
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]))
}

describe('records in a structured clone, as Electron and worker threads pass them on', () => {
  simulated('every kind of job is the same afterwards', hostWithEverything(), async ({ connect }) => {
    const session = await connect()
    const jobs = await session.jobs({ classes: 'all' })
    assert.equal(new Set(jobs.map(({ kind }) => kind)).size, 6)
    for (const job of jobs) assert.deepEqual(structuredClone(job), plain(job))
  })

  simulated('an error is the same afterwards, bigint included', hostWithEverything(), async ({ connect }) => {
    const session = await connect()
    const { errors, primary, raw } = await session.getErrorEx('HOSTILE')
    assert.equal(errors?.[0]?.extra.TraceId, 0xffff_ffff_ffff_ffffn)
    assert.deepEqual(structuredClone({ errors, primary, raw }), plain({ errors, primary, raw }))
  })
})
