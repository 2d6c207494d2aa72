/** The record of an `Msvm_Error`: one field for each property of the class, and whatever else came with it. */

import { findProperty, foldCase, Property } from '../cim/names'
import type { CimInstance, CimScalar, CimType } from '../cim/types'

/** The value of a property that is no reference: null is NULL, an array may hold null items. */
export type CimValue = CimScalar | readonly (CimScalar | null)[] | null

/**
 * An error of a Hyper-V job. Every field is there: `undefined` for a property that the instance does not have,
 * null for NULL. Enumerations are numbers as received, including undocumented ones.
 *
 * A property whose CIM type does not fit its field is kept in `extra` and leaves the field undefined. The record
 * is plain data and survives `structuredClone`.
 *
 * Source of names, types and meanings: "Msvm_Error class", Microsoft Learn, Hyper-V WMI provider (V2).
 */
export interface MsvmError {
  /** The instance's class as spelt in the source, usually `Msvm_Error`. */
  readonly className: string
  /** `ErrorType`, uint16: the primary classification of the error. */
  readonly errorType: number | null | undefined
  /** `OtherErrorType`, string: the type in words where `ErrorType` is 1 (Other). */
  readonly otherErrorType: string | null | undefined
  /** `OwningEntity`, string: who defined the format and meaning of the message. */
  readonly owningEntity: string | null | undefined
  /** `MessageID`, string: identifies the message among those of the owning entity. */
  readonly messageId: string | null | undefined
  /** `Message`, string: the formatted message, in the language of the call. */
  readonly message: string | null | undefined
  /** `MessageArguments`, string[]: what was put into the message. */
  readonly messageArguments: readonly (string | null)[] | null | undefined
  /** `PerceivedSeverity`, uint16: the severity as the sender sees it. */
  readonly perceivedSeverity: number | null | undefined
  /** `ProbableCause`, uint16: the probable cause. */
  readonly probableCause: number | null | undefined
  /** `ProbableCauseDescription`, string: more about the probable cause. */
  readonly probableCauseDescription: string | null | undefined
  /** `RecommendedActions`, string[]: what to do about the error. */
  readonly recommendedActions: readonly (string | null)[] | null | undefined
  /** `ErrorSource`, string: the object the error comes from, in the form `ErrorSourceFormat` says. */
  readonly errorSource: string | null | undefined
  /** `ErrorSourceFormat`, uint16: the format of `ErrorSource`. */
  readonly errorSourceFormat: number | null | undefined
  /** `OtherErrorSourceFormat`, string: the format in words where `ErrorSourceFormat` is 1 (Other). */
  readonly otherErrorSourceFormat: string | null | undefined
  /** `CIMStatusCode`, uint32: the CIM status the error amounts to. */
  readonly cimStatusCode: number | null | undefined
  /** `CIMStatusCodeDescription`, string: the status in words. */
  readonly cimStatusCodeDescription: string | null | undefined
  /** Every other property by its name in the source, system properties included; a null-prototype object. */
  readonly extra: Readonly<Record<string, CimValue>>
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }
/** Reads a decoded instance of any class as the record of an `Msvm_Error`. */
export function toMsvmError(instance: CimInstance): MsvmError {
  const builder = new MsvmErrorBuilder()
  builder.open(instance.className)
  for (const [name, { type, array, value }] of Object.entries(instance.properties)) {
    builder.property(findProperty(foldCase(name)), name, type, array, value)
  }
  return builder.record
}

/** The `extra` of every record that needs none: most do, and a null-prototype object takes 200 bytes. */
const NO_EXTRA: Readonly<Record<string, CimValue>> = Object.freeze(Object.create(null))

/** Fills a record as properties come; one builder makes one record. */
export class MsvmErrorBuilder {
  /** What goes into the record's `extra`, made with the first property that has no field. */
  #extra: Record<string, CimValue> | null = null
  // All fields from the start and in one order, so that V8 gives every record the same shape.
  readonly #record: Mutable<MsvmError> = {
    className: '',
    errorType: undefined,
    otherErrorType: undefined,
    owningEntity: undefined,
    messageId: undefined,
    message: undefined,
    messageArguments: undefined,
    perceivedSeverity: undefined,
    probableCause: undefined,
    probableCauseDescription: undefined,
    recommendedActions: undefined,
    errorSource: undefined,
    errorSourceFormat: undefined,
    otherErrorSourceFormat: undefined,
    cimStatusCode: undefined,
    cimStatusCodeDescription: undefined,
    extra: NO_EXTRA,
  }

  get record(): MsvmError {
    return this.#record
  }

  open(className: string): void {
    this.#record.className = className
  }

  /** `id` is that of the name among the known properties ({@link Property}), or -1. */
  property(id: number, name: string, type: CimType, array: boolean, value: CimValue): void {
    if (this.#take(id, type, array, value)) return
    if (this.#extra === null) {
      const extra: Record<string, CimValue> = Object.create(null)
      this.#extra = extra
      this.#record.extra = extra
    }
    this.#extra[name] = value
  }

  /** Puts the value into its field; false if there is none, or none of this type. */
  #take(id: number, type: CimType, array: boolean, value: CimValue): boolean {
    if (array) {
      return type === 'string' && isTextList(value) && this.#takeList(id, value)
    }
    if (type === 'string') {
      return (value === null || typeof value === 'string') && this.#takeText(id, value)
    }
    const number = toNumber(type, value)
    return number !== undefined && this.#takeNumber(id, number)
  }

  #takeText(id: number, value: string | null): boolean {
    const record = this.#record
    switch (id) {
      case Property.OtherErrorType:
        record.otherErrorType = value
        return true
      case Property.OwningEntity:
        record.owningEntity = value
        return true
      case Property.MessageID:
        record.messageId = value
        return true
      case Property.Message:
        record.message = value
        return true
      case Property.ProbableCauseDescription:
        record.probableCauseDescription = value
        return true
      case Property.ErrorSource:
        record.errorSource = value
        return true
      case Property.OtherErrorSourceFormat:
        record.otherErrorSourceFormat = value
        return true
      case Property.CIMStatusCodeDescription:
        record.cimStatusCodeDescription = value
        return true
      default:
        return false
    }
  }

  #takeNumber(id: number, value: number | null): boolean {
    const record = this.#record
    switch (id) {
      case Property.ErrorType:
        record.errorType = value
        return true
      case Property.PerceivedSeverity:
        record.perceivedSeverity = value
        return true
      case Property.ProbableCause:
        record.probableCause = value
        return true
      case Property.ErrorSourceFormat:
        record.errorSourceFormat = value
        return true
      case Property.CIMStatusCode:
        record.cimStatusCode = value
        return true
      default:
        return false
    }
  }

  #takeList(id: number, value: readonly (string | null)[] | null): boolean {
    switch (id) {
      case Property.MessageArguments:
        this.#record.messageArguments = value
        return true
      case Property.RecommendedActions:
        this.#record.recommendedActions = value
        return true
      default:
        return false
    }
  }
}

function isTextList(value: CimValue): value is readonly (string | null)[] | null {
  return (
    value === null || (Array.isArray(value) && value.every(item => item === null || typeof item === 'string'))
  )
}

/** The value of any integer type as a number; undefined for another type, or beyond what a number holds. */
function toNumber(type: CimType, value: CimValue): number | null | undefined {
  if (!type.startsWith('uint') && !type.startsWith('sint')) return undefined
  if (value === null || typeof value === 'number') return value
  if (typeof value !== 'bigint') return undefined
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : undefined
}
