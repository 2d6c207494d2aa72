/** CIM datetimes (DSP0004) as JavaScript quantities. */

import { requireString } from '../cimxml/limits'
import { isDateTime } from '../cimxml/values'

const kMsPerMinute = 60_000
const kMsPerHour = 3_600_000
const kMsPerDay = 86_400_000

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
  date.setTime(date.getTime() + Math.floor(timeOfDayMs(text)) - Number(text.slice(21)) * kMsPerMinute)
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
  return Number(text.slice(0, 8)) * kMsPerDay + timeOfDayMs(text)
}

/** Hours to microseconds, which stand at the same places in both forms. */
function timeOfDayMs(text: string): number {
  return (
    Number(text.slice(8, 10)) * kMsPerHour +
    Number(text.slice(10, 12)) * kMsPerMinute +
    Number(text.slice(12, 14)) * 1000 +
    Number(text.slice(15, 21)) / 1000
  )
}
