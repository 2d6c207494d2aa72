/** Jobs that have long gone are forgotten, also where the connection is lost so often that no listing is ever due. */

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'

/** Runs in a process whose clock can be put forward. */
const PROGRAM = `
const { performance } = require('node:perf_hooks')
const real = performance.now.bind(performance)
let ahead = 0
performance.now = () => real() + ahead
const { setTimeout: delay } = require('node:timers/promises')
const { connect } = require(${JSON.stringify(join(__dirname, '../../lib/entries/index.js'))})
const { simulate } = require(${JSON.stringify(join(__dirname, '../../lib/entries/testing.js'))})

async function main() {
  const host = simulate({})
  const session = await connect({ addon: host })
  const reported = []
  const watching = (async () => {
    for await (const item of session.watch({ include: ['failed'] })) reported.push(item.job.instanceId)
  })()
  const fail = async () => {
    host.addJob({ class: 'Msvm_MigrationJob', properties: { InstanceID: 'A', JobState: 4 } })
    host.endJob('A', { errors: [] })
    await delay(100)
    host.removeJob('A')
  }
  await delay(50)
  await fail()
  const first = reported.length
  // The news of its removal, then six minutes.
  await delay(300)
  ahead = 6 * 60_000
  host.disconnect()
  await delay(1_000)
  await fail()
  await delay(500)
  console.log(JSON.stringify([first, reported.length]))
  process.exit()
}
main()
`

test('a job that has long gone is forgotten although the connection is lost again and again', () => {
  const printed = execFileSync(process.execPath, ['-e', PROGRAM], { encoding: 'utf8', timeout: 60_000 })
  // Forgotten: a job of the same id is another one.
  assert.deepEqual(JSON.parse(printed), [1, 2])
})
