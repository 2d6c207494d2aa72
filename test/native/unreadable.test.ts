/** A job with a property whose VARIANT contradicts its CIM type: what can be read comes, the property is named. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { connect, type Job, type Session } from '../../lib/entries'
import { type Simulator, startSimulator } from '../../simulator'
import { failedJob, JOB_ID, JOB_PATH } from './harness'

const CLASS = 'Msvm_MigrationJob'
const SOUND = 'C2E8D6A4-0B1C-4D2E-8F3A-4B5C6D7E8F90'

describe('a value that contradicts its CIM type', () => {
  let simulator: Simulator
  let session: Session

  before(async () => {
    const { jobs = [] } = failedJob({ errors: [] })
    simulator = startSimulator({
      jobs: [...jobs, { class: CLASS, properties: { InstanceID: SOUND, JobState: 4, PercentComplete: 30 } }],
    })
    session = await connect()
    simulator.setJob(CLASS, JOB_ID, { PercentComplete: 40 })
    simulator.contradictJob(CLASS, JOB_ID, 'PercentComplete')
  })
  after(async () => {
    await session.close()
    simulator.stop()
  })

  function assertReadable(job: Job): void {
    assert.equal(job.jobState, 10)
    assert.equal(job.percentComplete, undefined, 'neither a value nor NULL')
    assert.deepEqual(
      job.unreadable?.map(({ name }) => name),
      ['PercentComplete'],
    )
    assert.match(job.unreadable?.[0]?.reason ?? '', /CIM type 18 came as VARIANT type 7/)
  }

  test('hides no other job of a listing, nor the rest of its own', async () => {
    const jobs = await session.jobs()
    assert.equal(jobs.length, 2)
    for (const job of jobs) {
      if (job.instanceId === JOB_ID) assertReadable(job)
      else assert.deepEqual([job.percentComplete, job.unreadable ?? []], [30, []])
    }
  })

  test('is named by the job that is read alone', async () => {
    assertReadable(await session.job(JOB_ID))
    const object = await session.getObject(JOB_PATH)
    assert.deepEqual(
      object.unreadable?.map(({ name }) => name),
      ['PercentComplete'],
    )
  })

  test('leaves the errors of the job to be read', async () => {
    assert.deepEqual((await session.getErrorEx(JOB_ID)).errors, [])
    assert.equal((await session.execMethod(JOB_PATH, 'GetErrorEx')).returnValue, 0)
  })

  test('of an event: the failure is reported with its job', async () => {
    for await (const item of session.watch({ include: ['failed', 'state'] })) {
      if (item.kind === 'state' && item.state === 'watching') {
        simulator.addJob({
          class: CLASS,
          properties: { InstanceID: 'LATE', JobState: 4, PercentComplete: 1 },
        })
        simulator.contradictJob(CLASS, 'LATE', 'PercentComplete')
        simulator.setJob(CLASS, 'LATE', { JobState: 10 })
      }
      if (item.kind !== 'failed' || item.job.instanceId !== 'LATE') continue
      assertReadable(item.job)
      break
    }
  })
})
