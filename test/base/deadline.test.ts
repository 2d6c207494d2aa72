import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { nextTurn } from '../../lib/base/clock'
import { deadlineOf, follow } from '../../lib/base/deadline'

describe('what follows a promise', () => {
  const reason = new Error('enough')
  const never = () => new Error('not reached')

  test('leaves no rejection that nobody handles, also when the signal has aborted before', async () => {
    let reject: (error: Error) => void = () => {}
    const promise = new Promise<never>((_, fail) => {
      reject = fail
    })
    const unhandled = once(process, 'unhandledRejection').then(() => 'unhandled')
    const deadline = deadlineOf({ timeoutMs: 1_000, signal: AbortSignal.abort(reason) })
    await assert.rejects(follow(promise, deadline, never), error => error === reason)
    reject(new Error('late'))
    assert.equal(await Promise.race([unhandled, nextTurn().then(nextTurn)]), undefined)
  })

  test('gives what the promise gives, or why it was not waited for', async () => {
    const deadline = deadlineOf({ timeoutMs: 1_000, signal: undefined })
    assert.equal(await follow(Promise.resolve(7), deadline, never), 7)
    await assert.rejects(follow(Promise.reject(reason), deadline, never), error => error === reason)
    const brief = deadlineOf({ timeoutMs: 1, signal: undefined })
    await assert.rejects(
      follow(new Promise(() => {}), brief, () => reason),
      error => error === reason,
    )
  })
})
