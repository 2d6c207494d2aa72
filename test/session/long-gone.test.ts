/** What has long gone is forgotten, in sessions that live for weeks. */

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'

/** What stands at the beginning of a program whose clock can be put forward. */
const PROLOGUE = `
const { performance } = require('node:perf_hooks')
const real = performance.now.bind(performance)
let ahead = 0
performance.now = () => real() + ahead
const { setTimeout: delay } = require('node:timers/promises')
const { connect } = require(${JSON.stringify(join(__dirname, '../../lib/entries/index.js'))})
const { simulate } = require(${JSON.stringify(join(__dirname, '../../lib/entries/testing.js'))})
const { fakeHost } = require(${JSON.stringify(join(__dirname, '../support/fake-host.js'))})
const { instance } = require(${JSON.stringify(join(__dirname, '../support/fake-addon.js'))})
const { collectGarbage } = require(${JSON.stringify(join(__dirname, '../support/garbage.js'))})
`

const JOB_OF_THE_SAME_ID = `
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

const MANY_NAMES = `
async function main() {
  let next = 0
  const addon = fakeHost(new Map(), ({ operation, object }) => {
    if (operation !== 'query') return undefined
    const name = Buffer.alloc(512 * 1024, 'a' + next++).toString('latin1')
    const id = /Name = '(\\w+)'/.exec(object)[1]
    return [instance('Msvm_ComputerSystem', { Name: id, ElementName: name })]
  })
  const session = await connect({ addon })
  let named = 0
  for (let i = 0; i < 80; i++) {
    if ((await session.virtualMachineName('VM' + i)) !== null) named++
    ahead += 11 * 60_000
  }
  collectGarbage()
  console.log(JSON.stringify([named, Math.round(process.memoryUsage().heapUsed / 1024 / 1024)]))
  process.exit()
}
main()
`

function outputOf(program: string): unknown {
  const args = ['-e', PROLOGUE + program]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 }))
}

test('a job that has long gone is forgotten although the connection is lost again and again', () => {
  // Forgotten: a job of the same id is another one.
  assert.deepEqual(outputOf(JOB_OF_THE_SAME_ID), [1, 2])
})

test('names of machines that nobody asks for any more are forgotten', () => {
  const [named, heapMb] = outputOf(MANY_NAMES) as [number, number]
  assert.equal(named, 80)
  assert.ok(heapMb < 25, `the heap holds ${heapMb} MiB after 80 names of half a MiB each`)
})
