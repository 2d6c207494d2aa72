/** Failures of a host, for the main process and the page alike. */
import { WbemError } from '../../lib/entries'

export const DENIED = new WbemError({
  hresult: 0x80041003,
  operation: 'IWbemLocator::ConnectServer',
  description: 'Access denied',
  extendedOperation: null,
  parameterInfo: null,
  providerName: null,
})

export const LOST = new WbemError({
  hresult: 0x800706ba,
  operation: 'IWbemServices::ExecNotificationQuery',
  description: null,
  extendedOperation: null,
  parameterInfo: null,
  providerName: null,
})
