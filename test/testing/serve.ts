/** Makes the engine's tests of `test/native` run on the host that is simulated behind the native contract. */
import { simulate } from '../../lib/entries/testing'
import { simulateWith } from '../native/harness'

/** Both servers answer alike; tests of what only the addon can show (threads, COM) leave themselves out. */
export function serveFromTypeScript(): void {
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
}
