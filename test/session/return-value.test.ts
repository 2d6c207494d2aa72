import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect } from '../../lib/entries'
import { FakeAddon, instance, properties } from '../support/fake-addon'

const JOB = 'Msvm_MigrationJob.InstanceID="J"'
const RUNNING = instance('Msvm_MigrationJob', { InstanceID: 'J', JobState: 4, Cancellable: true }, JOB)

/** A host whose methods answer without a ReturnValue. */
const silent = new FakeAddon(({ operation, object }) => {
  if (operation === 'getObject') return RUNNING
  if (operation === 'query') return [instance(object, {}, 'Msvm_VirtualSystemManagementService=@')]
  return operation === 'execMethod' ? properties({ ErrorMessage: 'text' }) : undefined
})

test('a method that declares a ReturnValue and gives none is a protocol error', async () => {
  const session = await connect({ addon: silent })
  const refused = { code: 'ERR_PROTOCOL', message: /expected a ReturnValue/ }
  await assert.rejects(session.formatError(['<INSTANCE CLASSNAME="Msvm_Error"/>']), refused)
  await assert.rejects(session.cancel(JOB, 'terminate'), refused)
  await assert.rejects(session.getErrorEx(JOB), refused)
  await assert.rejects(session.getError(JOB), refused)
  await session.close()
})

test('a method that returns nothing is called all the same', async () => {
  const session = await connect({ addon: silent })
  assert.equal((await session.execMethod(JOB, 'Any')).returnValue, null)
  await session.close()
})
