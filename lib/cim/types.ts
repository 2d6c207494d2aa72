/** What a decoded CIM instance looks like, whether it came as CIM-XML or as an `IWbemClassObject`. */

/** CIM type names as CIM-XML's `TYPE` spells them; `object` comes from `IWbemClassObject` only. */
export type CimType =
  | 'boolean'
  | 'string'
  | 'char16'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'sint8'
  | 'sint16'
  | 'sint32'
  | 'sint64'
  | 'real32'
  | 'real64'
  | 'datetime'
  | 'reference'
  | 'object'

/**
 * A `VALUE.REFERENCE` that names an instance, or a class, which has no keys; host and namespace are null where the
 * text gives none. A reference written as text is not taken apart: its value is that text.
 */
export interface CimReference {
  readonly host: string | null
  /** Joined with `/`, e.g. `root/virtualization/v2`. */
  readonly namespace: string | null
  readonly className: string
  /**
   * Key values as text, in a null-prototype object. The one key of an instance may come without a name: it is
   * called `''`. A key that is itself a reference keeps the source of that reference.
   */
  readonly keys: Readonly<Record<string, string>>
}

/** 64-bit integers are bigint, smaller integers and reals number, datetimes their 25 characters. */
export type CimScalar = string | number | bigint | boolean | CimReference | CimInstance

export interface CimProperty {
  readonly type: CimType
  readonly array: boolean
  /** null is NULL; an array may hold null items. */
  readonly value: CimScalar | readonly (CimScalar | null)[] | null
  /** Present on a string that holds an escaped instance or class. */
  readonly embeddedObject?: 'instance' | 'object'
}

/** A property whose value WMI delivered in a form that its CIM type does not allow. */
export interface UnreadableProperty {
  readonly name: string
  /** What was expected and what came. */
  readonly reason: string
}

export interface CimInstance {
  readonly className: string
  /** By name as spelt in the source; a null-prototype object, so that every name is safe. */
  readonly properties: Readonly<Record<string, CimProperty>>
  /** Present where some could not be read; those are not in `properties`. */
  readonly unreadable?: readonly UnreadableProperty[]
}
