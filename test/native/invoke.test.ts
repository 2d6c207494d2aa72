/** Methods that the scenario answers for, and the jobs that they start. */
import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { Scenario } from '../../simulator'
import { JOB_ID, simulated } from './harness'

const VM = 'A1B2C3D4-0000-4000-8000-0123456789AB'
const VM_PATH = `Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${VM}"`
const METHOD = { class: 'Msvm_ComputerSystem', name: 'RequestStateChange' }

function answering(...answers: NonNullable<Scenario['methods']>[number]['answers']): Scenario {
  return {
    instances: [
      { class: 'Msvm_ComputerSystem', properties: { CreationClassName: 'Msvm_ComputerSystem', Name: VM } },
    ],
    jobs: [
      {
        class: 'Msvm_ConcreteJob',
        properties: { InstanceID: JOB_ID, JobState: 4 },
        timeline: [{ afterMs: 30, set: { JobState: 7 } }],
      },
    ],
    methods: [{ ...METHOD, answers }],
  }
}

describe('a method of the scenario', () => {
  simulated(
    'starts a job that did not exist before, and invoke waits for its end',
    answering({ starts: JOB_ID }),
    async ctx => {
      const session = await ctx.connect()
      assert.deepEqual(await session.jobs({ classes: ['Msvm_ConcreteJob'] }), [])
      const { returnValue, job } = await session.invoke(VM_PATH, METHOD.name)
      assert.deepEqual([returnValue, job?.instanceId, job?.jobState], [4096, JOB_ID, 7])
    },
  )

  simulated(
    'answers in order, and the last answer repeats',
    answering({ returnValue: 32775 }, { returnValue: 0, out: { Extra: 'text' } }),
    async ctx => {
      const session = await ctx.connect()
      const call = () => session.execMethod(VM_PATH, METHOD.name)
      assert.equal((await call()).returnValue, 32775)
      for (const _ of [1, 2]) {
        const { returnValue, out } = await call()
        assert.deepEqual([returnValue, out.Extra], [0, 'text'])
      }
    },
  )
})
