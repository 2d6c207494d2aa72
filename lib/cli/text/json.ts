/** JSON for scripts. */
import { isHyperVError } from '../../base/errors'
import { toHex } from '../../base/hresult'

/**
 * One document with a line end. bigint is a decimal string, an infinite real or NaN its name, an HRESULT hex;
 * fields that are undefined are left out. Characters that could steer a terminal are escaped, as JSON allows.
 */
export function toJsonText(value: unknown): string {
  return serialise(value, 2)
}

/** The same on one line. */
export function toJsonLine(value: unknown): string {
  return serialise(value, 0)
}

function serialise(value: unknown, indentation: number): string {
  // An error has turned itself into plain data before it is passed; its holder still has it.
  const replace = function (this: Record<string, unknown>, key: string, item: unknown) {
    const own = this[key]
    return own instanceof Error ? errorToJson(own) : plain(item)
  }
  const text = JSON.stringify(value, replace, indentation)
  const escaped = text.replace(
    /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `${escaped}\n`
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  return value
}

/** `message` is no enumerable property of an Error, all that the error classes of this package add is. */
export function errorToJson(error: Error): Record<string, unknown> {
  const known: Record<string, unknown> = isHyperVError(error) ? { ...error } : {}
  const { code = 'code' in error ? error.code : undefined, hresult, ...details } = known
  const hex = typeof hresult === 'number' ? { hresult: toHex(hresult) } : {}
  return { code, message: error.message, ...hex, ...details }
}
