import { type ErrorCode, HyperVError } from '../base/errors'
import { describeHresult, REACTIONS, type WbemCategory } from './policy'

/** A failed COM or WMI call with what `__ExtendedStatus` says about it, each null where WMI gave none. */
export interface WbemFailure {
  /** Signed or unsigned. */
  readonly hresult: number
  /** The call that failed, e.g. `IWbemServices::ExecMethod`. */
  readonly operation: string
  readonly description: string | null
  readonly extendedOperation: string | null
  readonly parameterInfo: string | null
  readonly providerName: string | null
}

const NOT_FOUND = 'WMI knows no class or object of that name.'

/** `ERR_WBEM`: a COM or WMI call failed. */
export class WbemError extends HyperVError implements WbemFailure {
  declare readonly code: 'ERR_WBEM'
  /** Unsigned. */
  readonly hresult: number
  /** The code's name in the Windows headers; null for a code nobody here knows. */
  readonly symbol: string | null
  readonly category: WbemCategory
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean
  readonly operation: string
  readonly description: string | null
  readonly extendedOperation: string | null
  /** May hold object paths, and with them names of virtual machines and hosts: not part of `message`. */
  readonly parameterInfo: string | null
  readonly providerName: string | null

  override get name(): 'WbemError' {
    return 'WbemError'
  }

  /** `isAboutJob` false: the object that WMI does not find is no job, and the advice says so. */
  constructor(failure: WbemFailure, options: ErrorOptions & { readonly isAboutJob?: boolean } = {}) {
    const { isAboutJob = true, ...errorOptions } = options
    const { hresult, hex, symbol, category, retryable, ...rest } = describeHresult(failure.hresult)
    const advice = category === 'job-not-found' && !isAboutJob ? NOT_FOUND : rest.advice
    const code = symbol === null ? hex : `${symbol} (${hex})`
    const description = (failure.description ?? '').trim().replace(/\.$/, '')
    const sentences = [
      `${failure.operation} failed with ${code}`,
      description,
      advice?.replace(/\.$/, '') ?? '',
    ]
    super('ERR_WBEM', sentences.filter(sentence => sentence !== '').join('. '), errorOptions)
    this.hresult = hresult
    this.symbol = symbol
    this.category = category
    this.retryable = retryable
    this.operation = failure.operation
    this.description = failure.description
    this.extendedOperation = failure.extendedOperation
    this.parameterInfo = failure.parameterInfo
    this.providerName = failure.providerName
  }
}

const PASSING: ReadonlySet<ErrorCode> = new Set(['ERR_TIMEOUT', 'ERR_PROVIDER_HUNG', 'ERR_QUEUE_FULL'])

/** Whether what goes on by itself, a watch or a wait, tries the call again. */
export function isPassing(error: unknown): boolean {
  return error instanceof WbemError
    ? REACTIONS[error.category].background === 'again'
    : error instanceof HyperVError && PASSING.has(error.code)
}
