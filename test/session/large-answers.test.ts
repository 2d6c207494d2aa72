/** An answer of very many errors: the event loop runs while it is decoded, and the call can still be ended. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { decodeErrorList, decodeErrorListInSlices } from '../../lib/diagnosis/error-list'
import { connect, type Session } from '../../lib/entries'
import { simulate } from '../../lib/entries/testing'
import { errorText } from '../support/cim-text'

const COUNT = 6_000
const JOB = 'Msvm_MigrationJob.InstanceID="MANY"'

/** Sentences without a code, each with names of its own: the ones that are compared with each other. */
const TEXTS = Array.from({ length: COUNT }, (_, i) =>
  i % 1000 === 7
    ? '<INSTANCE'
    : errorText({ Message: `Die Aktion an '${i % 400}' ist fehlgeschlagen, '${i}' auch.` }),
)

describe(`an answer of ${COUNT} errors`, () => {
  let session: Session
  before(async () => {
    const job = { class: 'Msvm_MigrationJob', properties: { InstanceID: 'MANY', JobState: 10 } }
    session = await connect({ addon: simulate({ jobs: [{ ...job, getErrorEx: [{ errors: TEXTS }] }] }) })
  })
  after(() => session.close())

  /** Turns of the event loop that the call leaves, and the longest time between two of them. */
  async function turnsDuring(work: () => Promise<unknown>) {
    let turns = 0
    let longestMs = 0
    let last = performance.now()
    let running = true
    const turn = () => {
      turns++
      longestMs = Math.max(longestMs, performance.now() - last)
      last = performance.now()
      if (running) setImmediate(turn)
    }
    setImmediate(turn)
    await work()
    running = false
    return { turns, longestMs }
  }

  test('is what it would be in one piece', async () => {
    const { errors, undecodable, raw, primary, primaryError } = await session.getErrorEx(JOB)
    assert.deepEqual({ errors, undecodable, raw, primary, primaryError }, decodeErrorList(TEXTS))
    assert.equal(errors?.length, COUNT - 6)
    assert.deepEqual(
      undecodable.map(({ index }) => index),
      [7, 1007, 2007, 3007, 4007, 5007],
    )
  })

  test('leaves the event loop free in between', async () => {
    const started = performance.now()
    decodeErrorList(TEXTS)
    const undividedMs = performance.now() - started
    const { turns } = await turnsDuring(() => session.getErrorEx(JOB))
    assert.ok(turns >= undividedMs / 20, `${turns} turns in ${undividedMs.toFixed(0)} ms`)
  })

  test('asks before each further slice whether to go on, and ends when it is not to', async () => {
    let slices = 0
    await decodeErrorListInSlices(TEXTS, () => slices++)
    assert.ok(slices > 3, `${slices} slices`)
    const refusal = new Error('enough')
    const refuse = () => {
      throw refusal
    }
    await assert.rejects(decodeErrorListInSlices(TEXTS, refuse), error => error === refusal)
  })

  test('ends at once on abort', async () => {
    const ending = new AbortController()
    const reason = new Error('enough')
    const call = session.getErrorEx(JOB, { signal: ending.signal })
    // The answer is there after a few turns, and takes many to decode.
    for (let turn = 0; turn < 6; turn++) await new Promise(resolve => setImmediate(resolve))
    ending.abort(reason)
    await assert.rejects(call, error => error === reason)
  })

  test('ends at its deadline', async () => {
    const started = performance.now()
    await session.getErrorEx(JOB)
    const wholeMs = performance.now() - started
    await assert.rejects(session.getErrorEx(JOB, { timeoutMs: Math.max(1, Math.floor(wholeMs / 2)) }), {
      code: 'ERR_TIMEOUT',
    })
  })
})
