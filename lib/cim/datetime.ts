/** CIM datetimes (DSP0004) as JavaScript quantities. */

import { requireString } from '../base/arguments'

const MS_PER_MINUTE = 60_000
const MS_PER_HOUR = 3_600_000
const MS_PER_DAY = 86_400_000

const PLUS = 0x2b
const MINUS = 0x2d
const DOT = 0x2e
const STAR = 0x2a
const COLON = 0x3a
const ZERO = 0x30
const NINE = 0x39

/**
 * The moment a CIM timestamp `yyyymmddHHMMSS.mmmmmm+utc` names, `utc` being minutes east of Greenwich. Below a
 * millisecond it is cut off.
 *
 * @returns null for a timestamp with stars, a day that does not exist, an interval, and any other text
 * @throws InvalidArgumentError (`ERR_INVALID_ARG`) for an argument that is no string
 */
export function cimDateTimeToDate(text: string): Date | null {
  requireString(text, 'text')
  if (!isDateTime(text) || text.includes('*') || text[21] === ':') return null
  const day = Number(text.slice(6, 8))
  const date = new Date(0)
  // Not Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(Number(text.slice(0, 4)), Number(text.slice(4, 6)) - 1, day)
  if (date.getUTCDate() !== day) return null
  date.setTime(date.getTime() + Math.floor(timeOfDayMs(text)) - Number(text.slice(21)) * MS_PER_MINUTE)
  return date
}

/**
 * The milliseconds of a CIM interval `ddddddddHHMMSS.mmmmmm:000`; microseconds are the fraction.
 *
 * @returns null for an interval with stars, a timestamp, and any other text
 * @throws InvalidArgumentError (`ERR_INVALID_ARG`) for an argument that is no string
 */
export function cimIntervalToMs(text: string): number | null {
  requireString(text, 'text')
  if (!isDateTime(text) || text.includes('*') || text[21] !== ':') return null
  return Number(text.slice(0, 8)) * MS_PER_DAY + timeOfDayMs(text)
}

/** Hours to microseconds, which stand at the same places in both forms. */
function timeOfDayMs(text: string): number {
  return (
    Number(text.slice(8, 10)) * MS_PER_HOUR +
    Number(text.slice(10, 12)) * MS_PER_MINUTE +
    Number(text.slice(12, 14)) * 1000 +
    Number(text.slice(15, 21)) / 1000
  )
}

/** Whether a text is a CIM timestamp `yyyymmddHHMMSS.mmmmmmsutc` or interval `ddddddddHHMMSS.mmmmmm:000`. */
export function isDateTime(text: string): boolean {
  if (text.length !== 25 || text.charCodeAt(14) !== DOT) return false
  const sign = text.charCodeAt(21)
  const isTime =
    isField(text, 8, 10, 0, 23) &&
    isField(text, 10, 12, 0, 59) &&
    isField(text, 12, 14, 0, 59) &&
    isField(text, 15, 21, 0, 999_999)
  if (!isTime) return false
  if (sign === COLON) return isField(text, 0, 8, 0, 99_999_999) && text.endsWith('000')
  if (sign !== PLUS && sign !== MINUS) return false
  // WMI writes `+***` for a time without an offset; part of an offset means nothing.
  if (!text.endsWith('***') && !areDigits(text, 22, 25)) return false
  return isField(text, 0, 4, 0, 9999) && isField(text, 4, 6, 1, 12) && isField(text, 6, 8, 1, 31)
}

/** Whether a field is digits in its range, or digits and stars: a star leaves the field open. */
function isField(text: string, start: number, end: number, min: number, max: number): boolean {
  let value = 0
  let open = false
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i)
    if (unit === STAR) open = true
    else if (isDigit(unit)) value = value * 10 + unit - ZERO
    else return false
  }
  return open || (value >= min && value <= max)
}

function areDigits(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!isDigit(text.charCodeAt(i))) return false
  return true
}

function isDigit(unit: number): boolean {
  return unit >= ZERO && unit <= NINE
}
