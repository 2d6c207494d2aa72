/** Points in time and intervals for people. */
import { cimDateTimeToDate, cimIntervalToMs } from '../../cim/datetime'
import { safeLine } from './terminal'

/** `2024-06-01 12:03:04 +02:00`, in the time zone of the host, from the 25 characters of a CIM datetime. */
export function timeText(datetime: string): string {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.\d{6}([+-])(\d{3})$/.exec(datetime)
  if (match === null) return safeLine(datetime)
  const [, year, month, day, hours, minutes, seconds, sign, offset] = match
  const two = (value: number) => String(value).padStart(2, '0')
  const zone = `${sign}${two(Math.floor(Number(offset) / 60))}:${two(Number(offset) % 60)}`
  return `${year}-${month}-${day} ${hours}:${minutes}:${seconds} ${zone}`
}

/** `2024-06-01 12:03:04` on the clock of whoever reads it. */
export function localTimeText(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const day = [time.getFullYear(), time.getMonth() + 1, time.getDate()].map(two).join('-')
  return `${day} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')}`
}

/** `1h 02m`, `2m 05s` or `7s` from the 25 characters of a CIM interval. */
export function durationText(interval: string): string {
  const ms = cimIntervalToMs(interval)
  return ms === null ? safeLine(interval) : millisecondsText(ms)
}

export function millisecondsText(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)}h ${two(Math.floor(seconds / 60) % 60)}m`
  if (seconds >= 60) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`
  return `${seconds}s`
}

/** A CIM timestamp as ISO 8601 in UTC; null for one that is absent or names no moment. */
export function isoTime(datetime: string | null | undefined): string | null {
  return datetime ? (cimDateTimeToDate(datetime)?.toISOString() ?? null) : null
}
