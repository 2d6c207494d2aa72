/** What the simulator counts without being asked: nothing, since counting makes a long listing slow. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect } from '../../lib/entries'
import { native, type Scenario, startSimulator } from '../../simulator'
import { eventually, migration } from './watching'

const HANGING: Scenario = {
  jobs: [migration('A')],
  faults: [{ operation: 'execMethod', hangMs: 60_000 }],
}

test('a start that is not asked to count the allocations of COM counts none', async () => {
  const simulator = startSimulator(HANGING)
  const session = await connect()
  const call = session.getErrorEx('A').catch(() => {})
  try {
    await eventually('the call arrives', () =>
      simulator.calls().some(made => made.operation === 'execMethod'),
    )
    // It holds its path and the name of its method.
    assert.equal(native().counts().allocations, 0)
  } finally {
    simulator.stop()
    await call
    await session.close()
  }
})
