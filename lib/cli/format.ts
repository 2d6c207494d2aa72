/** Text for people: safe for a terminal, wrapped, coloured, in columns. */
import { cimIntervalToMs } from '../cim/datetime'
import type { CliIo } from './types'

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green'
export type Paint = (style: Style, text: string) => string

const STYLES: Readonly<Record<Style, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 }

export function painter({ colour }: Pick<CliIo, 'colour'>): Paint {
  return (style, text) => (colour && text !== '' ? `\x1b[${STYLES[style]}m${text}\x1b[0m` : text)
}

// Control characters, and those that reorder or hide text: a message must not be able to steer the terminal.
const UNSAFE =
  /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Surrogate}/gu

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Line ends become `\n` and tabs blanks; whatever could steer a terminal is shown as `\u001b`. */
export function safeText(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(/\t/g, ' ').replace(UNSAFE, escapeUnit)
}

/** The same on one line. */
export function safeLine(text: string): string {
  return safeText(text).replace(/\n/g, '\\n')
}

/** The text in lines of at most `width` columns where blanks allow it; long words are left whole to be copied. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap(paragraph => {
    const lines: string[] = []
    let line = ''
    for (const word of paragraph.split(/ +/)) {
      if (line !== '' && line.length + 1 + word.length > width) {
        lines.push(line)
        line = word
      } else {
        line = line === '' ? word : `${line} ${word}`
      }
    }
    return [...lines, line]
  })
}

export function indent(lines: readonly string[], by: number): string {
  return lines.map(line => `${' '.repeat(line === '' ? 0 : by)}${line}\n`).join('')
}

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

/** A name with its number, so that neither is lost: `Major (5)`, or the number alone. */
export function labelled(name: string | null, value: number): string {
  return name === null ? String(value) : `${name} (${value})`
}
