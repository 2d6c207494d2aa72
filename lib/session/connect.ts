/** Opening a session. */
import { throwIfAborted } from '../base/abort'
import { deadlineOf } from '../base/deadline'
import { atCaller } from '../base/errors'
import { type ConnectOptions, checkConnectOptions } from './connect-options'
import { Session } from './session'

/**
 * Connects to the WMI of Hyper-V, on this computer unless `host` says otherwise.
 * @throws PlatformError not under Windows, unless an `addon` is given
 * @throws LoadError no native addon for this architecture, or `addon` is none
 * @throws WbemError e.g. `access-denied` without membership of Hyper-V Administrators, `no-hyperv` without
 *   the Hyper-V role
 * @throws InvalidArgumentError, TimeoutError
 */
export async function connect(options: ConnectOptions = {}): Promise<Session> {
  try {
    const settings = checkConnectOptions(options)
    throwIfAborted(settings.signal)
    const deadline = deadlineOf(settings)
    const session = Session.of(settings)
    try {
      await session.open(deadline)
    } catch (error) {
      await session.close()
      throw error
    }
    return session
  } catch (error) {
    throw atCaller(error, connect, options)
  }
}
