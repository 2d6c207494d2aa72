/** How an operation of the simulated host fails, in the terms of the native contract. */
import type { NativeFailure } from '../wmi/addon'
import type { Operation } from './scenario'

/** What the host itself answers; names after wbemcli.h, winerror.h. */
export const Hresult = {
  NotFound: 0x8004_1002,
  TypeMismatch: 0x8004_1005,
  InvalidNamespace: 0x8004_100e,
  InvalidClass: 0x8004_1010,
  InvalidQuery: 0x8004_1017,
  InvalidMethod: 0x8004_102e,
  InvalidMethodParameters: 0x8004_102f,
  CallCancelled: 0x8004_1032,
  ShuttingDown: 0x8004_1033,
  InvalidObjectPath: 0x8004_103a,
  MethodNotImplemented: 0x8004_1055,
  UnparsableQuery: 0x8004_1058,
  LocalCredentials: 0x8004_1064,
  QuotaViolation: 0x8004_106c,
  RegistrationTooBroad: 0x8004_2001,
  RegistrationTooPrecise: 0x8004_2002,
  Disconnected: 0x8001_0108,
  ServerUnavailable: 0x8007_06ba,
} as const

/** Each operation as the addon calls it and as extended status does. */
const NAMES: Readonly<Record<Operation, readonly [call: string, extended: string]>> = {
  connect: ['IWbemLocator::ConnectServer', 'ConnectServer'],
  execMethod: ['IWbemServices::ExecMethod', 'ExecMethod'],
  getObject: ['IWbemServices::GetObject', 'GetObject'],
  query: ['IWbemServices::ExecQuery', 'ExecQuery'],
  subscribe: ['IWbemServices::ExecNotificationQuery', 'ExecNotificationQuery'],
  next: ['IEnumWbemClassObject::Next', 'Next'],
}

const NO_STATUS = { description: null, extendedOperation: null, parameterInfo: null, providerName: null }

/** Thrown where an operation fails; the session settles its call with `failure`. */
export class OperationFailed extends Error {
  readonly failure: NativeFailure

  constructor(failure: NativeFailure) {
    super(failure.message ?? failure.operation)
    this.failure = failure
  }
}

/** What extended status says beside the operation. */
interface Status {
  readonly provider: string
  /** Object path, query or network resource. */
  readonly parameter: string | null
  readonly description?: string
}

export function wbemFailure(operation: Operation, hresult: number, status: Status): OperationFailed {
  const [call, extended] = NAMES[operation]
  return new OperationFailed({
    kind: 'wbem',
    hresult,
    operation: call,
    message: null,
    description: status.description || null,
    extendedOperation: extended,
    parameterInfo: status.parameter || null,
    providerName: status.provider,
  })
}

/** A failure that comes without extended status. */
export function bareFailure(call: string, hresult: number): OperationFailed {
  return new OperationFailed({ kind: 'wbem', hresult, operation: call, message: null, ...NO_STATUS })
}

export function argumentFailure(call: string, message: string): OperationFailed {
  return new OperationFailed({ kind: 'argument', hresult: 0, operation: call, message, ...NO_STATUS })
}

export function protocolFailure(call: string, message: string): OperationFailed {
  return new OperationFailed({ kind: 'protocol', hresult: 0, operation: call, message, ...NO_STATUS })
}
