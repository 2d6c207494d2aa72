/**
 * The engine's tests once more, without the addon: on the host that is simulated behind its contract. Both servers answer
 * alike; what only the addon can show (threads, COM, the counts of what is alive) is not among these.
 */
import { simulate } from '../../lib/entries/testing'
import { simulateWith } from '../native/harness'

/**
 * Not here: what is about COM, the binary or Wine's own WMI, and what measures the addon.
 */
const FILES = [
  'exec-method',
  'fault-matrix',
  'get-error-ex',
  'job-life',
  'jobs',
  'long-listing',
  'reconnect',
  'session',
  'structured-clone',
  'wait',
  'watch',
  'watch-storm',
  'workers',
]

simulateWith(scenario => {
  const host = simulate(scenario)
  return {
    addon: host,
    calls: () => host.calls(),
    alive: () => ({ subscriptions: host.subscriptions().length }),
    addJob: job => host.addJob(job),
    setJob: (className, instanceId, properties) => host.setJob({ className, instanceId }, properties),
    removeJob: (className, instanceId) => host.removeJob({ className, instanceId }),
    disconnectAll: hresult => host.disconnect(hresult),
    subscriptions: () => [...host.subscriptions()],
    droppedEvents: () => host.droppedEvents(),
    stop: () => host.stop(),
  }
})

for (const file of FILES) require(`../native/${file}.test`)
