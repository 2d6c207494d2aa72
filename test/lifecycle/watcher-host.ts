/** Loaded before the watcher: a simulated host on which the next thing happens once the watcher has told of the last. */
import { startSimulator } from '../../simulator'
import { errorText } from '../support/cim-text'

const FAILED = { JobState: 10, ErrorCode: 32768 }

const simulator = startSimulator({
  jobs: [
    {
      class: 'Msvm_MigrationJob',
      properties: { InstanceID: 'A', JobState: 4, ErrorCode: 0, VirtualSystemName: 'web-01' },
      getErrorEx: [{ errors: [errorText({ Message: 'why A failed' })] }],
    },
    { class: 'Msvm_StorageJob', properties: { InstanceID: 'B', JobState: 4, ErrorCode: 0 } },
  ],
  faults: [
    { operation: 'connect', calls: [1, 2], hresult: '0x800706BA' },
    { operation: 'subscribe', calls: [1], hresult: '0x80041003' },
  ],
})

const steps: [told: string, then: () => void][] = [
  ['"watching"', () => simulator.setJob('Msvm_MigrationJob', 'A', FAILED)],
  ['why A failed', () => simulator.disconnectAll('0x800706BE')],
  ['"watching"', () => simulator.setJob('Msvm_StorageJob', 'B', FAILED)],
  ['"failed"', () => process.emit('SIGINT')],
]

const write = process.stdout.write.bind(process.stdout)
process.stdout.write = (text: string | Uint8Array) => {
  const [told, then] = steps[0] ?? []
  if (told !== undefined && String(text).includes(told)) {
    steps.shift()
    setImmediate(() => then?.())
  }
  return write(text)
}
