/** Opening a session. */
import { Transport } from '../wmi/transport'
import {
  type ConnectOptions,
  checkAddon,
  checkCallOptions,
  checkConnectOptions,
  DEFAULT_TIMEOUT_MS,
} from './options'
import { Session } from './session'

/**
 * Connects to the WMI of Hyper-V, on this computer unless `host` says otherwise.
 * @throws PlatformError not under Windows
 * @throws LoadError no native addon for this architecture
 * @throws WbemError e.g. `access-denied` without membership of Hyper-V Administrators, `no-hyperv` without
 *   the Hyper-V role
 * @throws InvalidArgumentError, TimeoutError
 */
export async function connect(options: ConnectOptions = {}): Promise<Session> {
  const settings = checkConnectOptions(options)
  const addon = checkAddon(options)
  const { timeoutMs, signal } = checkCallOptions(options, DEFAULT_TIMEOUT_MS)
  signal?.throwIfAborted()
  const object = settings.host === null ? settings.namespace : `\\\\${settings.host}\\${settings.namespace}`
  const transport = new Transport(settings, addon)
  const session = new Session(transport, settings.namespace, { operation: 'connect', object }, timeoutMs)
  try {
    await session.open(options)
  } catch (error) {
    await session.close()
    throw error
  }
  return session
}
