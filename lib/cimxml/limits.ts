/** The bounds a text is held to, so that no input, however made, costs more than it should. */

import { refuse, takeOptions } from '../base/arguments'

/** Bounds on one text; each is an integer from 1 to 2^53 - 1. */
export interface DecodeLimits {
  /** UTF-16 units in the text. */
  readonly maxLength: number
  /** Open elements at any point, the root included. */
  readonly maxDepth: number
  /** Properties in the instance. */
  readonly maxProperties: number
  /** Items in one array. */
  readonly maxItems: number
}

/** What holds where a caller sets nothing. */
export const defaultDecodeLimits: DecodeLimits = Object.freeze({
  // Three times the longest message anyone is known to test with (5 MB); 32 MB as two-byte text.
  maxLength: 16 * 1024 * 1024,
  // A reference with a full path nests eight elements deep; the rest leaves room for qualifiers.
  maxDepth: 64,
  // The widest WMI classes have some hundred properties; this bounds the map, not the vocabulary.
  maxProperties: 65_536,
  // A full-screen thumbnail as uint8[] has some 600,000 items.
  maxItems: 1024 * 1024,
})

export interface DecodeOptions extends Partial<DecodeLimits> {
  /**
   * Reads what WMI's own DTD adds to DSP0201, `PROPERTY.OBJECT` and `PROPERTY.OBJECTARRAY`: properties of type `object`
   * whose values are the CIM-XML of the objects in them. Default false: they are refused.
   */
  readonly wmiObjects?: boolean
}

export interface DecodeSettings extends DecodeLimits {
  readonly wmiObjects: boolean
}

const DEFAULT_SETTINGS: DecodeSettings = { ...defaultDecodeLimits, wmiObjects: false }

const LIMIT_NAMES = ['maxLength', 'maxDepth', 'maxProperties', 'maxItems'] as const

/** What is given over the defaults; anything but positive integers and a boolean under known names is refused. */
export function resolveOptions(options: DecodeOptions | undefined): DecodeSettings {
  if (options === undefined) return DEFAULT_SETTINGS
  const given = takeOptions('options', options, [...LIMIT_NAMES, 'wmiObjects'])
  const { wmiObjects = false } = given
  if (typeof wmiObjects !== 'boolean') refuse('options.wmiObjects', 'a boolean', wmiObjects)
  for (const name of LIMIT_NAMES) {
    const value = given[name]
    if (value !== undefined && (!Number.isSafeInteger(value) || value < 1)) {
      refuse(`options.${name}`, 'a positive integer', value)
    }
  }
  return { ...DEFAULT_SETTINGS, ...given, wmiObjects }
}
