/**
 * `hyperv-job-errors/cimxml`: decodes the CIM-XML of one instance, as `GetErrorEx` returns it. Pure functions
 * without dependencies, for any OS.
 */
export { DecodeError } from '../base/errors'
export { cimDateTimeToDate, cimIntervalToMs } from '../cim/datetime'
export type { CimInstance, CimProperty, CimReference, CimScalar, CimType } from '../cim/types'
export { decodeInstance } from '../cimxml/decode-instance'
export { type DecodeLimits, type DecodeOptions, defaultDecodeLimits } from '../cimxml/limits'
export { type DecodeRule, decodeRules } from '../cimxml/rules'
export { decodeMsvmError } from '../records/decode-msvm-error'
export type { CimValue, MsvmError } from '../records/msvm-error'
